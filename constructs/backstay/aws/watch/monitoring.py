"""All that a region sees of itself and of the others."""

from collections.abc import Mapping, Sequence

from constructs import Construct

from backstay.aws.watch.alarm import Condition
from backstay.aws.watch.alarms import Alarms
from backstay.aws.watch.dashboard import Dashboard
from backstay.aws.watch.gpu_alarms import MachineGroup
from backstay.aws.watch.region_health import Peer, RegionHealth
from backstay.outputs import InstancesOutputs, LoadBalancerOutputs, TopicOutputs
from backstay.topology import CloudRegion, HealthCheckSpec, Names, ObjectivesSpec
from backstay.topology.monitoring import MonitoringSpec


class Monitoring(Construct):
    """Tell people what is wrong with a region and which others are lost, and show it all on one page.

    Survives: the loss of every other region.
    Does not survive: the loss of its region; the others tell of that.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: MonitoringSpec,
        objectives: ObjectivesSpec,
        health_check: HealthCheckSpec,
        region: CloudRegion,
        names: Names,
        topic: TopicOutputs,
        peers: Sequence[Peer] = (),
        load_balancer: LoadBalancerOutputs | None = None,
        certificate: str | None = None,
        groups: Sequence[MachineGroup] = (),
        instances: InstancesOutputs | None = None,
        others: Sequence[Condition] = (),
        shown: Mapping[str, Sequence[Condition]] | None = None,
    ) -> None:
        """Make the alarms and the page.

        Args:
            scope: where it belongs.
            id_: its id there.
            spec: the thresholds.
            objectives: what the environment promises.
            health_check: the question that machines answer while they can serve.
            region: the region.
            names: the environment's names.
            topic: who is told.
            peers: the environment's other regions on the same cloud.
            load_balancer: the region's entrance.
            certificate: the certificate with which the entrance shows itself.
            groups: the region's groups of GPU machines.
            instances: its single GPU machines.
            others: what else people are told of, such as `replication_lag` and `queue_alarms`.
            shown: what has alarms already and belongs on the page too, under headings.
        """
        super().__init__(scope, id_)
        self.alarms = Alarms(
            self,
            "alarms",
            spec=spec,
            objectives=objectives,
            health_check=health_check,
            names=names,
            topic=topic,
            load_balancer=load_balancer,
            certificate=certificate,
            groups=groups,
            instances=instances,
            others=others,
        )
        self.health = RegionHealth(
            self, "health", peers=peers, silence=spec.silence, region=region, names=names, topic=topic
        )
        sections = {
            "Whether this region should serve": self.alarms.unfit,
            "This region": self.alarms.watched,
            "Other regions": self.health.watched,
            **(shown or {}),
        }
        composites = [self.alarms.region_unfit, *self.health.lost.values()]
        self.dashboard = Dashboard(
            self,
            "dashboard",
            watched={heading: conditions for heading, conditions in sections.items() if conditions},
            alarms=[composite.arn for composite in composites],
            region=region,
            names=names,
        )
