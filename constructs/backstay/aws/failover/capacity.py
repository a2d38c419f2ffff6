"""How machines are started, and waited for.

A branch never makes a group smaller. One that cannot have all of its machines in time ends all the same: a region with
too few machines serves more than one with a failover that has stopped.
"""

from typing import Any

from backstay.aws.failover.control import record
from backstay.aws.failover.plan import FailoverPlan, Fleet, Pool
from backstay.aws.failover.states import ANY_ERROR, State, States, at_least, choose, looking, task

Branch = tuple[str, States]

_IN_SERVICE = "$.AutoScalingGroups[0].Instances[?(@.LifecycleState=='InService')]"


def growth(plan: FailoverPlan, *, when: str = "") -> list[Branch]:
    """A branch for each group of machines; `when` tells the states apart if there are such branches twice."""
    pools = [_pool(plan, pool, f"{pool.label}{when}") for pool in plan.pools]
    return pools + [_fleet(plan, fleet, f"{fleet.label}{when}") for fleet in plan.fleets]


def _pool(plan: FailoverPlan, pool: Pool, what: str) -> Branch:
    group = {"ClusterName": pool.cluster, "NodegroupName": pool.name}
    reading, scaling = f"Read {what}", f"Scale {what}"
    states: States = {
        reading: task(
            "aws-sdk:eks:describeNodegroup",
            group,
            then=f"Is {what} to be full",
            at="$.group",
            select={
                "desired.$": "$.Nodegroup.ScalingConfig.DesiredSize",
                "names.$": "$.Nodegroup.Resources.AutoScalingGroups[*].Name",
            },
            catch={ANY_ERROR: f"Wait for {what}"},
        ),
        scaling: task(
            "aws-sdk:eks:updateNodegroupConfig",
            {**group, "ScalingConfig": {"DesiredSize": pool.size}},
            then=f"Wait for {what}",
            # EKS changes one thing at a time, so the next look tries again.
            catch={ANY_ERROR: f"Wait for {what}"},
            retried=False,
        ),
        **_counted(what, size=pool.size, names={"AutoScalingGroupNames.$": "$.group.names"}, scaling=scaling),
    }
    return _branch(plan, what, reading, states)


def _fleet(plan: FailoverPlan, fleet: Fleet, what: str) -> Branch:
    reading, scaling = f"Read {what}", f"Scale {what}"
    named = {"AutoScalingGroupNames": [fleet.name]}
    states: States = {
        reading: task(
            "aws-sdk:autoscaling:describeAutoScalingGroups",
            named,
            then=f"Is {what} to be full",
            at="$.group",
            select={"desired.$": "$.AutoScalingGroups[0].DesiredCapacity"},
            catch={ANY_ERROR: f"Wait for {what}"},
        ),
        scaling: task(
            "aws-sdk:autoscaling:setDesiredCapacity",
            {"AutoScalingGroupName": fleet.name, "DesiredCapacity": fleet.size, "HonorCooldown": False},
            then=f"Wait for {what}",
            catch={ANY_ERROR: f"Wait for {what}"},
            retried=False,
        ),
        **_counted(what, size=fleet.size, names=named, scaling=scaling),
    }
    return _branch(plan, what, reading, states)


def _counted(what: str, *, size: int, names: dict[str, Any], scaling: str) -> States:
    """Ask for the machines if that was not done yet, and count those that are there."""
    return {
        f"Is {what} to be full": choose(
            (at_least("$.group.desired", size), f"Count the machines of {what}"), otherwise=scaling
        ),
        f"Count the machines of {what}": task(
            "aws-sdk:autoscaling:describeAutoScalingGroups",
            names,
            then=f"Is {what} full",
            at="$.machines",
            select={"n.$": f"States.ArrayLength({_IN_SERVICE})"},
            catch={ANY_ERROR: f"Wait for {what}"},
        ),
        f"Is {what} full": choose((at_least("$.machines.n", size), f"Record {what}"), otherwise=f"Wait for {what}"),
    }


def _branch(plan: FailoverPlan, what: str, reading: str, states: States) -> Branch:
    step = what.lower().replace(" ", "_")
    looks = looking(
        what,
        first=reading,
        pause=plan.pace.poll,
        times=plan.pace.looks(plan.pace.capacity),
        otherwise=f"Go on with too few in {what}",
    )
    ends: dict[str, State] = {
        f"Record {what}": record(plan.table, step, then=None),
        f"Go on with too few in {what}": record(plan.table, f"short_{step}", then=None),
    }
    return f"Look at {what}", {**looks, **states, **ends}
