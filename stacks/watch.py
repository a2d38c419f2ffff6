"""What looks after a region: backups, alarms, and the controller that lets it take over."""

from constructs import Construct

from backstay.clouds import Backups, CloudKit, RecoveryKit
from backstay.outputs import ClusterOutputs, FleetOutputs, InstancesOutputs, KeyOutputs, LoadBalancerOutputs
from backstay.topology import Environment, Region
from backstay.topology.backed_up import kinds
from backstay.topology.keys import KeyUse
from backstay.topology.links import peers
from backstay.topology.stores import can_take_over


class RegionWatch(Construct):
    """People who are told, backups that are known to restore, alarms, and the region's failover controller.

    Other regions are known by their names only.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        kit: CloudKit,
        recovery: RecoveryKit,
        environment: Environment,
        region: Region,
        log_key: KeyOutputs,
        cluster: ClusterOutputs | None,
        load_balancer: LoadBalancerOutputs | None,
        fleet: FleetOutputs | None,
        instances: InstancesOutputs | None,
    ) -> None:
        super().__init__(scope, id_)
        self._kit, self._recovery, self._environment, self._region = kit, recovery, environment, region
        self._here = {"region": region.location, "names": environment.names}
        self.topic = recovery.alarm_topic(
            self, "topic", spec=environment.monitoring, key=self._key(KeyUse.ALARMS), **self._here
        )
        self.backups = self._backups()
        self.monitoring = recovery.monitoring(
            self,
            "monitoring",
            spec=environment.monitoring,
            objectives=environment.objectives,
            health_check=environment.service.health_check,
            topic=self.topic.outputs,
            load_balancer=load_balancer,
            certificate=load_balancer.certificate if load_balancer else None,
            groups=recovery.machine_groups(cluster, fleet),
            instances=instances,
            shown={"Backups": self.backups.watched} if self.backups else None,
            **self._here,
        )
        self._take_over(log_key)

    def _key(self, use: KeyUse) -> KeyOutputs:
        disposable = self._environment.disposable
        return self._kit.key(self, f"{use}-key", purpose=use, uses={use}, disposable=disposable, **self._here).outputs

    def _backups(self) -> Backups | None:
        environment, place = self._environment, self._region.location
        if environment.backups is None:
            return None
        at = {region.location: region for region in environment.regions.values()}
        found = peers(at)
        return self._recovery.backups(
            self,
            "backups",
            spec=environment.backups,
            kinds=kinds(environment, self._region),
            copy_to=found.get(place),
            copied_from={source: kinds(environment, at[source]) for source, peer in found.items() if peer == place},
            key=self._key(KeyUse.BACKUPS),
            topic=self.topic.outputs,
            disposable=environment.disposable,
            **self._here,
        )

    def _take_over(self, log_key: KeyOutputs) -> None:
        environment, place = self._environment, self._region.location
        order = can_take_over(environment)
        if environment.failover is None or place not in order:
            return
        kept = {"spec": environment.failover, "disposable": environment.disposable, **self._here}
        if place == order[0]:
            self.control_table = self._recovery.control_table(self, "control-table", others=order[1:], **kept)
        self.failover = self._recovery.failover(
            self,
            "failover",
            succession=order,
            host=environment.service.host,
            health_check=environment.service.health_check,
            rpo=environment.objectives.rpo,
            topic=self.topic.outputs,
            log_key=log_key,
            is_warm=_is_warm(self._region),
            **kept,
        )


def _is_warm(region: Region) -> bool:
    """Whether a region has machines that serve on a good day."""
    groups = (region.fleet, region.cluster.gpu_nodes if region.cluster else None)
    return any(group is not None and group.floor > 0 for group in groups)
