"""What each cloud offers, as tables: the facts that an environment is checked against."""

from backstay.topology.catalog.tables import Catalog, GpuType, RegionFacts, RetiredType, closest
from backstay.topology.cloud import Cloud

__all__ = ["Catalog", "GpuType", "RegionFacts", "RetiredType", "catalog", "closest", "small_gpu_type"]


def catalog(cloud: Cloud) -> Catalog | None:
    """The tables of a cloud, or None while Backstay has no constructs for it."""
    if cloud is Cloud.AWS:
        from backstay.topology.catalog import aws

        return aws.CATALOG
    return None


# Current and small, best first: one NVIDIA L4 with 24 GB, one A10G with 24 GB, one T4 with 16 GB.
_SMALL_GPU_TYPES = ("g6.xlarge", "g5.xlarge", "g4dn.xlarge")


def small_gpu_type(cloud: object, region: object) -> str:
    """The best small GPU size that a region offers; the best of all where that is not known."""
    tables = catalog(Cloud(cloud)) if cloud in tuple(Cloud) else None
    offered = tables.gpu_offers.get(str(region), frozenset()) if tables else frozenset[str]()
    small = (size for size in _SMALL_GPU_TYPES if size.split(".", 1)[0] in offered)
    return next(small, _SMALL_GPU_TYPES[0])
