"""The vector database and its copies."""

from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.policy import trust
from backstay.aws.vector_db import VectorDb
from backstay.aws.vector_db_replica import VectorDbReplica
from backstay.outputs import KeyOutputs
from backstay.testing import Synthesized
from backstay.topology import Duration, Names, aws_region
from backstay.topology.data import VectorDbSpec
from tests.aws.policies import statements
from tests.aws.surroundings import KEY, NAMES, NETWORK, REGION, in_region

LOG_KEY = KeyOutputs(id="arn:aws:kms:us-east-1:123456789012:key/logs", alias="alias/acme/production/logs")
KINDS = [VectorDb, VectorDbReplica]

# RDS allows so much of an identifier, and the copies carry the same one.
LONGEST_IDENTIFIER = 63


def database_in(scope: Construct, kind: type[VectorDb | VectorDbReplica], **given: Any) -> VectorDb | VectorDbReplica:
    wiring = {"spec": VectorDbSpec(), "region": REGION, "names": NAMES, "network": NETWORK, "key": KEY}
    return kind(scope, "vector-db", **wiring | {"log_key": LOG_KEY, "rpo": Duration.parse("1m")} | given)


def database(kind: type[VectorDb | VectorDbReplica], **given: Any) -> Synthesized:
    return in_region(lambda scope: database_in(scope, kind, **given))


@pytest.fixture(scope="module", params=KINDS)
def kept(request: pytest.FixtureRequest) -> Synthesized:
    return database(request.param)


@pytest.fixture(scope="module", params=KINDS)
def disposable(request: pytest.FixtureRequest) -> Synthesized:
    return database(request.param, disposable=True)


@pytest.fixture(scope="module")
def primary() -> Synthesized:
    return database(VectorDb)


@pytest.fixture(scope="module")
def replica() -> Synthesized:
    return database(VectorDbReplica)


def test_it_is_encrypted_with_its_regions_key(kept: Synthesized) -> None:
    cluster = kept.only("aws_rds_cluster")
    assert (cluster["storage_encrypted"], cluster["kms_key_id"]) == (True, KEY.id)
    insights = {body["performance_insights_kms_key_id"] for body in kept.all("aws_rds_cluster_instance").values()}
    assert insights == {KEY.id}


def test_its_log_is_encrypted_and_made_before_aurora_makes_it(kept: Synthesized) -> None:
    logs = kept.only("aws_cloudwatch_log_group")
    cluster = kept.only("aws_rds_cluster")
    assert logs["kms_key_id"] == LOG_KEY.id
    assert logs["name"] == f"/aws/rds/cluster/{cluster['cluster_identifier']}/postgresql"
    assert logs["retention_in_days"] == 90
    (name,) = kept.all("aws_cloudwatch_log_group")
    assert cluster["depends_on"] == [f"aws_cloudwatch_log_group.{name}"]


def test_clients_log_in_with_iam_over_tls(kept: Synthesized) -> None:
    assert kept.only("aws_rds_cluster")["iam_database_authentication_enabled"] is True
    assert parameters(kept)["rds.force_ssl"] == "1"


def test_only_the_network_reaches_it(kept: Synthesized) -> None:
    rule = kept.only("aws_vpc_security_group_ingress_rule")
    assert (rule["cidr_ipv4"], rule["from_port"], rule["to_port"]) == (NETWORK.cidr, 5432, 5432)
    assert all(not body["publicly_accessible"] for body in kept.all("aws_rds_cluster_instance").values())
    assert kept.only("aws_db_subnet_group")["subnet_ids"] == list(NETWORK.private_subnets)


def test_its_instances_stand_in_different_zones() -> None:
    made = database(VectorDb, spec=VectorDbSpec(instances=4))
    zones = [body["availability_zone"] for body in made.all("aws_rds_cluster_instance").values()]
    assert zones == [*NETWORK.zones, NETWORK.zones[0]]


def test_any_instance_can_take_over_at_the_writers_size() -> None:
    made = database(VectorDb, spec=VectorDbSpec(instances=3))
    assert [body["promotion_tier"] for body in made.all("aws_rds_cluster_instance").values()] == [0, 1, 1]


def test_it_grows_within_the_specs_capacity(kept: Synthesized) -> None:
    scaling = kept.only("aws_rds_cluster")["serverlessv2_scaling_configuration"]
    assert scaling == {"min_capacity": 0.5, "max_capacity": 16}


def test_it_can_be_restored_to_any_second_of_two_weeks(kept: Synthesized) -> None:
    cluster = kept.only("aws_rds_cluster")
    assert (cluster["backup_retention_period"], cluster["copy_tags_to_snapshot"]) == (14, True)


def test_an_apply_cannot_delete_it(kept: Synthesized) -> None:
    cluster = kept.only("aws_rds_cluster")
    assert cluster["lifecycle"]["prevent_destroy"] is True
    assert cluster["deletion_protection"] is True
    assert (cluster["skip_final_snapshot"], "final_snapshot_identifier" in cluster) == (False, True)
    assert kept.only("aws_cloudwatch_log_group")["lifecycle"] == {"prevent_destroy": True}


