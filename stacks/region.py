"""The stack that holds a region: all that it needs to run with every other region gone."""

from cdktf import TerraformOutput, TerraformStack
from constructs import Construct

from backstay import clouds
from backstay.state_backend import attach_backend, require_terraform
from backstay.topology import Environment, Region
from backstay.topology.entrances import drainable_from
from backstay.topology.keys import KeyUse
from stacks.stores import RegionStores
from stacks.watch import RegionWatch


class RegionStack(TerraformStack):
    """Network, keys, GPU cluster and machines of one region, the stores that are its own, and what looks after it."""

    def __init__(self, scope: Construct, *, environment: Environment, region: Region) -> None:
        place, names = region.location, environment.names
        super().__init__(scope, names.region_stack(place))
        kit = clouds.kit(environment, region)
        kit.attach_provider(self)
        state = attach_backend(self, environment=environment, region=region)

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
        self.cluster = self.load_balancer = self.fleet = self.instances = self.stores = None
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
        if kit.recovery:
            self._recover(kit, kit.recovery, environment, region)
        require_terraform(self, state, *(self.stores.terraform if self.stores else ()))

    def _recover(
        self, kit: clouds.CloudKit, recovery: clouds.RecoveryKit, environment: Environment, region: Region
    ) -> None:
        """Build what only some clouds have yet."""
        wiring = {"kit": kit, "recovery": recovery, "environment": environment, "region": region}
        log_key = self.log_key.outputs
        self.stores = RegionStores(self, "stores", network=self.network.outputs, log_key=log_key, **wiring)
        drainable = drainable_from(environment, region)
        if self.load_balancer and drainable:
            self.drain_switches = recovery.drain_switches(
                self, "drain-switches", listener=self.load_balancer.outputs.listener, roles=drainable
            )
        self.watch = RegionWatch(
            self,
            "watch",
            cluster=self.cluster.outputs if self.cluster else None,
            load_balancer=self.load_balancer.outputs if self.load_balancer else None,
            fleet=self.fleet.outputs if self.fleet else None,
            instances=self.instances.outputs if self.instances else None,
            log_key=log_key,
            **wiring,
        )
