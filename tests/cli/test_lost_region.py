"""Planning, applying and failing over states while a region is lost, in the embedded cloud with the real provider."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from backstay.cli import examination
from backstay.sandbox import Sandbox
from backstay.sandbox.accounts import access_key
from tests.cli import two_regions
from tests.cli.conftest import Project
from tests.cli.two_regions import FIRST, NAME, ROUTING, SECOND, bucket, link, region_stack, state
from tests.conftest import require

pytestmark = [pytest.mark.sandbox, pytest.mark.rehearsal]

OF_FIRST = {state(FIRST), region_stack(FIRST), link(FIRST)}
OF_SECOND = {state(SECOND), region_stack(SECOND), link(SECOND)}


class Cloud:
    """A project whose two regions are deployed to the embedded cloud, and copy their states to each other."""

    def __init__(self, directory: Path) -> None:
        self.project = Project(directory)
        self.second = "a"

    def write(self, **values: str) -> None:
        """Write the stacks as they are deployed, but for these values."""
        two_regions.write(self.project, **{"second": self.second} | values)

    def deploy(self) -> None:
        self.write()
        deployed = self.run("deploy", NAME)
        assert deployed["exit_status"] == 0, deployed
        assert deployed["sandbox"]["second_plan_is_empty"] is True
        # Only what is written after a link is made is copied by it.
        for region in two_regions.PEER:
            self.write_states_again(region)

    def run(self, *arguments: str) -> dict[str, Any]:
        done = self.project.run(*arguments, "--sandbox", "--json")
        assert done.stdout, (done.returncode, done.stderr)
        return json.loads(done.stdout)

    def fail_over(self, *arguments: str) -> dict[str, Any]:
        return self.run("state", "failover", NAME, "--region", FIRST, *arguments)

    @property
    def sandbox(self) -> Sandbox:
        found = Sandbox.running(self.project.directory / ".backstay/sandbox" / NAME)
        assert found
        return found

    def s3(self, region: str) -> Any:
        return self.client("s3", region)

    def client(self, service: str, region: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.sandbox.endpoint,
            region_name=region,
            aws_access_key_id=access_key("123456789012"),
            aws_secret_access_key="sandbox",  # noqa: S106 - the emulator looks at none
        )

    def keys(self, region: str) -> list[str]:
        found = self.s3(region).list_objects_v2(Bucket=bucket(region))["Contents"]
        return [one["Key"] for one in found]

    @contextmanager
    def lock(self, region: str, stack: str) -> Iterator[tuple[str, str]]:
        """Hold both locks on a state, as a run does that was cut off; gives their id and the lock file's key."""
        place = f"{bucket(region)}/{NAME}/{stack}.tfstate"
        held = {"ID": "5f0d2b6e", "Operation": "OperationTypeApply", "Who": "deploy@ci", "Path": place}
        info = json.dumps(held | {"Created": "2026-01-01T10:00:00.5Z", "Version": "1.11.4"})
        key = f"{NAME}/{stack}.tfstate.tflock"
        table = {"TableName": f"acme-{NAME}--locks-{region}"}
        self.s3(region).put_object(Bucket=bucket(region), Key=key, Body=info)
        self.client("dynamodb", region).put_item(**table, Item={"LockID": {"S": place}, "Info": {"S": info}})
        try:
            yield held["ID"], key
        finally:
            self.sandbox.restore(region)
            self.s3(region).delete_object(Bucket=bucket(region), Key=key)
            self.client("dynamodb", region).delete_item(**table, Key={"LockID": {"S": place}})

    def write_states_again(self, region: str) -> None:
        for key in self.keys(region):
            body = self.s3(region).get_object(Bucket=bucket(region), Key=key)["Body"].read()
            self.s3(region).put_object(Bucket=bucket(region), Key=key, Body=body)

    def forget_checksum(self, advice: str) -> None:
        """Do what somebody is told to do about a checksum of what is gone."""
        told = re.search(r"delete-item --region (\S+) --table-name (\S+) --key '(.*)'$", advice)
        assert told, advice
        region, table, key = told.groups()
        self.client("dynamodb", region).delete_item(TableName=table, Key=json.loads(key))

    def lose_bucket(self, region: str) -> None:
        """Delete a region's states with all their versions, and the bucket."""
        s3 = self.s3(region)
        found = s3.list_object_versions(Bucket=bucket(region))
        for one in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket(region), Key=one["Key"], VersionId=one["VersionId"])
        s3.delete_bucket(Bucket=bucket(region))


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, terraform_on_path: str) -> Iterator[Cloud]:
    assert terraform_on_path
    aws, *_ = examination.providers(None)
    require(not aws.advice, f"no AWS provider: {aws.found}")
    cloud = Cloud(tmp_path_factory.mktemp("two-regions") / "project")
    try:
        cloud.deploy()
        yield cloud
    finally:
        cloud.project.end_sandboxes()


