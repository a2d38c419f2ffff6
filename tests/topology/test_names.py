import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.topology import Cloud, CloudRegion, Names, aws_region
from backstay.topology.catalog import catalog
from backstay.topology.environment import EnvironmentName, Namespace
from backstay.topology.names import shorten

AWS = catalog(Cloud.AWS)
assert AWS
REGIONS = sorted(AWS.regions)
EAST = aws_region("us-east-1")

LABELS = st.from_regex(r"[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
ENVIRONMENTS = LABELS.filter(lambda name: len(name) <= 30)
NAMESPACES = st.from_regex(r"[a-z][a-z0-9]{0,11}", fullmatch=True)
PURPOSES = st.from_regex(r"[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9}){0,4}", fullmatch=True)
PLACES = st.sampled_from(REGIONS).map(aws_region)

Named = Callable[[Names, str, CloudRegion], str]
KINDS: dict[str, tuple[Named, int, str]] = {
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    "bucket": (lambda names, purpose, region: names.bucket(purpose, region), 63, r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"),
    "lock table": (lambda names, _, region: names.lock_table(region), 255, r"[A-Za-z0-9_.-]{3,255}"),
    "key alias": (lambda names, purpose, _: names.key_alias(purpose), 256, r"alias/[A-Za-z0-9/_-]+"),
    "network": (lambda names, *_: names.network(), 128, r"[a-z0-9-]+"),
    "cluster": (lambda names, *_: names.cluster(), 100, r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}"),
    "node group": (lambda names, purpose, _: names.node_group(purpose), 63, r"[0-9A-Za-z][A-Za-z0-9_-]{0,62}"),
    "role": (lambda names, purpose, region: names.role(purpose, region), 64, r"[\w+=,.@-]{1,64}"),
    "machine": (lambda names, purpose, _: names.machine(purpose), 128, r"[A-Za-z0-9()./_-]{3,128}"),
    "load balancer": (lambda names, purpose, _: names.load_balancer(purpose), 32, r"[a-z0-9]+(-[a-z0-9]+)*"),
    "log group": (lambda names, purpose, _: names.log_group(purpose), 512, r"[A-Za-z0-9_/.#-]+"),
}


@pytest.mark.parametrize("kind", KINDS)
@given(namespace=NAMESPACES, environment=ENVIRONMENTS, purpose=PURPOSES, region=PLACES)
def test_a_name_is_one_that_the_cloud_accepts(
    kind: str, namespace: str, environment: str, purpose: str, region: CloudRegion
) -> None:
    named, limit, allowed = KINDS[kind]
    name = named(Names(namespace, environment), purpose, region)
    assert len(name) <= limit
    assert re.fullmatch(allowed, name, re.ASCII)


@pytest.mark.parametrize("kind", ["bucket", "key alias", "role", "machine", "load balancer", "log group"])
@given(
    st.lists(st.tuples(NAMESPACES, ENVIRONMENTS, PURPOSES), min_size=2, max_size=8, unique=True),
)
def test_different_things_have_different_names(kind: str, things: list[tuple[str, str, str]]) -> None:
    named = KINDS[kind][0]
    found = [named(Names(namespace, environment), purpose, EAST) for namespace, environment, purpose in things]
    assert len(set(found)) == len(things)


@pytest.mark.parametrize("kind", ["bucket", "lock table", "role"])
@given(NAMESPACES, ENVIRONMENTS, PURPOSES)
def test_a_name_that_must_be_unique_among_regions_is(kind: str, namespace: str, environment: str, purpose: str) -> None:
    named = KINDS[kind][0]
    found = {named(Names(namespace, environment), purpose, aws_region(region)) for region in REGIONS}
    assert len(found) == len(REGIONS)


@given(st.lists(PURPOSES, min_size=2, max_size=3), st.integers(1, 2))
def test_a_hyphen_does_not_move_between_environment_and_purpose(words: list[str], split: int) -> None:
    split = min(split, len(words) - 1)
    one = Names("acme", "prod").machine("-".join(words))
    other = Names("acme", "-".join(["prod", *words[:split]])).machine("-".join(words[split:]))
    assert one != other


def test_names_are_what_they_were() -> None:
    names = Names("acme", "production")
    assert {kind: named(names, "state", EAST) for kind, (named, *_) in KINDS.items()} == {
        "bucket": "acme-production--state-us-east-1",
        "lock table": "acme-production--locks-us-east-1",
        "key alias": "alias/acme/production/state",
        "network": "acme-production--network",
        "cluster": "acme-production",
        "node group": "state",
        "role": "acme-production--us-east-1-state",
        "machine": "acme-production--state",
        "load balancer": "acme-production-stat-289b03e642",
        "log group": "/acme/production/state",
    }
    assert names.regional_host("llm.example.com", EAST) == "us-east-1.llm.example.com"
    assert names.state_key("production-us-east-1") == "production/production-us-east-1.tfstate"
    assert names.state_stack(EAST) == "production-state-us-east-1"
    assert names.region_stack(EAST) == "production-us-east-1"
    assert names.workloads_stack(EAST) == "production-us-east-1-workloads"


def test_a_shortened_name_is_what_it_was() -> None:
    role = Names("acme", "an-environment-with-a-long-name").role("gpu-node-instance-profile", EAST)
    assert role == "acme-an-environment-with-a-long-name--us-east-1-gpu-n-96ff4db526"


def test_a_cluster_may_be_named_by_its_environment() -> None:
    assert Names("acme", "production", "ai-production-cluster").cluster() == "ai-production-cluster"


@given(st.text("ab-", min_size=1, max_size=40), st.integers(12, 30))
def test_shortening_keeps_what_fits_and_the_beginning_of_what_does_not(name: str, limit: int) -> None:
    short = shorten(name, limit)
    assert len(short) <= limit
    if len(name) <= limit:
        assert short == name
    else:
        assert name.startswith(short.rpartition("-")[0])


@given(st.lists(st.text("ab", min_size=20, max_size=24), min_size=2, max_size=30, unique=True))
def test_names_that_differ_only_at_their_ends_stay_apart(names: list[str]) -> None:
    assert len({shorten("a" * 20 + name, 20) for name in names}) == len(names)


def test_a_limit_without_room_for_the_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="a limit of 11 characters is too short"):
        shorten("a" * 12, 11)


def test_no_region_ends_like_another() -> None:
    """Or a bucket's purpose and region could be read in two ways."""
    backwards = sorted(region[::-1] for region in REGIONS)
    assert not any(following.startswith(f"{region}-") for region, following in pairwise(backwards))


STACKS: list[Callable[[Names, CloudRegion], str]] = [Names.state_stack, Names.region_stack, Names.workloads_stack]


@given(ENVIRONMENTS, PLACES)
def test_only_an_environment_of_a_reserved_word_could_share_a_stacks_name(name: str, region: CloudRegion) -> None:
    other = Names("acme", f"{name}-state")
    assert other.region_stack(region) == Names("acme", name).state_stack(region)
    mine = {stack(Names("acme", name), region) for stack in STACKS}
    assert len(mine) == len(STACKS)


def test_the_strategies_make_names_that_files_may_have() -> None:
    assert EnvironmentName.__metadata__[0].longest == 30
    assert Namespace.__metadata__[0].longest == 12
