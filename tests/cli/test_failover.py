"""`backstay failover`, against controllers in the embedded cloud that end as they are told."""

from __future__ import annotations

import builtins
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from backstay.aws.failover.definition import definition
from backstay.cli.failover.access import Access, Caller, open_access
from backstay.cli.failover.outcomes import ENDINGS
from backstay.cli.failures import FailedError, RefusedError
from backstay.cli.project import Project as Files
from backstay.sandbox import Sandbox
from backstay.sandbox.accounts import access_key
from backstay.topology import aws_region
from tests.aws.failover.test_definition import PLAN
from tests.cli.conftest import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, SECOND, THIRD = "us-east-1", "eu-west-1", "ap-southeast-1"
ACCOUNT = "123456789012"
ENVIRONMENT = """\
name: {name}
namespace: acme
mode: active-passive
disposable: true
aws: {{account: "{account}"}}
objectives: {{availability: 99%, rto: 1d, rpo: 1d, tier: 3}}
service:
  host: llm.example.com
  zone: {{name: example.com, id: Z0123456789EXAMPLE}}
state: {{backend: s3}}
monitoring: {{emails: [oncall@example.com]}}
{more}
regions:
  primary: {{cloud: aws, region: us-east-1, status: active, traffic: 100%, vector_db: primary{first}}}
  secondary: {{cloud: aws, region: eu-west-1, status: standby, traffic: 0%, vector_db: replica{second}}}
  tertiary: {{cloud: aws, region: ap-southeast-1, status: standby, traffic: 0%{third}}}
"""
REACHED = {role: f", entrance: {role}.example.net" for role in ("first", "second", "third")}


def write(project: Project, name: str = "two", *, more: str = "", **reached: str) -> None:
    text = ENVIRONMENT.format(name=name, account=ACCOUNT, more=more, **REACHED | reached)
    (project.directory / f"environments/{name}.yaml").write_text(text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "eu-west-9"), "--to eu-west-9: two has no such region; there are: primary (us-east-1), secondary"),
        (("--to", "tertiary"), "ap-southeast-1 holds nothing that a failover moves; those that can take over are us-"),
        (("--to", SECOND, "--declare-lost"), "say why with --reason TEXT"),
        (("--to", SECOND, "--declare-lost", "--reason", " "), "say why with --reason TEXT"),
        (("--to", SECOND, "--switchover", "--declare-lost", "--reason", "x"), "leave one of them out"),
        (("--to", SECOND, "--dry-run", "--no-wait"), "leave --no-wait out"),
    ],
)
def test_what_cannot_be_meant_is_refused(project: Project, arguments: tuple[str, ...], message: str) -> None:
    write(project)
    done = project.run("failover", "two", *arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert message in done.stderr


@pytest.mark.parametrize(
    ("more", "entrances", "why"),
    [
        ("failover: null", {}, "it says `failover: null`"),
        ("", {"first": "", "second": "", "third": ""}, "primary and secondary has no entrance for clients"),
    ],
)
def test_an_environment_without_controllers_says_why(
    project: Project, more: str, entrances: dict[str, str], why: str
) -> None:
    write(project, more=more, **entrances)
    done = project.run("failover", "two", "--to", SECOND)
    assert done.returncode == 3
    assert "two has no failover controllers" in done.stderr
    assert why in done.stderr


def test_a_region_that_is_alone_takes_over_from_nobody(project: Project) -> None:
    done = project.run("failover", "development", "--to", "primary")
    assert done.returncode == 3
    assert "primary alone can be primary on AWS" in done.stderr


def test_a_sandbox_that_does_not_run_is_no_place_to_fail_over(project: Project) -> None:
    write(project)
    done = project.run("failover", "two", "--to", SECOND, "--sandbox")
    assert done.returncode == 1
    assert "`backstay deploy two --sandbox` starts it" in done.stderr


def test_without_boto3_the_extra_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project)
    imports = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "boto3":
            raise ModuleNotFoundError(name)
        return imports(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    files = Files(project.directory)
    environment = files.environment(files.environment_file("two"))
    with pytest.raises(FailedError, match=r"install backstay\[aws\]"):
        open_access(environment, files, aws_region(SECOND), in_sandbox=False)


def test_credentials_of_another_account_are_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project)
    monkeypatch.setattr(Access, "caller", lambda _: Caller("aws", "999999999999"))
    files = Files(project.directory)
    environment = files.environment(files.environment_file("two"))
    with pytest.raises(RefusedError, match=f"account 999999999999, and two is in {ACCOUNT}"):
        open_access(environment, files, aws_region(SECOND), in_sandbox=False)


