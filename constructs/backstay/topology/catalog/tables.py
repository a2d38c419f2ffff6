"""The shape of the tables that describe a cloud."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RegionFacts:
    """What has to be known of a region before anything is planned in it.

    Attributes:
        slot: the region's number in address plans. Permanent, since a change would renumber live networks.
        place: where it stands, for people.
        geography: regions with the same value may fall to one disaster, so they do not protect each other.
        zones: availability zones open to every account.
    """

    slot: int
    place: str
    geography: str
    zones: int


@dataclass(frozen=True)
class GpuType:
    """A machine size with GPUs.

    Attributes:
        gpu: the GPU's name.
        count: GPUs in one machine.
        memory_mib: memory of one GPU.
        architecture: `x86_64` or `arm64`.
    """

    gpu: str
    count: int
    memory_mib: int
    architecture: str = "x86_64"


@dataclass(frozen=True)
class RetiredType:
    """A machine size that can no longer be had, and what took its place."""

    gpu: str
    successor: str


@dataclass(frozen=True)
class Catalog:
    """One cloud's tables.

    Attributes:
        regions: by name.
        gpu_types: sizes that can be ordered.
        retired_gpu_types: sizes, or families ending in `.*`, that cannot.
        kubernetes: version to the last day of its standard support.
        gpu_offers: the GPU families of a region; a region that is not in it was not recorded.
    """

    regions: Mapping[str, RegionFacts]
    gpu_types: Mapping[str, GpuType]
    retired_gpu_types: Mapping[str, RetiredType]
    kubernetes: Mapping[str, date]
    gpu_offers: Mapping[str, frozenset[str]]

    def retired(self, gpu_type: str) -> RetiredType | None:
        """The entry for a retired size, looked up by itself and by its family."""
        family = gpu_type.split(".", 1)[0] + ".*"
        return self.retired_gpu_types.get(gpu_type) or self.retired_gpu_types.get(family)


def closest(word: str, allowed: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The allowed word that was probably meant, if one is at least so much like it; 1 is the same."""
    return next(iter(difflib.get_close_matches(word, list(allowed), n=1, cutoff=likeness)), None)