@pytest.fixture
def cloud(deployed: Cloud) -> Iterator[Cloud]:
    """With every region there in the end, and the stacks as they were."""
    yield deployed
    deployed.sandbox.restore(FIRST)
    deployed.write()


@pytest.fixture
def lost(cloud: Cloud) -> Cloud:
    """With the first region lost, and with it the control planes of IAM and Route 53."""
    cloud.sandbox.lose(FIRST)
    return cloud


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {stack["name"]: stack["outcome"] for stack in document["stacks"]}


def refused(cloud: Cloud) -> int:
    return cloud.sandbox.refused().get(FIRST, 0)


def test_every_other_regions_stacks_plan_with_one_region_lost(lost: Cloud) -> None:
    before = refused(lost)
    planned = lost.run("plan", NAME, "--without", "primary")
    assert planned["exit_status"] == 0, planned
    assert outcomes(planned) == dict.fromkeys(OF_SECOND, "unchanged")
    assert planned["without"]["regions"] == [FIRST]
    assert planned["without"]["left_out"].keys() == OF_FIRST | {ROUTING}
    assert planned["without"]["not_read"] == {link(SECOND): ["IAM"]}
    assert refused(lost) == before


def test_every_other_regions_stacks_are_applied_with_one_region_lost(lost: Cloud) -> None:
    before = refused(lost)
    lost.second = "b"
    lost.write()
    applied = lost.run("deploy", NAME, "--without", FIRST)
    assert applied["exit_status"] == 0, applied
    expected = {state(SECOND): "unchanged", region_stack(SECOND): "changed", link(SECOND): "unchanged"}
    assert outcomes(applied) == expected
    assert refused(lost) == before


def test_what_a_lost_control_plane_would_have_to_change_is_held_back(lost: Cloud) -> None:
    before = refused(lost)
    lost.write(description="another")
    deployed = lost.run("deploy", NAME, "--without", FIRST, "--stack", link(SECOND))
    (held_back,) = deployed["stacks"]
    assert (deployed["exit_status"], held_back["outcome"]) == (1, "skipped")
    assert held_back["reason"] == (
        "aws_iam_role.role cannot be changed for want of IAM's control plane in us-east-1: "
        "apply the stack when that is back"
    )
    assert refused(lost) == before


def test_routing_is_planned_from_the_copy_of_its_state(lost: Cloud) -> None:
    before = refused(lost)
    copied = lost.fail_over()
    assert copied["exit_status"] == 0, copied
    assert outcomes(copied) == dict.fromkeys(OF_FIRST | {ROUTING}, "copied")
    planned = lost.run("plan", NAME, "--without", FIRST, "--failed-over", FIRST)
    assert planned["exit_status"] == 0, planned
    assert outcomes(planned) == dict.fromkeys(OF_SECOND | {ROUTING}, "unchanged")
    assert planned["without"]["not_read"] == {link(SECOND): ["IAM"], ROUTING: ["Route 53"]}
    assert refused(lost) == before


