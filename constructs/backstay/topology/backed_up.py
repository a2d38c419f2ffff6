"""What each region has that is backed up."""

from backstay.topology.backups import Kind
from backstay.topology.environment import Environment
from backstay.topology.region import Region


def kinds(environment: Environment, region: Region) -> tuple[Kind, ...]:
    """The kinds of data that a region holds and AWS Backup knows; it knows neither caches nor queues."""
    held = {
        Kind.DATABASE: region.vector_db is not None,
        Kind.TABLE: environment.data.sessions is not None,
        Kind.OBJECTS: environment.data.artifacts is not None,
        Kind.CLUSTER: region.cluster is not None,
    }
    return tuple(kind for kind, is_held in held.items() if is_held)
