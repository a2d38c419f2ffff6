"""Which Kubernetes versions a cluster may run, and for how long."""

from datetime import date

from backstay.topology.catalog import catalog
from backstay.topology.cloud import CloudRegion


def end_of_support(version: str, region: CloudRegion, *, today: date) -> date:
    """The last day on which a Kubernetes version gets fixes in its standard support.

    The last days of support are those of the cloud's catalog, which names their source.

    Raises:
        ValueError: when that day has passed or is not known, naming the versions that are supported.
    """
    ends = catalog(region.cloud).kubernetes
    supported = ", ".join(known for known, end in ends.items() if end >= today)
    end = ends.get(version)
    if end is None:
        raise ValueError(f"Kubernetes {version!r} is not a known {region.cloud} version; supported: {supported}")
    if end < today:
        raise ValueError(f"Kubernetes {version} left standard support on {end}; supported: {supported}")
    return end
