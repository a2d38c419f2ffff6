"""Which machine sizes have GPUs, where, and what Google Cloud calls them."""

from collections.abc import Sequence

from backstay.topology import CloudRegion
from backstay.topology.catalog import GpuType, catalog, closest

# By family: https://cloud.google.com/compute/docs/gpus#gpu-models
_ACCELERATORS = {
    "a2-highgpu": "nvidia-tesla-a100",
    "a2-megagpu": "nvidia-tesla-a100",
    "a2-ultragpu": "nvidia-a100-80gb",
    "a3-edgegpu": "nvidia-h100-80gb",
    "a3-highgpu": "nvidia-h100-80gb",
    "a3-megagpu": "nvidia-h100-mega-80gb",
    "a3-ultragpu": "nvidia-h200-141gb",
    "a4-highgpu": "nvidia-b200",
    "g2-standard": "nvidia-l4",
    "g4-standard": "nvidia-rtx-pro-6000",
}

# Series that take no persistent disk: https://cloud.google.com/compute/docs/disks/hyperdisks#machine-type-support
_HYPERDISK_ONLY = ("a3-ultragpu-", "a4-", "a4x-", "c4-", "c4a-", "c4d-", "g4-", "h4d-", "m4-", "n4-", "n4a-", "n4d-")


def require_gpu(size: str, region: CloudRegion) -> GpuType:
    """The GPUs of a machine size.

    Raises:
        ValueError: when the size is retired, naming its successor, or not known to have a GPU.
    """
    tables = catalog(region.cloud)
    if retired := tables.retired(size):
        raise ValueError(
            f"machine size {size!r} with {retired.gpu} is retired and can no longer be had; use {retired.successor!r}"
        )
    if size not in tables.gpu_types:
        meant = closest(size, tables.gpu_types)
        hint = f"did you mean {meant!r}?" if meant else f"a small one is {tables.small_gpu_type(region.name)!r}"
        raise ValueError(f"machine size {size!r} is not a known size with a GPU; {hint}")
    return tables.gpu_types[size]


def accelerator(gpu: GpuType) -> str:
    """What Google Cloud calls a GPU."""
    return _ACCELERATORS[gpu.family]


def zones_with(size: str, zones: Sequence[str], region: CloudRegion) -> tuple[str, ...]:
    """Those of some zones that have a GPU size, in their order; all of them where that was not recorded.

    Raises:
        ValueError: when none of them has it, naming the zones of the region that do.
    """
    family, offers = require_gpu(size, region).family, catalog(region.cloud).gpu_zones
    if not any(zone in offers for zone in zones):
        return tuple(zones)
    having = tuple(zone for zone in zones if family in offers.get(zone, ()))
    if not having:
        others = [
            zone for zone, families in offers.items() if family in families and zone.startswith(f"{region.name}-")
        ]
        do = f"name some of {', '.join(others)} in network.zones" if others else "choose another size or region"
        raise ValueError(f"machine size {size!r} is in none of the network's zones {', '.join(zones)}; {do}")
    return having


def boot_disk_type(size: str) -> str:
    """The disks that a machine size starts from: balanced ones, of the kind that its series takes."""
    return "hyperdisk-balanced" if size.startswith(_HYPERDISK_ONLY) else "pd-balanced"
