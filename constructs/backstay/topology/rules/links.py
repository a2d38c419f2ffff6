"""Rules about what regions copy to each other."""

from collections.abc import Iterator

from backstay.topology.cloud import Cloud
from backstay.topology.rules.rule import Finding, RegionCase, region_rule


@region_rule("stores-fit-cloud")
def stores_fit_cloud(case: RegionCase) -> Iterator[Finding]:
    """What one region keeps and another cannot is not there when it is needed."""
    region, data = case.region, case.environment.data
    if region.cloud is Cloud.AWS:
        return
    wanted = {"artifacts": data.artifacts, "images": data.images}
    for store in (name for name, spec in wanted.items() if spec is not None):
        yield (
            ("cloud",),
            f"region {case.role!r} is on {region.cloud}, where Backstay keeps no {store} yet; "
            f"leave data.{store} out, or keep all regions on aws",
        )
    parts = {"vector_db": region.vector_db, "cache": region.cache, "message_queue": region.message_queue}
    for part in (name for name, given in parts.items() if given is not None):
        yield (
            (part,),
            f"region {case.role!r} is on {region.cloud}, where Backstay makes no {part.replace('_', ' ')} yet; "
            f"leave {part} out",
        )
