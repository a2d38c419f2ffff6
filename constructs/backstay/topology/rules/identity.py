"""Rules about names and waivers."""

import re
from collections.abc import Iterator

from backstay.topology.catalog import closest
from backstay.topology.cloud import Cloud
from backstay.topology.pipeline import Access
from backstay.topology.rules.rule import RULES, Case, Finding, RegionCase, region_rule, rule

# EKS 100, AKS 63, GKE 40 characters: their APIs' references for creating a cluster.
_CLUSTER_NAME = {
    Cloud.AWS: (100, "letters, digits, hyphens and underscores", r"[A-Za-z0-9][A-Za-z0-9_-]*"),
    Cloud.AZURE: (63, "letters, digits, hyphens and underscores", r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?"),
    Cloud.GOOGLE: (40, "lower-case letters, digits and hyphens", r"[a-z]([a-z0-9-]*[a-z0-9])?"),
}
_HOST_NAME = 253  # RFC 1035

# Prefixes that a cloud keeps for itself: KMS aliases and log groups (aws), load balancers (internal),
# security groups (sg), buckets (amzn, sthree, goog), resource names (azure, microsoft, windows, login).
_RESERVED_NAMESPACES = (
    "aws",
    "amazon",
    "amzn",
    "azure",
    "goog",
    "google",
    "internal",
    "login",
    "microsoft",
    "sg",
    "sthree",
    "windows",
)
# What no name of a bucket, a vault or a storage account may hold, and what it may not begin with.
# https://cloud.google.com/storage/docs/buckets#naming
# https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name
_TRADEMARKS = {
    Cloud.AZURE: (("microsoft", "windows"), "login"),
    Cloud.GOOGLE: (("google",), "goog"),
}
# Words by which the stacks of an environment are told apart: `<env>-state-<region>`, `<env>-link-<from>-<to>`,
# `<env>-pipeline-<cloud>`.
_STACK_WORDS = ("state", "link", "pipeline")


@rule("namespace-not-reserved")
def namespace_not_reserved(case: Case) -> Iterator[Finding]:
    """Every physical name begins with the namespace, and clouds keep some beginnings for themselves."""
    namespace = case.environment.namespace
    if namespace in _RESERVED_NAMESPACES:
        yield ("namespace",), f"namespace {namespace!r} is reserved by a cloud; use your organisation's short name"


@rule("name-free-of-trademarks")
def name_free_of_trademarks(case: Case) -> Iterator[Finding]:
    """Names that the world sees, such as those of buckets, may not hold their cloud's own."""
    environment = case.environment
    # Storage accounts have no hyphens to keep words apart.
    named = f"{environment.namespace}{environment.name}".replace("-", "")
    for cloud in sorted({region.cloud for region in environment.regions.values()} & _TRADEMARKS.keys()):
        within, start = _TRADEMARKS[cloud]
        word = next((word for word in within if word in named), start if named.startswith(start) else None)
        if word:
            yield (
                ("name",),
                f"namespace and name make up names with {word!r} in them, which {cloud} refuses; choose another name",
            )


@rule("name-not-ambiguous")
def name_not_ambiguous(case: Case) -> Iterator[Finding]:
    """The region stack of an environment `x-state` has the name of the state stack of an environment `x`."""
    name = case.environment.name
    if word := next((word for word in name.split("-")[1:] if word in _STACK_WORDS), None):
        yield (
            ("name",),
            f"name {name!r} has the word {word!r} after a hyphen, by which stacks are told apart; choose another name",
        )


@rule("pipeline-not-ambiguous")
def pipeline_not_ambiguous(case: Case) -> Iterator[Finding]:
    """Applying `x-plan` and planning `x` would be one GitHub environment, and each trusted as the other."""
    name, ending = case.environment.name, f"-{Access.PLAN}"
    if case.environment.pipeline and name.endswith(ending):
        yield (
            ("name",),
            f"name {name!r} ends in {ending!r}, as the GitHub environments to plan in do; choose another name",
        )


@rule("pipeline-roles-apart")
def pipeline_roles_apart(case: Case) -> Iterator[Finding]:
    """A role that plans and applies alike would let every pull request change what it is planned for."""
    environment = case.environment
    if environment.pipeline and environment.aws and environment.aws.deploy_role:
        yield (
            ("aws", "deploy_role"),
            f"deploy_role {environment.aws.deploy_role!r} would be taken by workflows to plan and to apply; take it "
            "away, since the pipeline has a role for each",
        )


@rule("regional-hosts-fit")
def regional_hosts_fit(case: Case) -> Iterator[Finding]:
    """Each region answers under a name of its own, in front of the clients' one."""
    environment = case.environment
    hosts = [
        environment.names.regional_host(environment.service.host, region.location)
        for region in environment.regions.values()
    ]
    longest = max(map(len, hosts), default=0)
    if longest > _HOST_NAME:
        yield (
            ("service", "host"),
            f"host {environment.service.host[:20] + '...'!r} has {longest} characters with a region's name before it; "
            f"{_HOST_NAME} are allowed",
        )


@region_rule("cluster-name-fits")
def cluster_name_fits(case: RegionCase) -> Iterator[Finding]:
    """A name that a cloud refuses is found in the middle of a deployment."""
    name = case.environment.names.cluster()
    limit, allowed, pattern = _CLUSTER_NAME[case.region.cloud]
    if case.region.cluster and not (len(name) <= limit and re.fullmatch(pattern, name, re.ASCII)):
        yield (
            ("cluster", "name"),
            f"cluster name {name!r} does not fit {case.region.cloud}, which allows up to {limit} {allowed}",
        )


@region_rule("one-cluster-name")
def one_cluster_name(case: RegionCase) -> Iterator[Finding]:
    """The cluster has one name in every region, so that each can be found without being looked up."""
    shared = case.environment.cluster.name if case.environment.cluster else None
    own = case.region.cluster.name if case.region.cluster else shared
    if own != shared:
        yield (
            ("cluster", "name"),
            f"cluster name {own!r} in region {case.role!r} differs from the environment's; "
            "name the cluster in the environment's own cluster section",
        )


@rule("host-in-zone")
def host_in_zone(case: Case) -> Iterator[Finding]:
    """A zone answers for its own names only."""
    host, zone = case.environment.service.host, case.environment.service.zone.name
    if host != zone and not host.endswith("." + zone):
        yield (
            ("service", "host"),
            f"host {host!r} is not in the zone {zone!r}; it must be the zone's name or end in {'.' + zone!r}",
        )


@rule("waiver-valid")
def waiver_valid(case: Case) -> Iterator[Finding]:
    """A waiver for no rule protects nothing, and one that has ended must be decided again."""
    waivable = sorted(known.id for known in RULES.values() if known.waivable)
    for index, waiver in enumerate(case.environment.waivers):
        if waiver.rule not in RULES:
            meant = closest(waiver.rule, waivable)
            hint = f"did you mean {meant!r}?" if meant else f"those that can be waived are {', '.join(waivable)}"
            yield ("waivers", index, "rule"), f"there is no rule {waiver.rule!r} to waive; {hint}"
        elif waiver.rule not in waivable:
            yield (
                ("waivers", index, "rule"),
                f"rule {waiver.rule!r} cannot be waived; those that can are {', '.join(waivable)}",
            )
        elif waiver.until < case.today:
            yield (
                ("waivers", index, "until"),
                f"the waiver of {waiver.rule!r} ended on {waiver.until}; mend what it waived, or decide again",
            )
