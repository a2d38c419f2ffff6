"""Terraform addresses are a contract: a changed one is a replaced resource.

`tests/golden/<environment>.txt` lists them, one a line. Write them anew with BACKSTAY_WRITE_GOLDEN=1.
"""

import os
from pathlib import Path

import pytest

from backstay.testing import addresses
from backstay.topology import Cloud
from tests.synthesis import ENVIRONMENTS, documents, environment

GOLDEN = Path(__file__).parent / "golden"


def listing(name: str) -> str:
    lines = [f"{stack} {address}" for stack, document in documents(name).items() for address in addresses(document)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_addresses_are_those_that_are_deployed(name: str) -> None:
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("BACKSTAY_WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(listing(name))
    assert golden.read_text() == listing(name)


# What differs by the part that a region plays in data and in failovers, or names the others.
BY_PART = (".stores_", ".watch_")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_same_thing_has_the_same_address_in_every_region_of_a_cloud(name: str) -> None:
    made, names = documents(name), environment(name).names
    for cloud in Cloud:
        regions = [region for region in environment(name).regions.values() if region.cloud is cloud]
        for stack_name in (names.region_stack, names.state_stack, names.workloads_stack):
            trees = {
                frozenset(
                    address
                    for address in addresses(made[stack_name(region.location)])
                    if not any(part in address for part in BY_PART)
                )
                for region in regions
            }
            assert len(trees) <= 1


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_regions_that_play_the_same_part_have_the_same_stores(name: str) -> None:
    made, names = documents(name), environment(name).names
    trees: dict[tuple[object, ...], set[frozenset[str]]] = {}
    for region in environment(name).regions.values():
        part = (region.cloud, region.vector_db, region.cache, region.message_queue)
        held = {each for each in addresses(made[names.region_stack(region.location)]) if BY_PART[0] in each}
        trees.setdefault(part, set()).add(frozenset(held))
    assert all(len(alike) == 1 for alike in trees.values())
