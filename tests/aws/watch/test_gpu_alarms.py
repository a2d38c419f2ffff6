"""What shows that GPU machines are ill or too few."""

from dataclasses import replace

from backstay.aws.watch.gpu_alarms import MachineGroup, conditions, instance_conditions, unfit
from backstay.topology import Duration

NODES = MachineGroup(
    purpose="gpu-nodes", name="eks-1", floor=2, counts_itself=False, warm_up=Duration.parse("15m"), serves_directly=True
)
FLEET = replace(NODES, purpose="gpu-fleet", counts_itself=True, serves_directly=False)


def test_a_cluster_without_any_gpu_machine_is_unfit() -> None:
    (condition,) = unfit(NODES)
    assert condition.metrics["machines"].statistic == "SampleCount"
    assert (condition.comparison, condition.threshold, condition.missing) == ("<", 1, "breaching")


def test_a_standby_that_keeps_none_running_is_not_unfit_for_it() -> None:
    assert unfit(replace(NODES, floor=0)) == ()


def test_machines_behind_a_load_balancer_are_judged_there() -> None:
    assert unfit(FLEET) == ()


def test_fewer_machines_than_the_floor_are_told_of() -> None:
    _, too_few = conditions(NODES)
    assert (too_few.comparison, too_few.threshold, too_few.periods) == ("<", 2, 15)


def test_a_group_that_counts_itself_is_held_to_what_it_wants_whatever_that_is() -> None:
    _, too_few = conditions(FLEET)
    assert too_few.expression == "desired - serving"
    assert {metric.name for metric in too_few.metrics.values()} == {"GroupDesiredCapacity", "GroupInServiceInstances"}


def test_new_machines_have_the_time_that_they_take() -> None:
    _, too_few = conditions(replace(FLEET, warm_up=Duration.parse("30m")))
    assert too_few.periods * too_few.seconds == 1_800


def test_a_group_without_a_floor_is_only_asked_for_illness() -> None:
    (ill,) = conditions(replace(NODES, floor=0))
    assert ill.metrics["failed"].name == "StatusCheckFailed"


def test_a_single_machine_that_says_nothing_is_gone() -> None:
    first, second = instance_conditions("gpu-instances", ["i-1", "i-2"])
    assert [condition.purpose for condition in (first, second)] == ["gpu-instances-0-status", "gpu-instances-1-status"]
    assert second.metrics["failed"].dimensions == {"InstanceId": "i-2"}
    assert first.missing == "breaching"
