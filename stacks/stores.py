"""What a region keeps by itself."""

from constructs import Construct

from backstay.clouds import CloudKit, RecoveryKit
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.topology import Environment, Region
from backstay.topology.keys import KeyUse
from backstay.topology.stores import has_own_cache, is_cache_copied

KEY = "stores"
"""What the key of a region's stores is named for, by which its other stacks find it."""


class RegionStores(Construct):
    """The stores that are a region's own: none of them asks another region for anything.

    What a region copies from another, or has in common with it, is in its `ReplicasStack`.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        kit: CloudKit,
        recovery: RecoveryKit,
        environment: Environment,
        region: Region,
        log_key: KeyOutputs,
        network: NetworkOutputs,
    ) -> None:
        super().__init__(scope, id_)
        data, held = environment.data, uses(environment, region)
        here = {"region": region.location, "names": environment.names, "disposable": environment.disposable}
        self.terraform: tuple[str, ...] = ()
        if data.artifacts:
            self.artifacts = recovery.artifacts(self, "artifacts", spec=data.artifacts, **here)
        if not held:
            return
        self.key = kit.key(self, "key", purpose=KEY, uses=held, **here)
        key = self.key.outputs
        if region.vector_db == "primary":
            self.vector_db = recovery.vector_db(
                self,
                "vector-db",
                spec=data.vector_db,
                network=network,
                key=key,
                log_key=log_key,
                rpo=environment.objectives.rpo,
                **here,
            )
            self.terraform = (self.vector_db.outputs.terraform,) if self.vector_db.outputs.terraform else ()
        if has_own_cache(environment, region):
            self.cache = recovery.cache(
                self,
                "cache",
                spec=data.cache,
                network=network,
                key=key,
                replicated=is_cache_copied(environment),
                **here,
            )
        if region.message_queue:
            self.message_queue = recovery.message_queue(self, "message-queue", spec=data.message_queue, key=key, **here)
        if data.images:
            self.images = recovery.image_repositories(self, "images", spec=data.images, key=key, **here)


def uses(environment: Environment, region: Region) -> set[KeyUse]:
    """What a region's key of stores is for."""
    data = environment.data
    held = {
        KeyUse.DATABASES: region.vector_db is not None,
        KeyUse.CACHES: region.cache is not None,
        KeyUse.TABLES: data.sessions is not None,
        KeyUse.QUEUES: region.message_queue is not None,
        KeyUse.IMAGES: data.images is not None,
    }
    return {use for use, is_held in held.items() if is_held}
