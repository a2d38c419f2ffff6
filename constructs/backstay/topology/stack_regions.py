"""Which stacks go with a region: those that keep their state there."""

from backstay.topology.environment import Environment
from backstay.topology.pipeline_access import pipelines
from backstay.topology.region import Region
from backstay.topology.routes import home


def stacks_in(environment: Environment, region: Region) -> frozenset[str]:
    """The names of all stacks that a region can have, whose provider works there and whose state is kept there.

    The stack by which another region copies to this one is not among them, nor is routing.
    """
    here, names = region.location, environment.names
    others = (other.location for other in environment.regions.values() if other.location != here)
    return frozenset(
        {
            names.state_stack(here),
            names.region_stack(here),
            names.workloads_stack(here),
            names.replicas_stack(here),
            *(names.link_stack(here, other) for other in others),
            *(names.pipeline_stack(cloud) for cloud, kept in pipelines(environment).items() if kept.location == here),
        }
    )


def keeps_routing(environment: Environment, region: Region) -> bool:
    """Whether the state of the stack that leads clients to the regions is kept in this region."""
    role = home(environment)
    return role is not None and environment.regions[role].location == region.location
