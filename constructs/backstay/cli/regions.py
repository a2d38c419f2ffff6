"""Regions as people name them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.cli.failures import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.topology import Environment, Region


def named(environment: Environment, given: Sequence[str], *, option: str) -> list[Region]:
    """Return the regions that are named by the part they play or by the cloud's name, each once.

    Raises:
        RefusedError: no region has the name.

    """
    found: dict[str, Region] = {}
    for name in given:
        matching = {role: region for role, region in environment.regions.items() if name in (role, region.region)}
        if not matching:
            there_are = ", ".join(f"{role} ({region.region})" for role, region in environment.regions.items())
            raise RefusedError(f"{option} {name}: {environment.name} has no such region; there are: {there_are}")
        found |= matching
    return list(found.values())
