"""`--failed-over REGION`: stacks that are run with the copies of their states which `backstay state failover` made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backstay.cli import regions
from backstay.cli.failures import RefusedError
from backstay.terraform import copied_state
from backstay.topology import S3State
from backstay.topology.links import peers
from backstay.topology.stack_regions import keeps_routing, stacks_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backstay.terraform import SynthesizedStack
    from backstay.topology import CloudRegion, Environment, Region

_COPIED_ELSEWHERE = {
    "cloud": "Terraform Cloud keeps the state, which no region takes along; nothing has to be failed over",
    "local": "the local backend keeps the state on this machine; nothing has to be failed over",
    "azurerm": (
        "Azure copies the storage account to its paired region; have Azure fail the account over "
        "(`az storage account failover`), which keeps its name, so that nothing changes here"
    ),
    "gcs": "a dual-region bucket is read and written under the same name while one of its regions is lost",
}


def peer_of(environment: Environment, region: Region) -> CloudRegion:
    """Return the region that holds the copies of a region's states.

    Raises:
        RefusedError: there are none, because of the backend or because the region is alone.

    """
    state = environment.state_of(region)
    if not isinstance(state, S3State):
        raise RefusedError(f"{region.region}: {_COPIED_ELSEWHERE[state.backend]}")
    found = peers(other.location for other in environment.regions.values()).get(region.location)
    if found is None:
        raise RefusedError(
            f"{region.region} is the only region of {environment.name} on {region.cloud}, so that no other "
            "holds a copy of its states; add one to the environment file"
        )
    return found


def stacks_of(environment: Environment, region: Region, stacks: Sequence[SynthesizedStack]) -> list[SynthesizedStack]:
    """Return the stacks whose state is in the region's bucket."""
    names = environment.names
    kept = stacks_in(environment, region)
    if keeps_routing(environment, region):
        kept |= {names.routing_stack()}
    bucket = names.bucket("state", region.location)
    # Stacks that a project has added say by their backend where their state is.
    return [stack for stack in stacks if stack.name in kept or backend(stack).get("bucket") == bucket]


def backend(stack: SynthesizedStack) -> dict[str, Any]:
    """Return the settings of the stack's backend `s3`, by which it reaches the sandbox if it is there."""
    from backstay.sandbox.settings import OVERRIDE_FILE

    override = stack.directory / OVERRIDE_FILE
    laid_over = json.loads(override.read_text(encoding="utf-8")) if override.exists() else {}
    for document in (laid_over, stack.configuration()):
        if found := document.get("terraform", {}).get("backend"):
            return found.get("s3", {})
    return {}


def at_peer(environment: Environment, peer: CloudRegion, settings: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """Return a backend's settings for the bucket and the lock table of the peer."""
    names = environment.names
    table = {"dynamodb_table": names.lock_table(peer)} if settings.get("dynamodb_table") else {}
    return {**settings, "bucket": names.bucket("state", peer), "region": peer.name, **table, **changed}


def copy_key(environment: Environment, stack: SynthesizedStack) -> str:
    """Return where in the peer's bucket the copy lies: not where replication writes, nor where it would be undone."""
    return environment.names.state_key(f"failed-over/{stack.name}")


def turn(
    environment: Environment,
    stacks: Sequence[SynthesizedStack],
    failed_over: Sequence[str],
    variables: Mapping[str, str],
) -> None:
    """Turn the stacks of these regions towards the copies of their states, and all others towards their own.

    Raises:
        RefusedError: a region has no such name, or no copies.

    """
    overrides: dict[str, dict[str, Any]] = {}
    for region in regions.named(environment, failed_over, option="--failed-over"):
        peer = peer_of(environment, region)
        for stack in stacks_of(environment, region, stacks):
            overrides[stack.name] = _override(environment, peer, stack)
    for stack in stacks:
        copied_state.turn(stack, overrides.get(stack.name), data=variables.get("TF_DATA_DIR", ".terraform"))


def _override(environment: Environment, peer: CloudRegion, stack: SynthesizedStack) -> dict[str, Any]:
    settings = at_peer(environment, peer, backend(stack), key=copy_key(environment, stack))
    provider = {"sts_region": peer.name}
    if stack.name == environment.names.routing_stack():
        # It is about the whole environment, and deployed from the region that keeps its state, which is the peer now.
        provider["region"] = peer.name
    return {"terraform": {"backend": {"s3": settings}}, "provider": {"aws": [provider]}}
