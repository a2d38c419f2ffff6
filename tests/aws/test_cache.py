"""The cache and its copies."""

import re
from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.cache import Cache
from backstay.aws.cache_replica import CacheReplica
from backstay.aws.policy import trust
from backstay.testing import Synthesized
from backstay.topology import Names, aws_region
from backstay.topology.data import CacheSpec
from tests.aws.policies import statements
from tests.aws.surroundings import KEY, NAMES, NETWORK, REGION, in_region

# What the provider refuses beside a global datastore, and what ElastiCache takes over from it
# (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-CLI.html).
INHERITED = {
    "at_rest_encryption_enabled",
    "engine",
    "engine_version",
    "node_type",
    "num_node_groups",
    "parameter_group_name",
    "security_group_names",
    "snapshot_arns",
    "snapshot_name",
    "transit_encryption_enabled",
}


def cache_in(scope: Construct, kind: type[Cache | CacheReplica], **given: Any) -> Cache | CacheReplica:
    wiring = {"spec": CacheSpec(), "region": REGION, "names": NAMES, "network": NETWORK, "key": KEY}
    own = {"replicated": True} if kind is Cache else {"source": aws_region("eu-west-1")}
    return kind(scope, "cache", **wiring | own | given)


def cache(kind: type[Cache | CacheReplica], **given: Any) -> Synthesized:
    return in_region(lambda scope: cache_in(scope, kind, **given))


@pytest.fixture(scope="module", params=[Cache, CacheReplica])
def kept(request: pytest.FixtureRequest) -> Synthesized:
    return cache(request.param)


@pytest.fixture(scope="module")
def primary() -> Synthesized:
    return cache(Cache)


@pytest.fixture(scope="module")
def replica() -> Synthesized:
    return cache(CacheReplica)


def test_a_node_or_a_zone_may_be_lost(kept: Synthesized) -> None:
    group = kept.only("aws_elasticache_replication_group")
    assert (group["automatic_failover_enabled"], group["multi_az_enabled"]) == (True, True)
    assert group["num_cache_clusters"] == 3
    assert kept.only("aws_elasticache_subnet_group")["subnet_ids"] == list(NETWORK.private_subnets)


def test_it_is_encrypted_at_rest_and_on_the_way(primary: Synthesized) -> None:
    group = primary.only("aws_elasticache_replication_group")
    assert group["at_rest_encryption_enabled"] == "true"
    assert group["transit_encryption_enabled"] is True


def test_it_is_encrypted_with_its_regions_key(kept: Synthesized) -> None:
    assert kept.only("aws_elasticache_replication_group")["kms_key_id"] == KEY.id


def test_clients_log_in_with_iam_and_there_is_no_password(kept: Synthesized) -> None:
    user, group = kept.only("aws_elasticache_user"), kept.only("aws_elasticache_user_group")
    assert user["authentication_mode"] == {"type": "iam"}
    assert user["user_id"] == user["user_name"]
    assert not {"passwords", "no_password_required"} & user.keys()
    assert "auth_token" not in kept.only("aws_elasticache_replication_group")
    (name,) = kept.all("aws_elasticache_user")
    assert group["user_ids"] == [f"${{aws_elasticache_user.{name}.user_id}}"]


def test_clients_may_not_endanger_the_server(kept: Synthesized) -> None:
    assert {"-@admin", "-@dangerous"} <= set(kept.only("aws_elasticache_user")["access_string"].split())


def test_only_the_network_reaches_it(kept: Synthesized) -> None:
    rule = kept.only("aws_vpc_security_group_ingress_rule")
    assert (rule["cidr_ipv4"], rule["from_port"], rule["to_port"]) == (NETWORK.cidr, 6379, 6379)


@pytest.mark.parametrize("kind", [Cache, CacheReplica])
def test_an_apply_can_delete_it_only_where_disposable(kind: type[Cache]) -> None:
    def lifecycle(made: Synthesized) -> dict[str, Any]:
        return made.only("aws_elasticache_replication_group")["lifecycle"]

    assert lifecycle(cache(kind))["prevent_destroy"] is True
    assert "prevent_destroy" not in lifecycle(cache(kind, disposable=True))


