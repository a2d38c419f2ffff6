"""A region's alarms, and its own word on whether it should serve."""

from collections.abc import Sequence
from itertools import chain

from cdktf_cdktf_provider_aws.cloudwatch_composite_alarm import CloudwatchCompositeAlarm
from constructs import Construct

from backstay.aws.watch import gpu_alarms, serving_alarms
from backstay.aws.watch.alarm import Condition, alarm
from backstay.aws.watch.gpu_alarms import MachineGroup
from backstay.outputs import InstancesOutputs, LoadBalancerOutputs, TopicOutputs
from backstay.topology import HealthCheckSpec, Names, ObjectivesSpec
from backstay.topology.monitoring import UNFIT, MonitoringSpec


class Alarms(Construct):
    """Tell people what is wrong with a region, and have one alarm that says whether it should serve.

    Each region has its own, which watch that region's metrics and tell that region's topic. What reads `region-unfit`
    finds it by its computed name. It never goes off in a standby that keeps no machines running and has no load
    balancer, since nothing there could tell.

    Survives: the loss of every other region.
    Does not survive: the loss of its region, which is why the others watch it from outside.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: MonitoringSpec,
        objectives: ObjectivesSpec,
        health_check: HealthCheckSpec,
        names: Names,
        topic: TopicOutputs,
        load_balancer: LoadBalancerOutputs | None = None,
        certificate: str | None = None,
        groups: Sequence[MachineGroup] = (),
        instances: InstancesOutputs | None = None,
        others: Sequence[Condition] = (),
    ) -> None:
        """Make the alarms.

        Args:
            scope: where they belong.
            id_: their id there.
            spec: the thresholds.
            objectives: what the environment promises.
            health_check: the question that machines answer while they can serve.
            names: the environment's names.
            topic: who is told.
            load_balancer: the region's entrance.
            certificate: the certificate with which the entrance shows itself.
            groups: the region's groups of GPU machines.
            instances: its single GPU machines.
            others: what else people are told of, such as `replication_lag` and `queue_alarms`.
        """
        super().__init__(scope, id_)
        purpose = "entrance"
        self.unfit: tuple[Condition, ...] = tuple(chain.from_iterable(map(gpu_alarms.unfit, groups)))
        self.watched: tuple[Condition, ...] = tuple(chain.from_iterable(map(gpu_alarms.conditions, groups)))
        if load_balancer is not None:
            self.unfit += tuple(serving_alarms.unfit(load_balancer, purpose=purpose, spec=spec, check=health_check))
            self.watched += tuple(
                serving_alarms.conditions(
                    load_balancer, purpose=purpose, spec=spec, objectives=objectives, certificate=certificate
                )
            )
        single = tuple(gpu_alarms.instance_conditions("gpu-instances", instances.ids)) if instances else ()
        self.watched += (*single, *others)
        self.alarms = [alarm(self, condition, names=names, topic=topic) for condition in (*self.unfit, *self.watched)]
        self.region_unfit = CloudwatchCompositeAlarm(
            self,
            UNFIT,
            alarm_name=names.alarm(UNFIT),
            alarm_description="this region should not serve: what its other alarms in the same state say",
            alarm_rule=_rule(self.unfit, single, names=names),
            alarm_actions=list(topic.told),
            ok_actions=list(topic.told),
            # CloudWatch refuses a rule about an alarm that is not there.
            depends_on=self.alarms,
        )
        self.outputs = names.alarm(UNFIT)


def _rule(unfit: Sequence[Condition], single: Sequence[Condition], *, names: Names) -> str:
    def goes_off(condition: Condition) -> str:
        return f'ALARM("{names.alarm(condition.purpose)}")'

    if unfit:
        return " OR ".join(map(goes_off, unfit))
    # A standby whose machines are yet to start is not unfit for being without.
    return " AND ".join(map(goes_off, single)) or "FALSE"
