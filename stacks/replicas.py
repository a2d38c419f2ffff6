"""The stack that holds what a region has in common with others."""

from cdktf import TerraformStack
from constructs import Construct

from backstay import clouds
from backstay.state_backend import attach_backend, require_terraform
from backstay.topology import Environment, Region
from backstay.topology.stores import has_cache_copy, owns_sessions, sources
from stacks.stores import KEY


class ReplicasStack(TerraformStack):
    """A region's live copies of what another region owns, and the tables that it makes in all regions.

    It is deployed after the regions that it has something in common with, and finds everything by computed names: the
    network and the keys of its own region, and the stores of others. It is planned with all of those gone.
    """

    def __init__(self, scope: Construct, *, environment: Environment, region: Region) -> None:
        """Make the region's copies.

        Args:
            scope: the app.
            environment: what the region is part of.
            region: where the copies, the stack and its state are.

        Raises:
            ValueError: when the region's cloud has no copies to build.
        """
        place, names = region.location, environment.names
        super().__init__(scope, names.replicas_stack(place))
        kit = clouds.kit(environment, region)
        if kit.recovery is None:
            raise ValueError(f"{region.cloud} has no stores that follow those of another region")
        kit.attach_provider(self)
        require_terraform(self, attach_backend(self, environment=environment, region=region))

        recovery, data = kit.recovery, environment.data
        here = {"names": names, "disposable": environment.disposable}
        if region.vector_db == "replica" or has_cache_copy(environment, region):
            network = recovery.found_network(self, "network", spec=region.network, region=place, names=names)
            key = recovery.found_key(self, "store-key", purpose=KEY, names=names)
            wiring = {"region": place, "network": network.outputs, "key": key.outputs, **here}
            if region.vector_db == "replica":
                log_key = recovery.found_key(self, "log-key", purpose="logs", names=names)
                self.vector_db = recovery.vector_db_replica(
                    self,
                    "vector-db",
                    spec=data.vector_db,
                    log_key=log_key.outputs,
                    rpo=environment.objectives.rpo,
                    **wiring,
                )
            if has_cache_copy(environment, region):
                (source,) = (other for other in sources(environment, region) if other.cache == "active")
                self.cache = recovery.cache_replica(self, "cache", spec=data.cache, source=source.location, **wiring)
        if data.sessions and owns_sessions(environment, region):
            self.sessions = recovery.sessions(
                self,
                "sessions",
                regions=data.sessions.places(environment.regions),
                key_alias=names.key_alias(KEY),
                key=data.sessions.key,
                expiry=data.sessions.expires_by,
                consistency=data.sessions.consistency,
                witness=data.sessions.witness,
                **here,
            )
