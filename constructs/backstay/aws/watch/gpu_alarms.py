"""What shows that GPU machines are ill or too few, without an agent on them.

A GPU that fails shows in three places, none of which is a metric of its own: the health check of what runs on it,
which the entrance's alarms watch; the cluster's node monitoring agent, on whose word EKS replaces the machine; and,
where the whole machine suffers, EC2's status checks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backstay.aws.watch.alarm import Condition, Metric
from backstay.topology import Duration

_EC2, _AUTO_SCALING = "AWS/EC2", "AWS/AutoScaling"
_STATUS = "StatusCheckFailed"
_MINUTE = 60


@dataclass(frozen=True)
class MachineGroup:
    """A group of GPU machines.

    Attributes:
        purpose: tells it from others of the environment.
        name: its auto-scaling group.
        floor: machines that it never has fewer of on purpose.
        counts_itself: whether it publishes how many machines it has and wants; node groups of EKS do not.
        warm_up: how long a new machine takes.
        serves_directly: whether no load balancer tells whether its machines serve.
    """

    purpose: str
    name: str
    floor: int
    counts_itself: bool
    warm_up: Duration
    serves_directly: bool


def unfit(group: MachineGroup) -> Sequence[Condition]:
    """When a region should not serve: it has no machine left, though it should have some at all times."""
    if not (group.serves_directly and group.floor):
        return ()
    return (_too_few(group, f"{group.purpose}-none-running", "no GPU machine is running", least=1, minutes=3),)


def conditions(group: MachineGroup) -> Sequence[Condition]:
    """When people should look, though the region may well go on serving."""
    ill = _status(f"{group.purpose}-status", {"AutoScalingGroupName": group.name})
    minutes = max(3, -(-group.warm_up.seconds // _MINUTE))
    if group.counts_itself:
        return ill, _below_desired(group, minutes)
    if group.floor:
        says = f"fewer than {group.floor} GPU machines are running"
        return ill, _too_few(group, f"{group.purpose}-too-few", says, least=group.floor, minutes=minutes)
    return (ill,)


def instance_conditions(purpose: str, instances: Sequence[str]) -> Sequence[Condition]:
    """When one of several single machines is ill, or gone."""
    return [
        _status(f"{purpose}-{number}-status", {"InstanceId": id_}, missing="breaching")
        for number, id_ in enumerate(instances)
    ]


def _status(purpose: str, of: dict[str, str], *, missing: str = "notBreaching") -> Condition:
    return Condition(
        purpose=purpose,
        says="a GPU machine fails the status checks of EC2: its hardware, its network or its system is ill",
        metrics={"failed": Metric(_EC2, _STATUS, of, "Maximum")},
        comparison=">",
        threshold=0,
        missing="breaching" if missing == "breaching" else "notBreaching",
    )


def _below_desired(group: MachineGroup, minutes: int) -> Condition:
    names = {"desired": "GroupDesiredCapacity", "serving": "GroupInServiceInstances"}
    of = {"AutoScalingGroupName": group.name}
    return Condition(
        purpose=f"{group.purpose}-too-few",
        says=f"the group has had fewer machines than it wants for longer than one takes to start, {group.warm_up}",
        metrics={id_: Metric(_AUTO_SCALING, name, of, "Minimum") for id_, name in names.items()},
        expression="desired - serving",
        comparison=">",
        threshold=0,
        periods=minutes,
    )


def _too_few(group: MachineGroup, purpose: str, says: str, *, least: int, minutes: int) -> Condition:
    # Every machine publishes one status a minute, so that their number is the number of machines.
    return Condition(
        purpose=purpose,
        says=says,
        metrics={"machines": Metric(_EC2, _STATUS, {"AutoScalingGroupName": group.name}, "SampleCount")},
        comparison="<",
        threshold=least,
        periods=minutes,
        missing="breaching",
    )
