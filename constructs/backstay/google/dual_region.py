"""Two regions that hold a bucket together."""

from collections.abc import Mapping
from dataclasses import dataclass

from backstay.topology import Cloud, CloudRegion


@dataclass(frozen=True)
class _Area:
    """What Cloud Storage and Cloud KMS call a part of the world, and the regions there that may be paired."""

    storage: str
    keys: str
    regions: frozenset[str]


def _area(storage: str, keys: str, regions: str) -> _Area:
    return _Area(storage, keys, frozenset(regions.split()))


# https://docs.cloud.google.com/storage/docs/locations#location-dr; areas of one country are left out.
_AREAS = (
    _area("US", "us", "us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4"),
    _area(
        "EU",
        "europe",
        "europe-central2 europe-north1 europe-southwest1 europe-west1 europe-west3 europe-west4 "
        "europe-west8 europe-west9",
    ),
    _area("ASIA", "asia", "asia-east1 asia-southeast1"),
)
_AREA_OF: Mapping[str, _Area] = {region: area for area in _AREAS for region in area.regions}


@dataclass(frozen=True)
class DualRegion:
    """A pair of regions, as Cloud Storage and Cloud KMS know it.

    Attributes:
        location: the part of the world that a bucket in both belongs to.
        data_locations: the two regions.
        key_region: where the key of such a bucket has to be: it must serve either region when the other is lost.
    """

    location: str
    data_locations: tuple[str, str]
    key_region: CloudRegion

    @classmethod
    def of(cls, region: CloudRegion, twin: CloudRegion) -> "DualRegion":
        """Pair two regions.

        Raises:
            ValueError: when they are the same, or Cloud Storage cannot pair them.
        """
        if region == twin:
            raise ValueError(f"region {region.name!r} is its own twin; name another region, or leave it out")
        area = _AREA_OF.get(region.name)
        if area is None or twin.name not in area.regions:
            fitting = sorted(area.regions - {region.name}) if area else []
            allowed = f"choose one of {', '.join(fitting)}" if fitting else "leave it out"
            raise ValueError(f"region {twin.name!r} cannot be the twin of {region.name!r}; {allowed}")
        return cls(
            location=area.storage,
            data_locations=(region.name.upper(), twin.name.upper()),
            key_region=CloudRegion(Cloud.GOOGLE, area.keys),
        )
