"""The stack that holds a region: all that it needs to run with every other region gone."""

from cdktf import TerraformOutput, TerraformStack
from constructs import Construct

from backstay import clouds
from backstay.state_backend import attach_backend, require_terraform
from backstay.topology import Environment, Region
from backstay.topology.keys import KeyUse


class RegionStack(TerraformStack):
    """Network, keys, GPU cluster, and GPU machines of one region."""

    def __init__(self, scope: Construct, *, environment: Environment, region: Region) -> None:
        place, names = region.location, environment.names
        super().__init__(scope, names.region_stack(place))
        kit = clouds.kit(environment, region)
        kit.attach_provider(self)
        require_terraform(self, attach_backend(self, environment=environment, region=region))

        here = {"region": place, "names": names, "disposable": environment.disposable}
        tags = environment.all_tags
        self.data_key = kit.key(self, "data-key", purpose="data", uses={KeyUse.DISKS, KeyUse.CLUSTER_SECRETS}, **here)
        self.log_key = kit.key(self, "log-key", purpose="logs", uses={KeyUse.LOGS}, **here)
        self.network = kit.network(
            self,
            "network",
            spec=region.network,
            key=self.log_key.outputs,
            cluster_name=names.cluster() if region.cluster else None,
            **here,
        )
        wiring = {"network": self.network.outputs, "key": self.data_key.outputs, "tags": tags, **here}
        if region.cluster:
            self.cluster = kit.gpu_cluster(self, "cluster", spec=region.cluster, log_key=self.log_key.outputs, **wiring)
            TerraformOutput(self, "cluster-name", value=self.cluster.outputs.name)
        if region.fleet:
            self.load_balancer = kit.load_balancer(
                self,
                "load-balancer",
                host=environment.service.host,
                zone=environment.service.zone,
                health_check=environment.service.health_check,
                port=region.fleet.port,
                certificate=region.fleet.certificate,
                internal=region.fleet.public is None,
                network=self.network.outputs,
                **here,
            )
            self.fleet = kit.gpu_fleet(
                self,
                "fleet",
                spec=region.fleet,
                load_balancer=self.load_balancer.outputs,
                user_data=region.fleet.start,
                **wiring,
            )
            self.load_balancer.serve(self.fleet.outputs)
            TerraformOutput(self, "load-balancer-host", value=self.load_balancer.outputs.host)
        if region.instances:
            self.instances = kit.gpu_instances(self, "instances", spec=region.instances, **wiring)
