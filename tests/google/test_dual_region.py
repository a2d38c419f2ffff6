"""Two regions that hold a bucket together."""

import pytest

from backstay.google.dual_region import DualRegion
from backstay.topology import Cloud, google_region
from backstay.topology.catalog import catalog


@pytest.mark.parametrize(
    ("region", "twin", "location", "key"),
    [
        ("us-central1", "us-east4", "US", "us"),
        ("europe-west1", "europe-north1", "EU", "europe"),
        ("asia-east1", "asia-southeast1", "ASIA", "asia"),
    ],
)
def test_a_bucket_and_its_key_are_in_the_part_of_the_world_that_has_both(
    region: str, twin: str, location: str, key: str
) -> None:
    pair = DualRegion.of(google_region(region), google_region(twin))
    assert (pair.location, pair.key_region.name) == (location, key)
    assert pair.data_locations == (region.upper(), twin.upper())


def paired(region: str, twin: str) -> bool:
    try:
        DualRegion.of(google_region(region), google_region(twin))
    except ValueError:
        return False
    return True


def test_being_twins_is_mutual() -> None:
    names = list(catalog(Cloud.GOOGLE).regions)
    pairs = {(one, other) for one in names for other in names if paired(one, other)}
    assert len(pairs) > 100
    assert all((other, one) in pairs for one, other in pairs)
