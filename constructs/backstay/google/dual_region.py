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


# https://docs.cloud.google.com/storage/docs/locations#location-dr; areas of one country are left out.
_AREAS = (
    _Area(
        "US",
        "us",
        frozenset(f"us-{name}" for name in "central1 east1 east4 east5 south1 west1 west2 west3 west4".split()),
    ),
    _Area(
        "EU",
        "europe",
        frozenset(f"europe-{name}" for name in "central2 north1 southwest1 west1 west3 west4 west8 west9".split()),
    ),
    _Area("ASIA", "asia", frozenset({"asia-east1", "asia-southeast1"})),
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
