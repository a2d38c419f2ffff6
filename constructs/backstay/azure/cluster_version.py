"""Which Kubernetes versions a cluster may run."""

from datetime import date

from backstay.topology import CloudRegion
from backstay.topology.catalog import catalog


def require_supported(version: str, region: CloudRegion, *, today: date) -> None:
    """Refuse a Kubernetes version that gets no fixes any more, or that is not known.

    The last days of support are those of the cloud's catalog, which names their source.

    Raises:
        ValueError: naming the day on which support ended, and the versions that are supported.
    """
    ends = catalog(region.cloud).kubernetes
    supported = ", ".join(known for known, end in ends.items() if end >= today)
    end = ends.get(version)
    if end is None:
        raise ValueError(f"Kubernetes {version!r} is not a known {region.cloud} version; supported: {supported}")
    if end < today:
        raise ValueError(f"Kubernetes {version} left standard support on {end}; supported: {supported}")