def test_every_end_of_a_controller_has_words() -> None:
    machine = definition(PLAN.__class__(**vars(PLAN) | {"automatic": False, "approval": True}))
    ends = {state["Result"]["outcome"] for state in machine["States"].values() if "outcome" in state.get("Result", {})}
    # That it waits for people, it tells the schedule only.
    assert ENDINGS.keys() - {"no-primary"} == ends - {"waiting-for-people", "no-primary"}


class Told(Project):
    """A project whose environment `two` has controllers in its sandbox, which end as they are told."""

    def begin(self) -> None:
        write(self)
        Sandbox.start(self.directory / ".backstay/sandbox/two")
        tables = self.client("dynamodb", FIRST)
        tables.create_table(
            TableName="acme-two--control",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        tables.update_table(TableName="acme-two--control", ReplicaUpdates=[{"Create": {"RegionName": SECOND}}])
        primary = {"id": "primary", "region": FIRST, "phase": "serving", "taken_at": "2026-11-24T10:00:00+00:00"}
        self.put({name: {"S": value} for name, value in primary.items()} | {"term": {"N": "1"}})
        self.client("stepfunctions", SECOND).create_state_machine(
            name=self.machine.rpartition(":")[2],
            definition=_machine({"Type": "Pass", "End": True}),
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/failover",
        )

    machine = f"arn:aws:states:{SECOND}:{ACCOUNT}:stateMachine:acme-two--failover"

    @property
    def sandbox(self) -> Sandbox:
        running = Sandbox.running(self.directory / ".backstay/sandbox/two")
        assert running
        return running

    def client(self, service: str, region: str) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.sandbox.endpoint,
            aws_access_key_id=access_key(ACCOUNT),
            aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
        )

    def put(self, item: dict[str, Any]) -> None:
        self.client("dynamodb", SECOND).put_item(TableName="acme-two--control", Item=item)

    def ends(self, outcome: str) -> None:
        self.does({"Type": "Pass", "Result": {"outcome": outcome}, "End": True})

    def does(self, state: dict[str, Any]) -> None:
        states = self.client("stepfunctions", SECOND)
        states.update_state_machine(stateMachineArn=self.machine, definition=_machine(state))

    def failover(self, *arguments: str, to: str = SECOND) -> dict[str, Any]:
        return self.json("failover", "two", "--to", to, "--sandbox", *arguments)

    def started(self) -> list[dict[str, Any]]:
        """What the controller was started with, the last first."""
        states = self.client("stepfunctions", SECOND)
        runs = states.list_executions(stateMachineArn=self.machine)["executions"]
        found = [states.describe_execution(executionArn=run["executionArn"]) for run in runs]
        return [json.loads(one["input"]) for one in sorted(found, key=lambda one: one["startDate"], reverse=True)]


def _machine(state: dict[str, Any]) -> str:
    return json.dumps({"StartAt": "a", "States": {"a": state}})


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    told = Told(tmp_path_factory.mktemp("told") / "project")
    try:
        told.begin()
        yield told
    finally:
        told.end_sandboxes()