def test_a_lost_regions_own_stacks_are_run_with_the_copies_whatever_lock_was_copied(cloud: Cloud) -> None:
    with cloud.lock(FIRST, region_stack(FIRST)) as (lock, key):
        cloud.sandbox.lose(FIRST)
        before = refused(cloud)
        locks = {stack["name"]: stack["lock"] for stack in cloud.fail_over()["stacks"]}
        assert locks.pop(region_stack(FIRST))["id"] == lock
        assert set(locks.values()) == {None}
        arguments = ("--failed-over", FIRST, "--no-refresh", "--stack", region_stack(FIRST))
        deployed = cloud.run("deploy", NAME, *arguments)
        assert (deployed["exit_status"], outcomes(deployed)) == (0, {region_stack(FIRST): "unchanged"}), deployed
        assert refused(cloud) == before
        assert key in cloud.keys(SECOND)


def test_what_was_done_with_a_copy_is_brought_back_once_a_dead_runs_lock_is_gone(cloud: Cloud) -> None:
    cloud.fail_over()
    cloud.write(first="b")
    arguments = ("--stack", region_stack(FIRST))
    assert cloud.run("deploy", NAME, "--failed-over", FIRST, *arguments)["stacks"][0]["outcome"] == "changed"
    with cloud.lock(FIRST, region_stack(FIRST)) as (lock, key):
        locked = cloud.fail_over("--back", "--auto-approve")
        assert (locked["exit_status"], outcomes(locked)[region_stack(FIRST)]) == (1, "locked")
        brought_back = cloud.fail_over("--back", "--auto-approve", "--unlock", lock)
        assert key not in cloud.keys(FIRST)
    assert brought_back["exit_status"] == 0, brought_back
    assert outcomes(brought_back)[region_stack(FIRST)] == "brought back"
    planned = cloud.run("plan", NAME, *arguments)
    assert outcomes(planned) == {region_stack(FIRST): "unchanged"}


def test_a_region_whose_state_bucket_is_gone_is_made_whole_from_the_copies(cloud: Cloud) -> None:
    cloud.write_states_again(FIRST)
    versions = cloud.s3(SECOND).list_object_versions(Bucket=bucket(SECOND))["Versions"]
    cloud.lose_bucket(FIRST)
    others = cloud.run("plan", NAME, "--without", FIRST)
    assert (others["exit_status"], outcomes(others)) == (0, dict.fromkeys(OF_SECOND, "unchanged")), others
    assert cloud.fail_over()["exit_status"] == 0
    planned = cloud.run("plan", NAME, "--failed-over", FIRST, "--stack", region_stack(FIRST), "--stack", state(FIRST))
    assert outcomes(planned)[state(FIRST)] == "changed", planned
    too_early = cloud.fail_over("--back", "--auto-approve")
    assert too_early["exit_status"] == 1
    assert f"`backstay deploy {NAME} --failed-over {FIRST} --stack {state(FIRST)}`" in too_early["errors"][0]
    made = cloud.run("deploy", NAME, "--failed-over", FIRST, "--stack", state(FIRST))
    assert made["exit_status"] == 0, made
    for advice in cloud.fail_over("--back", "--auto-approve")["errors"][0].splitlines():
        cloud.forget_checksum(advice)
    brought_back = cloud.fail_over("--back", "--auto-approve")
    assert outcomes(brought_back) == dict.fromkeys(OF_FIRST | {ROUTING}, "brought back")
    planned = cloud.run("plan", NAME, "--stack", state(FIRST), "--stack", ROUTING)
    assert outcomes(planned) == {state(FIRST): "unchanged", ROUTING: "unchanged"}
    kept = {(one["Key"], one["VersionId"]) for one in versions}
    assert kept <= {
        (one["Key"], one["VersionId"])
        for one in cloud.s3(SECOND).list_object_versions(Bucket=bucket(SECOND))["Versions"]
    }
