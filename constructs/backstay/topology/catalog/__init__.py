"""What each cloud offers, as tables: the facts that an environment is checked against."""

from backstay.topology.catalog.tables import Catalog, GpuType, RegionFacts, RetiredType, closest
from backstay.topology.cloud import Cloud

__all__ = ["Catalog", "GpuType", "RegionFacts", "RetiredType", "catalog", "closest"]


def catalog(cloud: Cloud) -> Catalog | None:
    """The tables of a cloud, or None while Backstay has no constructs for it."""
    if cloud is Cloud.AWS:
        from backstay.topology.catalog import aws

        return aws.CATALOG
    return None