def test_an_apply_can_delete_it_where_disposable(disposable: Synthesized) -> None:
    cluster = disposable.only("aws_rds_cluster")
    assert "prevent_destroy" not in cluster["lifecycle"]
    assert (cluster["deletion_protection"], cluster["skip_final_snapshot"]) == (False, True)
    assert "lifecycle" not in disposable.only("aws_cloudwatch_log_group")


def test_the_global_database_is_kept_as_well(primary: Synthesized) -> None:
    made = primary.only("aws_rds_global_cluster")
    assert (made["deletion_protection"], made["lifecycle"]) == (True, {"prevent_destroy": True})
    assert made["storage_encrypted"] is True


def test_a_plan_after_a_failover_neither_detaches_nor_promotes_nor_upgrades(kept: Synthesized) -> None:
    assert kept.only("aws_rds_cluster")["lifecycle"]["ignore_changes"] == [
        "global_cluster_identifier",
        "replication_source_identifier",
        "engine_version",
    ]


def test_the_copy_joins_the_global_database_by_its_computed_name(primary: Synthesized, replica: Synthesized) -> None:
    made = primary.only("aws_rds_global_cluster")["global_cluster_identifier"]
    assert replica.only("aws_rds_cluster")["global_cluster_identifier"] == made
    assert not replica.all("aws_rds_global_cluster")


def test_the_copy_takes_its_users_from_the_data(replica: Synthesized) -> None:
    cluster = replica.only("aws_rds_cluster")
    assert not {name for name in cluster if name.startswith("master_")}
    assert "database_name" not in cluster
    assert "ephemeral" not in replica.document


def test_the_password_is_made_up_and_kept_nowhere(primary: Synthesized) -> None:
    cluster = primary.only("aws_rds_cluster")
    (name,) = primary.document["ephemeral"]["aws_secretsmanager_random_password"]
    assert cluster["master_password_wo"] == f"${{ephemeral.aws_secretsmanager_random_password.{name}.random_password}}"
    # Only another version would be sent, so an apply never changes what somebody has set since.
    assert cluster["master_password_wo_version"] == 1
    assert not {"master_password", "manage_master_user_password"} & cluster.keys()


def test_the_password_has_no_character_that_postgresql_refuses(primary: Synthesized) -> None:
    (password,) = primary.document["ephemeral"]["aws_secretsmanager_random_password"].values()
    assert password == {"password_length": 64, "exclude_punctuation": True}


@pytest.mark.parametrize("kind", KINDS)
def test_commits_wait_for_copies_only_where_the_objective_is_enforced(kind: type[VectorDb]) -> None:
    assert "rds.global_db_rpo" not in parameters(database(kind))
    enforced = database(kind, spec=VectorDbSpec(enforce_rpo=True), rpo=Duration.parse("5m"))
    assert parameters(enforced)["rds.global_db_rpo"] == "300"


def parameters(made: Synthesized) -> dict[str, str]:
    return {one["name"]: one["value"] for one in made.only("aws_rds_cluster_parameter_group")["parameter"]}


def test_the_parameters_of_the_next_major_version_stand_beside_these() -> None:
    groups = [
        database(VectorDb, spec=VectorDbSpec(engine_version=version)).only("aws_rds_cluster_parameter_group")
        for version in ("16.8", "17.7")
    ]
    assert [group["family"] for group in groups] == ["aurora-postgresql16", "aurora-postgresql17"]
    assert groups[0]["name"] != groups[1]["name"]
    assert all(group["lifecycle"] == {"create_before_destroy": True} for group in groups)


@pytest.mark.parametrize("kind", KINDS)
def test_a_role_may_log_in_as_one_user_here(kind: type[VectorDb]) -> None:
    def build(scope: TerraformStack) -> Construct:
        made = database_in(scope, kind)
        made.grant_connect(IamRole(scope, "role", assume_role_policy=trust("pods.eks.amazonaws.com")), "llm")
        return made

    made = in_region(build)
    (statement,) = statements(made.only("aws_iam_role_policy")["policy"])
    (name,) = made.all("aws_rds_cluster")
    assert statement["Action"] == ["rds-db:connect"]
    (login,) = statement["Resource"]
    place, _, user = login.partition(":dbuser:")
    assert place == "arn:aws:rds-db:us-east-1:123456789012"
    assert user == f"${{aws_rds_cluster.{name}.cluster_resource_id}}/llm"


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_names_fit(kind: type[VectorDb]) -> None:
    made = database(kind, names=Names("a" * 12, "e" * 30), spec=VectorDbSpec(instances=15))
    names = [body["identifier"] for body in made.all("aws_rds_cluster_instance").values()]
    assert len(names) == 15
    assert max(map(len, names)) <= LONGEST_IDENTIFIER
    assert not [name for name in names if "--" in name]


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_the_same_addresses_in_every_region(kind: type[VectorDb]) -> None:
    assert database(kind, region=aws_region("eu-west-1")).addresses == database(kind).addresses
