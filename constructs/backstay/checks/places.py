"""Which region a text points into: an ARN, a key's path, the host of a registry or vault."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from backstay.checks.block import Block
from backstay.checks.stacks import Stacks


class Kind(StrEnum):
    """What stands there."""

    KEY = "key"
    SECRET = "secret"  # noqa: S105 - the word, not one
    IMAGE = "image"


# Only whole ARNs: those within a policy grant access, and need nothing.
_ARN = re.compile(r"arn:[^:]*:(kms|secretsmanager|ssm):([a-z0-9-]+):")
# ECS takes the containers of a task, and with them where their secrets are, as a text of JSON.
_FROM = re.compile(r'"valueFrom"\s*:\s*"arn:[^:]*:(?:secretsmanager|ssm):([a-z0-9-]+):')
_ARN_KINDS = {"kms": Kind.KEY, "secretsmanager": Kind.SECRET, "ssm": Kind.SECRET}
_ECR = re.compile(r"\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com")
_GOOGLE_KEY = re.compile(r"projects/[^/]+/locations/([a-z]+-[a-z]+\d+)/keyRings/")
_GOOGLE_SECRET = re.compile(r"projects/[^/]+/locations/([a-z]+-[a-z]+\d+)/secrets/")
_GOOGLE_IMAGE = re.compile(r"(?<![\w-])([a-z]+-[a-z]+\d+)-docker\.pkg\.dev")
# Most texts point nowhere, and this is asked of all of them.
_ANYWHERE = re.compile(r"^arn:|^projects/|\"valueFrom\"|amazonaws\.com|pkg\.dev|azure\.net|azurecr\.io")
_AZURE_HOST = re.compile(r"([a-z0-9-]+)\.(vault\.azure\.net|azurecr\.io)")


def elsewhere(stacks: Stacks, kind: Kind) -> Iterator[tuple[Block, str]]:
    """The blocks that use something of a kind in a region that is not their stack's, each with that region.

    What copies something is left out, since it has to name both places.
    """
    return ((block, region) for of_kind, block, region in _elsewhere(stacks) if of_kind is kind)


# One pass over every text for all kinds.
@lru_cache(maxsize=1)
def _elsewhere(stacks: Stacks) -> tuple[tuple[Kind, Block, str], ...]:
    return tuple(_found_elsewhere(stacks))


def _found_elsewhere(stacks: Stacks) -> Iterator[tuple[Kind, Block, str]]:
    azure = _azure_places(stacks)
    for block in stacks.blocks:
        own = block.stack.region
        if own is None or "repli" in block.type:
            continue
        for path, text in block.strings:
            if not _ANYWHERE.search(text) or any("replica" in key or "destination" in key for key in path):
                continue
            for found, region in _pointed_at(text, azure):
                if region != own:
                    yield found, block, region


def _pointed_at(text: str, azure: dict[str, str]) -> Iterator[tuple[Kind, str]]:
    if arn := _ARN.match(text):
        yield _ARN_KINDS[arn[1]], arn[2]
    elif path := _GOOGLE_KEY.match(text):
        yield Kind.KEY, path[1]
    elif path := _GOOGLE_SECRET.match(text):
        yield Kind.SECRET, path[1]
    for secret in _FROM.finditer(text):
        yield Kind.SECRET, secret[1]
    for image in (*_ECR.finditer(text), *_GOOGLE_IMAGE.finditer(text)):
        yield Kind.IMAGE, image[1]
    for host in _AZURE_HOST.finditer(text):
        if region := azure.get(host[1]):
            kind = Kind.SECRET if "/secrets/" in text else Kind.KEY
            yield Kind.IMAGE if host[2] == "azurecr.io" else kind, region


def _azure_places(stacks: Stacks) -> dict[str, str]:
    """The regions of vaults and registries; a registry with copies elsewhere answers there too."""
    return {
        block.known_as: block.region
        for block in stacks.resources("azurerm_key_vault", "azurerm_container_registry")
        if block.known_as and block.region and not block.has("georeplications")
    }
