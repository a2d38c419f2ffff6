"""Rules about names, accounts, state, secrets and waivers."""

import re
from collections.abc import Iterator
from datetime import date

from backstay.topology.catalog import closest
from backstay.topology.cloud import Cloud
from backstay.topology.environment import Environment
from backstay.topology.rules.rule import RULES, Finding, rule
from backstay.topology.state import LocalState, TerraformCloudState

# EKS 100, AKS 63, GKE 40 characters: their APIs' references for creating a cluster.
_CLUSTER_NAME = {
    Cloud.AWS: (100, r"[A-Za-z0-9][A-Za-z0-9_-]*"),
    Cloud.AZURE: (63, r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?"),
    Cloud.GOOGLE: (40, r"[a-z]([a-z0-9-]*[a-z0-9])?"),
}
_WORKSPACE_NAME = 90  # https://developer.hashicorp.com/terraform/cloud-docs/workspaces/create
_HOST_NAME = 253  # RFC 1035
_TAG_KEY, _TAG_VALUE = (
    128,
    256,
)  # https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html


@rule(
    "names-fit",
    reads={
        "name",
        "namespace",
        "regions",
        "cloud",
        "region",
        "cluster",
        "service",
        "host",
        "state",
        "backend",
    },
)
def names_fit(environment: Environment, _today: date) -> Iterator[Finding]:
    """A name that a cloud refuses is found in the middle of a deployment."""
    names = environment.names
    for role, region in environment.regions.items():
        limit, pattern = _CLUSTER_NAME[region.cloud]
        if region.cluster and not (len(names.cluster()) <= limit and re.fullmatch(pattern, names.cluster())):
            yield (
                ("cluster", "name"),
                f"cluster name {names.cluster()!r} does not fit {region.cloud}, which allows {limit} characters "
                f"matching {pattern}",
            )
        host = names.regional_host(environment.service.host, region.location)
        if len(host) > _HOST_NAME:
            yield ("service", "host"), f"host {host!r} has {len(host)} characters; {_HOST_NAME} are allowed"
        stack = names.workloads_stack(region.location)
        if isinstance(environment.state, TerraformCloudState) and len(stack) > _WORKSPACE_NAME:
            yield (
                ("name",),
                f"workspace {stack!r} of region {role!r} is longer than {_WORKSPACE_NAME} characters",
            )


@rule("one-cluster-name", reads={"regions", "cluster", "name"})
def one_cluster_name(environment: Environment, _today: date) -> Iterator[Finding]:
    """The cluster has one name in every region, so that each can be found without being looked up."""
    for role, region in environment.regions.items():
        shared = environment.cluster.name if environment.cluster else None
        if region.cluster and region.cluster.name != shared:
            yield (
                ("regions", role, "cluster", "name"),
                f"cluster name {region.cluster.name!r} in region {role!r} differs from the environment's; "
                "name the cluster in the environment's own cluster section",
            )


@rule("host-in-zone", reads={"service", "host", "zone"})
def host_in_zone(environment: Environment, _today: date) -> Iterator[Finding]:
    """A zone answers for its own names only."""
    service = environment.service
    if service.host != service.zone.name and not service.host.endswith("." + service.zone.name):
        yield ("service", "host"), f"host {service.host!r} is not in the zone {service.zone.name!r}"


@rule("account-given", reads={"regions", "cloud", "aws"})
def account_given(environment: Environment, _today: date) -> Iterator[Finding]:
    """Without the account's number a deployment could land in any account."""
    for role, region in environment.regions.items():
        if region.cloud is Cloud.AWS and environment.aws is None:
            yield (
                ("regions", role, "cloud"),
                f"region {role!r} is on aws, but no account is given; add aws: {{account: ...}}",
            )


@rule("state-survives", reads={"state", "backend", "disposable"}, waivable=True)
def state_survives(environment: Environment, _today: date) -> Iterator[Finding]:
    """State on one disk is lost with it, and nobody else can apply."""
    if isinstance(environment.state, LocalState) and not environment.disposable:
        yield (
            ("state", "backend"),
            "state backend 'local' is for disposable environments; use s3, azurerm, gcs or cloud, "
            "or say disposable: true",
        )


@rule("secrets-distinct", reads={"secrets", "name"})
def secrets_distinct(environment: Environment, _today: date) -> Iterator[Finding]:
    """One name holds one secret."""
    seen: set[str] = set()
    for index, secret in enumerate(environment.secrets):
        if secret.name in seen:
            yield (
                ("secrets", index, "name"),
                f"secret {secret.name!r} is listed twice; names must be distinct",
            )
        seen.add(secret.name)


@rule("tags-fit", reads={"tags"})
def tags_fit(environment: Environment, _today: date) -> Iterator[Finding]:
    """Tags that a cloud refuses, or that hide who owns a thing, are found too late."""
    for key, value in environment.tags.items():
        place = ("tags", key)
        if key.lower().startswith("aws:") or not 1 <= len(key) <= _TAG_KEY or len(value) > _TAG_VALUE:
            yield (
                place,
                f"tag {key!r} is not allowed: keys have 1 to {_TAG_KEY} characters and no prefix aws:, "
                f"values up to {_TAG_VALUE}",
            )
        if key == "ManagedBy" and value != "terraform":
            yield place, f"tag ManagedBy is {value!r}; it must be 'terraform', since that is what manages it"


@rule("waiver-valid", reads={"waivers"})
def waiver_valid(environment: Environment, today: date) -> Iterator[Finding]:
    """A waiver for no rule protects nothing, and one that has ended must be decided again."""
    waivable = [known.id for known in RULES.values() if known.waivable]
    for index, waiver in enumerate(environment.waivers):
        if waiver.rule not in waivable:
            meant = closest(waiver.rule, waivable)
            hint = f"did you mean {meant!r}?" if meant else f"those are {', '.join(waivable)}"
            yield ("waivers", index, "rule"), f"{waiver.rule!r} is not a rule that can be waived; {hint}"
        elif waiver.until < today:
            yield (
                ("waivers", index, "until"),
                f"the waiver of {waiver.rule!r} ended on {waiver.until}; mend what it waived, or decide again",
            )
