"""The deployable app: an environment becomes stacks, one or more per region."""

from datetime import date

from constructs import Construct

from backstay.topology import Environment
from backstay.topology.rules import enforce
from backstay.topology.state import is_made_by_backstay
from stacks.region import RegionStack
from stacks.state import StateStack
from stacks.workloads import WorkloadsStack


def add_stacks(app: Construct, environment: Environment, *, today: date | None = None) -> None:
    """Add every stack of an environment to an app.

    No stack refers to another's resources, so that each can be planned with every other region gone;
    the dependencies only say in which order a deployment goes.

    Raises:
        BrokenRulesError: when the environment breaks a rule that it does not waive.
    """
    enforce(environment, today=today or date.today())
    for region in environment.regions.values():
        in_region = RegionStack(app, environment=environment, region=region)
        if is_made_by_backstay(environment.state_of(region)):
            in_region.add_dependency(StateStack(app, environment=environment, region=region))
        if region.cluster:
            WorkloadsStack(app, environment=environment, region=region).add_dependency(in_region)
