"""Rules about where regions are."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from backstay.topology.catalog import catalog, closest
from backstay.topology.catalog.tables import RegionFacts
from backstay.topology.cloud import Cloud, CloudRegion
from backstay.topology.environment import Environment
from backstay.topology.rules.rule import Finding, rule


def _facts(region: CloudRegion) -> RegionFacts | None:
    tables = catalog(region.cloud)
    return tables.regions.get(region.name) if tables else None


@rule("cloud-available", reads={"regions", "cloud"})
def cloud_available(environment: Environment, _today: date) -> Iterator[Finding]:
    """A region needs constructs for its cloud."""
    available = ", ".join(cloud for cloud in Cloud if catalog(cloud))
    for role, region in environment.regions.items():
        if catalog(region.cloud) is None:
            yield (
                ("regions", role, "cloud"),
                f"cloud {region.cloud.value!r} has no constructs in this version of Backstay; available: {available}",
            )


@rule("region-known", reads={"regions", "cloud", "region"})
def region_known(environment: Environment, _today: date) -> Iterator[Finding]:
    """A mistyped region would be found by the cloud only, in the middle of a deployment."""
    for role, region in environment.regions.items():
        tables = catalog(region.cloud)
        if tables and region.region not in tables.regions:
            meant = closest(region.region, tables.regions)
            hint = f"did you mean {meant!r}?" if meant else f"known are {', '.join(sorted(tables.regions))}"
            yield (
                ("regions", role, "region"),
                f"region {region.region!r} is not an {region.cloud} region; {hint}",
            )


@rule("region-unique", reads={"regions", "cloud", "region"})
def region_unique(environment: Environment, _today: date) -> Iterator[Finding]:
    """One region cannot stand in for itself."""
    for (first, a), (second, b) in combinations(environment.regions.items(), 2):
        if a.location == b.location:
            yield (
                ("regions", second, "region"),
                f"region {b.region!r} is both {first!r} and {second!r}; each must be another region",
            )


@rule("regions-apart", reads={"regions", "cloud", "region"}, waivable=True)
def regions_apart(environment: Environment, _today: date) -> Iterator[Finding]:
    """Neighbouring regions have fallen to one event together."""
    for (first, a), (second, b) in combinations(environment.regions.items(), 2):
        here, there = _facts(a.location), _facts(b.location)
        if here and there and a.location != b.location and here.geography == there.geography:
            yield (
                ("regions", second, "region"),
                f"regions {a.region!r} ({first}) and {b.region!r} ({second}) share the geography {here.geography!r}; "
                "choose regions further apart",
            )


@rule("three-zones", reads={"regions", "cloud", "region"})
def three_zones(environment: Environment, _today: date) -> Iterator[Finding]:
    """A region carries on without a zone only when two others are left."""
    for role, region in environment.regions.items():
        facts = _facts(region.location)
        if facts and facts.zones < 3:
            yield (
                ("regions", role, "region"),
                f"region {region.region!r} shows {facts.zones} availability zones to a new account; three are needed, "
                "so choose another region",
            )


@rule("zones-in-region", reads={"regions", "region", "network", "zones"})
def zones_in_region(environment: Environment, _today: date) -> Iterator[Finding]:
    """A zone of another region cannot hold a subnet of this one."""
    for role, region in environment.regions.items():
        for index, zone in enumerate(region.network.zones):
            if region.cloud is Cloud.AWS and zone[:-1] != region.region:
                yield (
                    ("regions", role, "network", "zones", index),
                    f"zone {zone!r} is not in region {region.region!r}, "
                    f"whose zones are named like {region.region + 'a'!r}",
                )


@rule("networks-apart", reads={"regions", "cloud", "region", "network", "cidr"})
def networks_apart(environment: Environment, _today: date) -> Iterator[Finding]:
    """Networks that overlap can never be joined."""
    networks = {
        role: region.network.address_plan(region.location).network
        for role, region in environment.regions.items()
        if region.network.cidr or _facts(region.location)
    }
    for (first, a), (second, b) in combinations(networks.items(), 2):
        if a.overlaps(b) and environment.regions[first].location != environment.regions[second].location:
            yield (
                ("regions", second, "network", "cidr"),
                f"networks {a} ({first}) and {b} ({second}) overlap; leave cidr out, or give each its own",
            )
