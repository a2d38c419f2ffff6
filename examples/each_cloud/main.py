"""The same GPU cluster on three clouds, in stacks of a team's own: the modules and arguments are the same on each."""

from backstay import fast_jsii

fast_jsii.install()  # optional: seconds in place of a minute and a half

from importlib import import_module

from backstay.topology import ClusterSpec, GpuNodesSpec, Names, NetworkSpec, SystemNodesSpec
from backstay.topology import aws_region, azure_region, google_region
from backstay.topology.keys import KeyUse
from cdktf import App, TerraformStack

PLACES = {
    aws_region("eu-central-1"): ("aws", "g6e.xlarge", "m7i.large"),
    azure_region("swedencentral"): ("azure", "Standard_NC40ads_H100_v5", "Standard_D4ds_v5"),
    google_region("europe-west4"): ("google", "g2-standard-8", "e2-standard-4"),
}

MODULES = ("provider", "keys", "network", "gpu_cluster")

app, names = App(), Names("acme", "research")
for region, (cloud, gpu_size, system_size) in PLACES.items():
    provider, keys, networks, clusters = (import_module(f"backstay.{cloud}.{module}") for module in MODULES)
    stack = TerraformStack(app, f"research-{region}")
    provider.attach_provider(stack, region=region, tags={"Team": "research"})
    here = {"region": region, "names": names}
    uses = {KeyUse.DISKS, KeyUse.CLUSTER_SECRETS}
    data = keys.Key(stack, "data-key", purpose="data", uses=uses, **here).outputs
    logs = keys.Key(stack, "log-key", purpose="logs", uses={KeyUse.LOGS}, **here).outputs
    network = networks.Network(
        stack, "network", spec=NetworkSpec(), key=logs, cluster_name=names.cluster(), **here
    ).outputs
    spec = ClusterSpec(
        gpu_nodes=GpuNodesSpec(instance_type=gpu_size, desired=2),
        system_nodes=SystemNodesSpec(instance_type=system_size),
    )
    clusters.GpuCluster(stack, "cluster", spec=spec, network=network, key=data, log_key=logs, **here)
app.synth()
