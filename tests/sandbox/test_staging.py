"""The shipped environment `staging`: deployed as it is, and then without one of its regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.staging import staging as staging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sandbox.staging import Checkout

pytestmark = [pytest.mark.sandbox, pytest.mark.rehearsal]

# IAM's and Route 53's control planes go with the first one, which also keeps the state of routing.
EAST, WEST = "us-east-1", "us-west-2"
ROUTING = "staging-routing"
EMAILS = "emails: [oncall@example.com]"


def stacks_of(region: str, peer: str) -> set[str]:
    """What is deployed of a region, but for what runs in its cluster."""
    return {
        f"staging-state-{region}",
        f"staging-{region}",
        f"staging-{region}-replicas",
        f"staging-link-{region}-{peer}",
    }


# The pipeline's roles, which are global, are deployed from the first region.
OF_EAST, OF_WEST = stacks_of(EAST, WEST) | {"staging-pipeline-aws"}, stacks_of(WEST, EAST)


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {stack["name"]: stack["outcome"] for stack in document["stacks"]}


def unchanged(*groups: set[str]) -> dict[str, str]:
    return dict.fromkeys(set().union(*groups), "unchanged")


def changed(text: str) -> str:
    """The environment with another reader of alarms in every region, and another time to live of its records."""
    emails = EMAILS.replace("]", ", standby@example.com]")
    return text.replace(EMAILS, emails).replace("  host: llm", "  ttl: 30s\n  host: llm")


@pytest.fixture
def cloud(staging: Checkout) -> Iterator[Checkout]:
    """With every region there in the end, and the environment file as it was."""
    yield staging
    for region in staging.sandbox.lost():
        staging.sandbox.restore(region)
    staging.write(staging.text)


@pytest.fixture
def without_east(cloud: Checkout) -> Checkout:
    cloud.sandbox.lose(EAST)
    return cloud


@pytest.fixture
def without_west(cloud: Checkout) -> Checkout:
    cloud.sandbox.lose(WEST)
    return cloud


def write_again(cloud: Checkout, bucket: str, region: str) -> None:
    """Have the states copied that were written before there was a link."""
    s3 = cloud.client("s3", region)
    for found in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        key = found["Key"]
        s3.put_object(Bucket=bucket, Key=key, Body=s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def lose_bucket(cloud: Checkout, bucket: str, region: str) -> None:
    """Delete a bucket with all versions of what is in it."""
    s3 = cloud.client("s3", region)
    found = s3.list_object_versions(Bucket=bucket)
    for one in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
        s3.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])
    s3.delete_bucket(Bucket=bucket)


def test_it_is_applied_whole_and_a_second_plan_finds_nothing_to_change(staging: Checkout) -> None:
    told = staging.deployment
    assert told["exit_status"] == 0, told
    assert outcomes(told) == dict.fromkeys(OF_EAST | OF_WEST | {ROUTING}, "changed")
    assert told["sandbox"]["second_plan_is_empty"] is True


def test_all_that_is_in_no_stack_afterwards_is_said_not_to_be_exercised(staging: Checkout) -> None:
    told = staging.deployment["sandbox"]
    made = {stack["stack"]: set(stack["resources"]) for stack in told["created"]}
    for name, document in staging.stacks().items():
        if name in told["not_exercised"]:
            continue
        absent = set(document["resource"]) - made[name]
        assert absent <= set(told["types_not_exercised"].get(name, [])), name
    assert told["not_exercised"].keys() == {f"staging-{region}-workloads" for region in (EAST, WEST)}


def test_what_was_written_before_a_loss_is_read_in_the_survivor(cloud: Checkout) -> None:
    names, regions = cloud.environment.names, cloud.environment.regions.values()
    artifacts = {region.region: names.bucket("artifacts", region.location) for region in regions}
    session, answer = {"id": {"S": "session-1"}}, {"answer": {"S": "42"}}
    cloud.client("s3", EAST).put_object(Bucket=artifacts[EAST], Key="models/current", Body=b"weights")
    cloud.client("dynamodb", EAST).put_item(TableName=names.table("sessions"), Item=session | answer)

    cloud.sandbox.lose(EAST)
    s3, items, databases = (cloud.client(service, WEST) for service in ("s3", "dynamodb", "rds"))
    with pytest.raises(ClientError, match="the region is lost"):
        s3.get_object(Bucket=artifacts[EAST], Key="models/current")
    assert s3.get_object(Bucket=artifacts[WEST], Key="models/current")["Body"].read() == b"weights"
    assert items.get_item(TableName=names.table("sessions"), Key=session)["Item"] == session | answer
    # The emulator has no rows to copy: what can be seen is which database this one follows.
    (database,) = databases.describe_db_clusters()["DBClusters"]
    assert database["ReplicationSourceIdentifier"].startswith(f"arn:aws:rds:{EAST}:")


def test_every_stack_but_the_lost_regions_is_changed_without_asking_it_anything(without_east: Checkout) -> None:
    before = without_east.sandbox.refused()
    without_east.write(changed(without_east.text))
    deployed = without_east.run("deploy", "--auto-approve", "--without", "primary")
    assert deployed["exit_status"] == 0, deployed
    assert outcomes(deployed) == unchanged(OF_WEST) | {f"staging-{WEST}": "changed"}
    assert deployed["sandbox"]["second_plan_is_empty"] is True
    assert deployed["without"]["left_out"].keys() == OF_EAST | {f"staging-{EAST}-workloads", ROUTING}
    assert deployed["without"]["not_read"] == {f"staging-{WEST}": ["IAM"], f"staging-link-{WEST}-{EAST}": ["IAM"]}
    assert without_east.sandbox.refused() == before


def test_routing_is_planned_from_the_copy_of_its_state(cloud: Checkout) -> None:
    location = cloud.environment.regions["primary"].location
    write_again(cloud, cloud.environment.names.bucket("state", location), EAST)
    cloud.sandbox.lose(EAST)
    before = cloud.sandbox.refused()
    copied = cloud.run("state failover", "--region", EAST)
    assert outcomes(copied) == dict.fromkeys(OF_EAST | {ROUTING}, "copied")
    planned = cloud.run("plan", "--failed-over", EAST, "--without", EAST, "--stack", ROUTING)
    assert (planned["exit_status"], outcomes(planned)) == (0, unchanged({ROUTING})), planned
    assert planned["without"]["not_read"] == {ROUTING: ["Route 53"]}
    assert cloud.sandbox.refused() == before


def test_every_stack_but_the_lost_regions_is_changed_routing_included(without_west: Checkout) -> None:
    before = without_west.sandbox.refused()
    without_west.write(changed(without_west.text))
    deployed = without_west.run("deploy", "--auto-approve", "--without", "secondary")
    assert deployed["exit_status"] == 0, deployed
    assert outcomes(deployed) == unchanged(OF_EAST) | dict.fromkeys((f"staging-{EAST}", ROUTING), "changed")
    assert deployed["sandbox"]["second_plan_is_empty"] is True
    assert deployed["without"]["left_out"].keys() == OF_WEST | {f"staging-{WEST}-workloads"}
    assert deployed["without"]["not_read"] == {}
    assert without_west.sandbox.refused() == before


def test_every_other_stack_is_planned_when_a_regions_states_are_gone(cloud: Checkout) -> None:
    lose_bucket(cloud, cloud.environment.names.bucket("state", cloud.environment.regions["secondary"].location), WEST)
    cloud.write(changed(cloud.text))
    planned = cloud.run("plan", "--without", "secondary")
    assert (planned["exit_status"], outcomes(planned)) == (0, unchanged(OF_EAST, {ROUTING})), planned
