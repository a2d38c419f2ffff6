"""What each cloud offers, as tables: the facts that an environment is checked against."""

from backstay.topology.catalog.tables import Catalog, GpuType, Quota, RegionFacts, RetiredType, closest
from backstay.topology.cloud import Cloud

__all__ = ["Catalog", "GpuType", "Quota", "RegionFacts", "RetiredType", "catalog", "closest"]


def catalog(cloud: Cloud) -> Catalog:
    """The tables of a cloud, read when they are first asked for."""
    match cloud:
        case Cloud.AWS:
            from backstay.topology.catalog.aws import CATALOG
        case Cloud.AZURE:
            from backstay.topology.catalog.azure import CATALOG
        case Cloud.GOOGLE:
            from backstay.topology.catalog.google import CATALOG
    return CATALOG
