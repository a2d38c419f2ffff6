"""The deployable app: an environment becomes stacks, one or more per region."""

from collections.abc import Iterable
from datetime import date

from cdktf import TerraformStack
from constructs import Construct

from backstay.topology import CloudRegion, Environment
from backstay.topology.links import links, others
from backstay.topology.pipeline_access import pipelines
from backstay.topology.routes import home, routes
from backstay.topology.rules import enforce
from backstay.topology.state import is_made_by_backstay
from backstay.topology.stores import has_replicas, sources
from stacks.link import LinkStack
from stacks.pipeline import PipelineStack
from stacks.region import RegionStack
from stacks.replicas import ReplicasStack
from stacks.routing import RoutingStack
from stacks.state import StateStack
from stacks.workloads import WorkloadsStack
from stacks.zone import ZoneStack

Stacks = dict[CloudRegion, TerraformStack]


def add_stacks(app: Construct, environment: Environment, *, today: date | None = None) -> None:
    """Add every stack of an environment to an app.

    No stack refers to another's resources, so that each can be planned with every other region gone;
    the dependencies only say in which order a deployment goes.

    Raises:
        BrokenRulesError: when the environment breaks a rule that it does not waive.
    """
    enforce(environment, today=today or date.today())
    states: Stacks = {
        region.location: StateStack(app, environment=environment, region=region)
        for region in environment.regions.values()
        if is_made_by_backstay(environment.state_of(region))
    }
    workflows = {
        cloud: PipelineStack(app, environment=environment, region=region)
        for cloud, region in pipelines(environment).items()
    }
    for cloud, region in pipelines(environment).items():
        _after(workflows[cloud], states, [region.location])
    role, found = home(environment), routes(environment)
    at_home = [environment.regions[role].location] if role else []
    zone = ZoneStack(app, environment=environment) if environment.service.zone.create else None
    if zone:
        _after(zone, states, at_home)
    regions: Stacks = {}
    for region in environment.regions.values():
        place = region.location
        regions[place] = RegionStack(app, environment=environment, region=region)
        _after(regions[place], states, [place])
        # Roles are bound, and clusters are opened to workflows, by what is there.
        if place.cloud in workflows:
            regions[place].add_dependency(workflows[place.cloud])
        if zone and place.cloud is environment.service.zone.cloud:
            regions[place].add_dependency(zone)
        if region.cluster:
            WorkloadsStack(app, environment=environment, region=region).add_dependency(regions[place])
    for region in environment.regions.values():
        if has_replicas(environment, region):
            replicas = ReplicasStack(app, environment=environment, region=region)
            _after(replicas, regions, [region.location, *(each.location for each in sources(environment, region))])
    for source, target in links(environment):
        link = LinkStack(app, environment=environment, source=source, target=target)
        _after(link, regions, [source.location, *others(environment, source)])
    if role and found:
        routing = RoutingStack(app, environment=environment, routes=found)
        _after(routing, states, at_home)
        if environment.service.holds_addresses:
            _after(routing, regions, regions)
        if zone:
            routing.add_dependency(zone)


def _after(stack: TerraformStack, stacks: Stacks, places: Iterable[CloudRegion]) -> None:
    """Have a stack deployed after those of some places, as far as there are any."""
    for place in places:
        if place in stacks:
            stack.add_dependency(stacks[place])