@pytest.mark.parametrize("outcome", sorted(ENDINGS.keys() - {"another-run"}))
def test_what_came_of_it_is_the_exit_status_and_said_in_words(two: Told, outcome: str) -> None:
    two.ends(outcome)
    found = two.failover()
    assert (found["outcome"], found["exit_status"]) == (outcome, ENDINGS[outcome].status)
    assert "{" not in found["says"]
    assert found["says"].count(SECOND) + found["says"].count(FIRST) > 0 or outcome == "not-approved"


def test_people_read_it_without_the_rest(two: Told) -> None:
    two.ends("stale")
    done = two.run("failover", "two", "--to", "secondary", "--sandbox")
    assert done.returncode == 3
    assert done.stdout.splitlines() == [f"primary: {FIRST}, term 1, serving since 2026-11-24T10:00:00+00:00"]
    assert "--accept-stale-data loses it" in done.stderr


def test_the_controller_is_asked_for_what_was_said(two: Told) -> None:
    two.ends("serving")
    two.failover("--declare-lost", "--accept-stale-data", "--reason", "the flood")
    assert two.started()[0] == {
        "mode": "failover",
        "declare_lost": True,
        "accept_stale_data": True,
        "reason": "the flood",
        "dry_run": False,
    }
    two.failover("--switchover", "--dry-run")
    assert (two.started()[0]["mode"], two.started()[0]["dry_run"]) == ("switchover", True)


def test_a_failover_that_stopped_is_a_failure_with_its_reason(two: Told) -> None:
    two.does({"Type": "Fail", "Error": "Backstay.TooSlow", "Cause": "the vector database was not promoted in time"})
    found = two.failover()
    assert (found["exit_status"], found["outcome"]) == (1, None)
    assert "Backstay.TooSlow: the vector database was not promoted in time" in found["says"]


def test_no_wait_only_starts_it(two: Told) -> None:
    two.does({"Type": "Wait", "Seconds": 60, "End": True})
    before = len(two.started())
    found = two.failover("--no-wait")
    assert (found["exit_status"], found["outcome"]) == (0, None)
    assert len(two.started()) == before + 1
    two.client("stepfunctions", SECOND).stop_execution(executionArn=found["execution"])


def test_a_run_that_is_under_way_is_followed_instead(two: Told) -> None:
    two.ends("serving")
    acting = two.failover("--no-wait")["execution"]
    two.put({"id": {"S": f"run#{SECOND}"}, "execution": {"S": acting}})
    two.ends("another-run")
    found = two.failover()
    assert (found["exit_status"], found["outcome"], found["execution"]) == (0, "serving", acting)


def test_a_run_that_is_under_way_and_has_ended_so_too_is_told(two: Told) -> None:
    two.ends("another-run")
    acting = two.failover("--no-wait")["execution"]
    two.put({"id": {"S": f"run#{SECOND}"}, "execution": {"S": acting}})
    found = two.failover()
    assert (found["exit_status"], found["outcome"]) == (3, "another-run")
    assert acting in found["says"]


def test_a_region_that_was_not_deployed_has_no_controller(two: Told) -> None:
    found = two.failover(to=FIRST)
    assert found["exit_status"] == 3
    assert found["errors"] == [f"{FIRST} has no failover controller acme-two--failover yet; deploy two-{FIRST}"]


def test_a_region_that_is_lost_itself_does_not_answer(two: Told) -> None:
    two.sandbox.lose(SECOND)
    try:
        found = two.failover()
    finally:
        two.sandbox.restore(SECOND)
    assert found["exit_status"] == 1
    assert f"{SECOND} does not answer" in found["errors"][0]


def test_only_the_region_that_takes_over_is_asked(two: Told) -> None:
    two.ends("serving")
    two.sandbox.lose(FIRST)
    try:
        before = two.sandbox.refused().get(FIRST, 0)
        assert two.failover()["exit_status"] == 0
        assert two.sandbox.refused().get(FIRST, 0) == before
    finally:
        two.sandbox.restore(FIRST)
