"""Rules about who serves and who waits."""

from collections.abc import Iterator
from decimal import Decimal

from backstay.topology.environment import Mode
from backstay.topology.region import Status
from backstay.topology.rules.rule import Case, Finding, RegionCase, region_rule, rule


@rule("traffic-sums-to-100")
def traffic_sums_to_100(case: Case) -> Iterator[Finding]:
    """Clients have to go somewhere: the active regions' shares make 100%."""
    shares = {role: region.traffic for role, region in case.environment.active.items()}
    total = sum((share.percent for share in shares.values()), Decimal(0))
    if shares and total != 100:
        listed = " + ".join(f"{role} {share}" for role, share in shares.items())
        yield (
            ("regions", next(iter(shares)), "traffic"),
            f"traffic of the active regions is {listed} = {total:f}%; it must make 100%",
        )


@region_rule("standby-takes-no-traffic")
def standby_takes_no_traffic(case: RegionCase) -> Iterator[Finding]:
    """A standby that takes traffic on a good day is active, and must be sized and watched as such."""
    region = case.region
    if region.status is Status.STANDBY and region.traffic.percent != 0:
        yield (
            ("traffic",),
            f"standby region {case.role!r} has traffic {region.traffic}; it must be 0%, or its status active",
        )


@rule("mode-fits-regions")
def mode_fits_regions(case: Case) -> Iterator[Finding]:
    """The mode says what survives a lost region, so the regions must be able to keep that promise."""
    environment = case.environment
    if not environment.regions:
        return
    if len(environment.regions) == 1 and environment.mode is not Mode.SINGLE_REGION:
        yield (
            ("mode",),
            f"mode {environment.mode} has one region; it must have two at least, "
            "or say mode: single-region and survive the loss of none",
        )
        return
    active, standby = len(environment.active), len(environment.standby)
    needed = {
        Mode.SINGLE_REGION: "exactly one region, and that active",
        Mode.ACTIVE_PASSIVE: "one active region and at least one standby",
        Mode.ACTIVE_ACTIVE: "at least two active regions",
    }
    fits = {
        Mode.SINGLE_REGION: active == 1 and standby == 0,
        Mode.ACTIVE_PASSIVE: active == 1 and standby >= 1,
        Mode.ACTIVE_ACTIVE: active >= 2,
    }
    if not fits[environment.mode]:
        yield (
            ("mode",),
            f"mode {environment.mode} needs {needed[environment.mode]}; "
            f"there are {active} active and {standby} standby",
        )


@rule("one-vector-db-primary")
def one_vector_db_primary(case: Case) -> Iterator[Finding]:
    """Two primaries are two truths, and none is no database."""
    regions = case.environment.regions
    holders = [role for role, region in regions.items() if region.vector_db]
    primaries = [role for role in holders if regions[role].vector_db == "primary"]
    if holders and len(primaries) != 1:
        given = " and ".join(repr(role) for role in primaries) or "no region"
        place = ("regions", (primaries[1:] or holders)[0], "vector_db")
        yield place, f"vector_db: primary stands in {given}; exactly one region must have it"


@region_rule("vector-db-primary-active")
def vector_db_primary_active(case: RegionCase) -> Iterator[Finding]:
    """What is written by the region that serves must not have to travel to one that waits."""
    if case.region.vector_db == "primary" and case.region.status is Status.STANDBY:
        yield (
            ("vector_db",),
            f"vector_db: primary stands in standby region {case.role!r}; it must be in an active region",
        )


@rule("health-check-interval")
def health_check_interval(case: Case) -> Iterator[Finding]:
    """Route 53 checks every 10 or every 30 seconds, and nothing between."""
    interval = case.environment.service.health_check.interval
    if interval.seconds not in (10, 30):
        yield (
            ("service", "health_check", "interval"),
            f"health check interval {interval} is not offered; write 10s or 30s",
        )
