"""Which machine sizes have GPUs."""

from backstay.topology import CloudRegion
from backstay.topology.catalog import GpuType, catalog, closest


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
