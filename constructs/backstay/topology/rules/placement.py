"""Rules about where regions are."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network

from backstay.topology.catalog import catalog, closest
from backstay.topology.catalog.tables import RegionFacts
from backstay.topology.cloud import Cloud, CloudRegion
from backstay.topology.rules.rule import Finding, PairCase, RegionCase, pair_rule, region_rule

_NOT_JOINED_BY_GOOGLE = IPv4Network("100.64.0.0/10")
_AN = {Cloud.AWS: "an aws", Cloud.AZURE: "an azure", Cloud.GOOGLE: "a google"}


def _facts(region: CloudRegion) -> RegionFacts | None:
    return catalog(region.cloud).regions.get(region.name)


@region_rule("region-known")
def region_known(case: RegionCase) -> Iterator[Finding]:
    """A mistyped region would be found by the cloud only, in the middle of a deployment."""
    name, regions = case.region.region, catalog(case.region.cloud).regions
    if name not in regions:
        meant = closest(name, regions)
        hint = f"did you mean {meant!r}?" if meant else f"known are {', '.join(sorted(regions))}"
        yield ("region",), f"region {name!r} is not {_AN[case.region.cloud]} region; {hint}"


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
    region, facts = case.region, _facts(case.region.location)
    names = facts.zone_names if facts else ()
    if region.cloud is not Cloud.AWS and not names:
        return
    for index, zone in enumerate(region.network.zones):
        if names and zone not in names:
            place, known = ("network", "zones", index), ", ".join(names)
            yield place, f"zone {zone!r} is not in region {region.region!r}, whose zones are {known}"
        # Accounts of AWS see zones of their own, but all are named alike.
        elif not names and not re.fullmatch(re.escape(region.region) + "[a-z]", zone):
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


@region_rule("network-fits-google")
def network_fits_google(case: RegionCase) -> Iterator[Finding]:
    """Google's own services, such as databases, are joined to networks of RFC 1918 only."""
    region, cidr = case.region, case.region.network.cidr
    if region.cloud is Cloud.GOOGLE and cidr and cidr.subnet_of(_NOT_JOINED_BY_GOOGLE):
        yield (
            ("network", "cidr"),
            f"network {cidr} is within {_NOT_JOINED_BY_GOOGLE}, to which google joins no services of its own; "
            "choose one within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
        )
