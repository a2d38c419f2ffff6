"""What a region keeps, copies and looks after, as the stacks of shipped environments."""

import json
from typing import Any

import pytest

from backstay.topology import Region
from tests.synthesis import Document, documents, environment

AWS = ["active-passive", "production", "staging"]


def of_region(name: str, region: Region) -> Document:
    return documents(name)[environment(name).names.region_stack(region.location)]


def replicas(name: str, region: Region) -> Document:
    return documents(name).get(environment(name).names.replicas_stack(region.location), {})


def made(document: Document, type_: str) -> list[dict[str, Any]]:
    return [*document.get("resource", {}).get(type_, {}).values()]


@pytest.mark.parametrize("name", AWS)
def test_one_region_owns_the_vector_database_and_the_others_follow(name: str) -> None:
    for region in environment(name).regions.values():
        owns, follows = of_region(name, region), replicas(name, region)
        is_primary = region.vector_db == "primary"
        assert (len(made(owns, "aws_rds_cluster")), len(made(follows, "aws_rds_cluster"))) == (
            (1, 0) if is_primary else (0, 1)
        )


def test_a_cache_is_copied_where_one_region_writes_and_else_is_each_regions_own() -> None:
    groups = "aws_elasticache_replication_group"
    first, second = environment("staging").regions.values()
    assert len(made(of_region("staging", first), "aws_elasticache_global_replication_group")) == 1
    assert (len(made(of_region("staging", second), groups)), len(made(replicas("staging", second), groups))) == (0, 1)
    for region in environment("production").regions.values():
        assert len(made(of_region("production", region), groups)) == 1


@pytest.mark.parametrize("name", AWS)
def test_one_stack_makes_each_table_in_all_regions(name: str) -> None:
    regions = {region.region for region in environment(name).regions.values()}
    tables = [table for document in documents(name).values() for table in made(document, "aws_cloudformation_stack")]
    assert len(tables) == 2, "who is primary, and sessions"
    for table in tables:
        (resource,) = json.loads(table["template_body"])["Resources"].values()
        assert {replica["Region"] for replica in resource["Properties"]["Replicas"]} == regions


@pytest.mark.parametrize("name", AWS)
def test_every_region_has_people_who_are_told_backups_alarms_and_a_controller(name: str) -> None:
    for region in environment(name).regions.values():
        document = of_region(name, region)
        assert [each["endpoint"] for each in made(document, "aws_sns_topic_subscription")] == ["oncall@example.com"]
        assert len(made(document, "aws_backup_plan")) == len(made(document, "aws_cloudwatch_dashboard")) == 1
        machines = {each["name"] for each in made(document, "aws_sfn_state_machine")}
        assert environment(name).names.state_machine("failover") in machines


@pytest.mark.parametrize("name", AWS)
def test_what_is_backed_up_says_so(name: str) -> None:
    for document in documents(name).values():
        for type_ in ("aws_rds_cluster", "aws_eks_cluster"):
            for kept in made(document, type_):
                assert kept["tags"]["Backup"] == "true"
        for bucket in made(document, "aws_s3_bucket"):
            assert ("Backup" in bucket.get("tags", {})) is ("--artifacts-" in bucket["bucket"])


def test_controllers_know_each_other_by_names_that_are_computed() -> None:
    names = environment("production").names
    for region in environment("production").regions.values():
        (machine,) = (
            each
            for each in made(of_region("production", region), "aws_sfn_state_machine")
            if each["name"] == names.state_machine("failover")
        )
        assert names.table("control") in machine["definition"]


def test_a_region_without_backups_makes_none() -> None:
    (region,) = environment("development").regions.values()
    document = of_region("development", region)
    assert not [type_ for type_ in document["resource"] if type_.startswith("aws_backup_")]
    assert len(made(document, "aws_cloudwatch_composite_alarm")) == 1


def test_a_region_that_is_alone_on_its_cloud_has_no_controller() -> None:
    for document in documents("multicloud").values():
        assert "aws_sfn_state_machine" not in document["resource"]