def test_the_global_datastore_is_kept_as_well(primary: Synthesized) -> None:
    assert primary.only("aws_elasticache_global_replication_group")["lifecycle"]["prevent_destroy"] is True
    disposable = cache(Cache, disposable=True).only("aws_elasticache_global_replication_group")
    assert "prevent_destroy" not in disposable["lifecycle"]


def test_a_plan_after_a_failover_does_not_make_the_datastore_anew(primary: Synthesized) -> None:
    datastore = primary.only("aws_elasticache_global_replication_group")
    assert datastore["lifecycle"]["ignore_changes"] == ["primary_replication_group_id"]


def test_a_member_leaves_to_the_datastore_what_that_decides(kept: Synthesized) -> None:
    ignored = kept.only("aws_elasticache_replication_group")["lifecycle"]["ignore_changes"]
    assert {"engine_version", "global_replication_group_id", "node_type", "parameter_group_name"} <= set(ignored)


def test_the_copy_says_nothing_that_it_inherits(replica: Synthesized) -> None:
    assert not INHERITED & replica.only("aws_elasticache_replication_group").keys()


def test_the_copy_is_not_turned_into_redis(replica: Synthesized) -> None:
    assert "engine" in replica.only("aws_elasticache_replication_group")["lifecycle"]["ignore_changes"]


def test_the_copy_finds_the_datastore_by_its_computed_name(primary: Synthesized, replica: Synthesized) -> None:
    suffix = primary.only("aws_elasticache_global_replication_group")["global_replication_group_id_suffix"]
    found = replica.only("aws_elasticache_replication_group")["global_replication_group_id"]
    assert found == f"gxeiz-{suffix}"


def test_a_region_without_global_datastores_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no global datastores in 'eu-south-2'; it has them in ap-east-1, .*cold"):
        cache(CacheReplica, source=aws_region("eu-south-2"))


def test_a_cold_cache_is_in_no_datastore() -> None:
    cold = cache(Cache, replicated=False)
    assert not cold.all("aws_elasticache_global_replication_group")
    group = cold.only("aws_elasticache_replication_group")
    assert group["lifecycle"] == {"prevent_destroy": True}
    assert (group["engine"], group["engine_version"], group["node_type"]) == ("valkey", "8.0", "cache.r7g.large")


@pytest.mark.parametrize("kind", [Cache, CacheReplica])
def test_a_role_may_log_in_here(kind: type[Cache]) -> None:
    def build(scope: TerraformStack) -> Construct:
        made = cache_in(scope, kind)
        made.grant_connect(IamRole(scope, "role", assume_role_policy=trust("pods.eks.amazonaws.com")))
        return made

    made = in_region(build)
    (statement,) = statements(made.only("aws_iam_role_policy")["policy"])
    (user,) = made.all("aws_elasticache_user")
    name = made.only("aws_elasticache_replication_group")["replication_group_id"]
    place = "arn:aws:elasticache:us-east-1:123456789012"
    assert statement["Action"] == ["elasticache:Connect"]
    assert statement["Resource"] == [
        f"{place}:replicationgroup:{name}",
        f"{place}:user:${{aws_elasticache_user.{user}.user_id}}",
    ]


@pytest.mark.parametrize("kind", [Cache, CacheReplica])
def test_the_longest_names_fit(kind: type[Cache]) -> None:
    made = cache(kind, names=Names("a" * 12, "e" * 30))
    names = [
        made.only("aws_elasticache_replication_group")["replication_group_id"],
        made.only("aws_elasticache_user")["user_id"],
    ]
    # ElastiCache allows 40 characters and no two hyphens in a row.
    assert all(re.fullmatch(r"[a-z](-?[a-z0-9])*", name) and len(name) <= 40 for name in names)


@pytest.mark.parametrize("kind", [Cache, CacheReplica])
def test_it_has_the_same_addresses_in_every_region(kind: type[Cache]) -> None:
    assert cache(kind, region=aws_region("ap-southeast-1")).addresses == cache(kind).addresses
