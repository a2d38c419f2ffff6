"""A team's own stack, with a GPU cluster of Backstay's in it."""

from backstay import fast_jsii

fast_jsii.install()  # optional: a second in place of half a minute

from backstay.aws.gpu_cluster import GpuCluster
from backstay.aws.keys import Key
from backstay.aws.network import Network
from backstay.aws.provider import attach_provider
from backstay.topology import ClusterSpec, GpuNodesSpec, Names, NetworkSpec, aws_region
from backstay.topology.keys import KeyUse
from cdktf import App, TerraformStack

app, region, names = App(), aws_region("eu-central-1"), Names("acme", "research")
stack = TerraformStack(app, "research")
attach_provider(stack, region=region, tags={"Team": "research"})

here = {"region": region, "names": names}
data = Key(stack, "data-key", purpose="data", uses={KeyUse.DISKS, KeyUse.CLUSTER_SECRETS}, **here)
logs = Key(stack, "log-key", purpose="logs", uses={KeyUse.LOGS}, **here)
network = Network(stack, "network", spec=NetworkSpec(), key=logs.outputs, cluster_name=names.cluster(), **here)
GpuCluster(
    stack,
    "cluster",
    spec=ClusterSpec(gpu_nodes=GpuNodesSpec(instance_type="g6e.xlarge", desired=2)),
    network=network.outputs,
    key=data.outputs,
    log_key=logs.outputs,
    **here,
)
app.synth()
