"""Plans told without values, and data that a deployment does not lose, with the real AWS provider."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest

from backstay.cli import examination
from backstay.sandbox.accounts import access_key
from tests.cli.aws_stacks import AWS
from tests.cli.conftest import Project
from tests.conftest import require
from tests.terraform.apps import Stack

pytestmark = pytest.mark.sandbox

STACK = "development-us-east-1"
TABLE = "aws_dynamodb_table.sessions"
SECRET = "hunter2-in-clear"  # noqa: S105 - looked for in what must not hold it


def table(key: str = "id", **more: Any) -> dict[str, Any]:
    attributes = [{"name": key, "type": "S"}]
    return {"name": "sessions", "billing_mode": "PAY_PER_REQUEST", "hash_key": key, "attribute": attributes, **more}


def parameter(value: str) -> dict[str, Any]:
    return {"value": {"name": "/acme/value", "type": "SecureString", "value": value}}


def stack(value: str = "first", **tables: dict[str, Any]) -> Stack:
    resources = {"aws_ssm_parameter": parameter(value)} | ({"aws_dynamodb_table": tables} if tables else {})
    return {
        "terraform": {"backend": {"local": {"path": "terraform.tfstate"}}, "required_providers": AWS},
        "provider": {"aws": [{"region": "us-east-1"}]},
        "resource": resources,
    }


class Deployed:
    """A project whose stack stands in the sandbox."""

    def __init__(self, directory: Path) -> None:
        self.project = Project(directory)
        self.project.write_environment(state="{backend: s3}", disposable=False)
        self.write(stack(sessions=table()))
        first = self.project.json("deploy", "development", "--sandbox")
        assert first["exit_status"] == 0, first
        self.endpoint = first["sandbox"]["endpoint"]

    def write(self, changed: Stack) -> None:
        self.project.write({STACK: changed})

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id=access_key("123456789012"),
            aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
        )

    def plan(self, *options: str) -> dict[str, Any]:
        done = self.project.run("plan", "development", "--sandbox", "--changes", "changes.json", "--no-lock", *options)
        assert done.returncode in (0, 2), done.stderr
        (told,) = json.loads((self.project.directory / "changes.json").read_text())["stacks"]
        return told

    def tables(self) -> list[str]:
        return self.client("dynamodb").list_tables()["TableNames"]


@pytest.fixture(scope="module")
def deployed(terraform_on_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    assert terraform_on_path
    aws, *_ = examination.providers(None)
    require(not aws.advice, f"no AWS provider: {aws.found}")
    found = Deployed(tmp_path_factory.mktemp("guarded") / "project")
    yield found
    found.project.end_sandboxes()


@pytest.mark.parametrize(
    ("changed", "action", "because"),
    [
        (stack(), "delete", []),
        (stack(sessions=table("key")), "replace", ["hash_key"]),
        (stack(conversations=table()), "replace", []),
    ],
    ids=["deleted", "replaced", "renamed"],
)
def test_a_deployment_that_would_lose_a_table_is_refused_and_the_plan_says_so(
    deployed: Deployed, changed: Stack, action: str, because: list[str]
) -> None:
    deployed.write(changed)
    (told,) = deployed.plan()["changes"]
    assert (told["action"], told["because"], told["holds_data"]) == (action, because, True)
    done = deployed.project.run("deploy", "development", "--sandbox")
    assert done.returncode == 1
    assert f"would be {action}d" in done.stderr
    assert "allow_data_loss:" in done.stderr
    assert deployed.tables() == ["sessions"]


def test_no_value_is_told_of_what_changes(deployed: Deployed) -> None:
    deployed.write(stack(SECRET, sessions=table(tags={"owner": SECRET})))
    told = deployed.plan()
    assert {change["address"]: change["because"] for change in told["changes"]} == {
        "aws_ssm_parameter.value": ["value"],
        TABLE: ["tags", "tags_all"],
    }
    assert SECRET not in (deployed.project.directory / "changes.json").read_text()
    assert SECRET not in deployed.project.run("plan", "development", "--sandbox", "--json").stdout


def test_what_was_changed_by_hand_is_drift_and_nothing_else_is(deployed: Deployed) -> None:
    deployed.write(stack(sessions=table()))
    assert deployed.plan("--refresh-only")["changes"] == []
    deployed.client("ssm").put_parameter(Name="/acme/value", Value=SECRET, Type="SecureString", Overwrite=True)
    (told,) = deployed.plan("--refresh-only")["changes"]
    assert (told["address"], told["action"], told["because"]) == ("aws_ssm_parameter.value", "update", ["value"])
    assert SECRET not in (deployed.project.directory / "changes.json").read_text()


def test_what_is_given_up_in_the_environment_file_is_applied(deployed: Deployed) -> None:
    deployed.write(stack())
    file = deployed.project.directory / "environments/development.yaml"
    kept = file.read_text()
    until = date.today().isoformat()
    loss = f"{{stack: {STACK}, address: {TABLE}, reason: rebuilt nightly from the lake, until: {until}}}"
    file.write_text(f"{kept}allow_data_loss:\n  - {loss}\n")
    done = deployed.project.run("deploy", "development", "--sandbox")
    assert done.returncode == 0, done.stderr
    assert deployed.tables() == []


def test_without_reading_the_resources_there_is_no_drift_to_look_for(deployed: Deployed) -> None:
    for option in (["--no-refresh"], ["--without", "primary"]):
        done = deployed.project.run("plan", "development", "--sandbox", "--refresh-only", *option)
        assert done.returncode == 3
        assert "--refresh-only reads all real resources" in done.stderr
