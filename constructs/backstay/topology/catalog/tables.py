"""The shape of the tables that describe a cloud."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class RegionFacts:
    """What has to be known of a region before anything is planned in it.

    Attributes:
        slot: the region's number in address plans. Permanent, since a change would renumber live networks.
        place: where it stands, for people.
        geography: regions with the same value may fall to one disaster, so they do not protect each other.
        zones: availability zones open to every account.
        zone_names: what they are called, where that is the same for everybody.
    """

    slot: int
    place: str
    geography: str
    zones: int
    zone_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class GpuType:
    """A machine size with GPUs.

    Attributes:
        gpu: the GPU's name.
        count: GPUs in one machine.
        memory_mib: memory of one GPU.
        architecture: `x86_64` or `arm64`.
        family: the sizes that stand in the same places.
        vcpus: virtual CPUs of one machine, which is what AWS counts against its quotas; 0 where nobody counts them.
    """

    gpu: str
    count: int
    memory_mib: int
    architecture: str = "x86_64"
    family: str = ""
    vcpus: int = 0


@dataclass(frozen=True)
class Quota:
    """How many virtual CPUs of some machines an account may run in a region.

    Attributes:
        code: how the cloud's quota service calls it.
        name: what it is called for people.
        usage: how the cloud's usage metrics call what is counted against it.
    """

    code: str
    name: str
    usage: str


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
        retired_gpu_types: sizes that cannot, or patterns of them in which `*` stands for anything.
        kubernetes: version to the last day of its standard support.
        gpu_offers: the GPU families of a region; a region that is not in it was not recorded.
        small_gpu_types: current sizes with one small GPU, best first.
        system_type: a size without a GPU that holds what every cluster runs.
        gpu_zones: the GPU families of a zone, where zones have one name for everybody.
        quotas: what counts how much of which families an account may run, by how they are bought; families are
            patterns in which `*` stands for anything. Empty where nothing is known of them.
    """

    regions: Mapping[str, RegionFacts]
    gpu_types: Mapping[str, GpuType]
    retired_gpu_types: Mapping[str, RetiredType]
    kubernetes: Mapping[str, date]
    gpu_offers: Mapping[str, frozenset[str]]
    small_gpu_types: tuple[str, ...]
    system_type: str
    gpu_zones: Mapping[str, frozenset[str]] = field(default_factory=dict)
    quotas: Mapping[str, Mapping[str, Quota]] = field(default_factory=dict)

    def retired(self, gpu_type: str) -> RetiredType | None:
        """The entry for a retired size."""
        found = (entry for pattern, entry in self.retired_gpu_types.items() if fnmatchcase(gpu_type, pattern))
        return None if gpu_type in self.gpu_types else next(found, None)

    def offers(self, region: str, gpu_type: str) -> bool:
        """Whether a region has a size, as far as that was recorded."""
        known, offered = self.gpu_types.get(gpu_type), self.gpu_offers.get(region)
        return known is None or offered is None or known.family in offered

    def quota(self, gpu_type: str, purchase: str) -> Quota | None:
        """What counts machines of a size, `on-demand` or `spot`; None where it is not known."""
        known = self.gpu_types.get(gpu_type)
        counted = self.quotas.get(purchase, {})
        return next((quota for family, quota in counted.items() if known and fnmatchcase(known.family, family)), None)

    def small_gpu_type(self, region: str) -> str:
        """The best small GPU size that a region offers; the best of all where that is not known."""
        known = self.small_gpu_types if region in self.gpu_offers else ()
        return next((size for size in known if self.offers(region, size)), self.small_gpu_types[0])


def closest(word: str, allowed: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The allowed word that was probably meant, if one is at least so much like it; 1 is the same."""
    return next(iter(difflib.get_close_matches(word, list(allowed), n=1, cutoff=likeness)), None)
