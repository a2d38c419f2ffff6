"""Which region keeps what, and which copies it from where."""

from backstay.topology.cloud import Cloud, CloudRegion
from backstay.topology.entrances import is_reached
from backstay.topology.environment import Environment
from backstay.topology.failover import succession
from backstay.topology.region import Region


def is_cache_copied(environment: Environment) -> bool:
    """Whether the cache of one region is copied to others, which only AWS does."""
    caches = [region.cache for region in _on_aws(environment).values()]
    return environment.data.cache.is_global(active=caches.count("active"), standby=caches.count("standby"))


def has_own_cache(environment: Environment, region: Region) -> bool:
    """Whether a region has a cache that is no copy of another's."""
    return region.cache == "active" or (region.cache is not None and not is_cache_copied(environment))


def has_cache_copy(environment: Environment, region: Region) -> bool:
    """Whether a region's cache follows another's."""
    return region.cache == "standby" and is_cache_copied(environment)


def owns_sessions(environment: Environment, region: Region) -> bool:
    """Whether a region's stacks make the table of sessions, which is in every region."""
    sessions = environment.data.sessions
    return sessions is not None and sessions.places(environment.regions)[:1] == (region.location,)


def sources(environment: Environment, region: Region) -> tuple[Region, ...]:
    """The regions whose own stores have to be there before a region can hold copies of them, or tables with them."""
    others = [other for other in _on_aws(environment).values() if other.location != region.location]
    return tuple(
        other
        for other in others
        if (region.vector_db == "replica" and other.vector_db == "primary")
        or (has_cache_copy(environment, region) and other.cache == "active")
        or owns_sessions(environment, region)
    )


def has_replicas(environment: Environment, region: Region) -> bool:
    """Whether a region holds anything in common with others."""
    if region.cloud is not Cloud.AWS:
        return False
    return region.vector_db == "replica" or has_cache_copy(environment, region) or owns_sessions(environment, region)


def can_be_primary(environment: Environment) -> dict[str, Region]:
    """The regions on AWS that hold the vector database, or all of them where none does, by their roles."""
    on_aws = _on_aws(environment)
    return {role: region for role, region in on_aws.items() if region.vector_db is not None} or on_aws


def can_take_over(environment: Environment) -> tuple[CloudRegion, ...]:
    """The regions that can be primary, in the order in which they take over; none where no other could.

    A region asks another for its health at the name by which clients reach it, so unless all can be reached, none
    takes over by itself.

    Raises:
        ValueError: when the given order does not name each of them once.
    """
    if environment.failover is None:
        return ()
    fit = can_be_primary(environment)
    if len(fit) < 2 or not all(is_reached(environment, region) for region in fit.values()):
        return ()
    return tuple(region.location for region in succession(environment.failover, fit))


def _on_aws(environment: Environment) -> dict[str, Region]:
    return {role: region for role, region in environment.regions.items() if region.cloud is Cloud.AWS}
