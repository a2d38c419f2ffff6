"""Rules about where regions are."""

import re
from collections.abc import Iterator

from backstay.topology.catalog import catalog, closest
from backstay.topology.catalog.tables import RegionFacts
from backstay.topology.cloud import Cloud, CloudRegion
from backstay.topology.rules.rule import Finding, PairCase, RegionCase, pair_rule, region_rule


def _facts(region: CloudRegion) -> RegionFacts | None:
    tables = catalog(region.cloud)
    return tables.regions.get(region.name) if tables else None


@region_rule("cloud-available")
def cloud_available(case: RegionCase) -> Iterator[Finding]:
    """A region needs constructs for its cloud."""
    cloud = case.region.cloud
    if catalog(cloud) is None:
        available = ", ".join(cloud for cloud in Cloud if catalog(cloud))
        yield (
            ("cloud",),
            f"cloud {cloud.value!r} has no constructs in this version of Backstay; available: {available}",
        )


@region_rule("region-known")
def region_known(case: RegionCase) -> Iterator[Finding]:
    """A mistyped region would be found by the cloud only, in the middle of a deployment."""
    name, tables = case.region.region, catalog(case.region.cloud)
    if tables and name not in tables.regions:
        meant = closest(name, tables.regions)
        hint = f"did you mean {meant!r}?" if meant else f"known are {', '.join(sorted(tables.regions))}"
        yield ("region",), f"region {name!r} is not an {case.region.cloud} region; {hint}"


@pair_rule("region-unique")
def region_unique(case: PairCase) -> Iterator[Finding]:
    """One region cannot stand in for itself."""
    if case.region.location == case.other.location:
        yield (
            ("region",),
            f"region {case.region.region!r} is both {case.other_role!r} and {case.role!r}; each must be another region",
        )


@pair_rule("regions-apart", waivable=True)
def regions_apart(case: PairCase) -> Iterator[Finding]:
    """Neighbouring regions have fallen to one event together."""
    region, other = case.region.location, case.other.location
    here, there = _facts(region), _facts(other)
    if here and there and region != other and here.geography == there.geography:
        yield (
            ("region",),
            f"regions {other.name!r} ({case.other_role}) and {region.name!r} ({case.role}) share the geography "
            f"{here.geography!r}; choose regions further apart",
        )


@region_rule("three-zones")
def three_zones(case: RegionCase) -> Iterator[Finding]:
    """A region carries on without a zone only when two others are left."""
    facts = _facts(case.region.location)
    if facts and facts.zones < 3 and not case.region.network.zones:
        yield (
            ("region",),
            f"region {case.region.region!r} shows {facts.zones} availability zones to a new account and three are "
            "needed; choose another region, or name three zones that your account has in network.zones",
        )


@region_rule("zones-in-region")
def zones_in_region(case: RegionCase) -> Iterator[Finding]:
    """A zone of another region cannot hold a subnet of this one."""
    region = case.region
    for index, zone in enumerate(region.network.zones):
        if region.cloud is Cloud.AWS and not re.fullmatch(re.escape(region.region) + "[a-z]", zone):
            yield (
                ("network", "zones", index),
                f"zone {zone!r} is not in region {region.region!r}, whose zones are named like {region.region + 'a'!r}",
            )


@pair_rule("networks-apart")
def networks_apart(case: PairCase) -> Iterator[Finding]:
    """Networks that overlap can never be joined."""
    region, other = case.region, case.other
    if region.location == other.location or not all(
        one.network.cidr or _facts(one.location) for one in (region, other)
    ):
        return
    here, there = (one.network.address_plan(one.location).network for one in (region, other))
    if here.overlaps(there):
        yield (
            ("network", "cidr"),
            f"networks {there} ({case.other_role}) and {here} ({case.role}) overlap; "
            "leave cidr out, or give each its own",
        )
