"""State that is made from nothing, in the embedded cloud, with the real AWS provider."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backstay import sandbox
from backstay.cli import examination
from backstay.sandbox import Sandbox
from tests.cli.aws_stacks import BUCKET, REGION, STATE, kept_in_bucket, state_stack
from tests.cli.conftest import Project
from tests.conftest import require
from tests.terraform.apps import WAITS, running, values

ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, terraform_on_path: str) -> Iterator[Sandbox]:
    assert terraform_on_path
    aws, *_ = examination.providers(None)
    require(not aws.advice, f"no AWS provider: {aws.found}")
    running_sandbox = Sandbox.start(tmp_path_factory.mktemp("sandbox"))
    yield running_sandbox
    running_sandbox.stop()


class Cloud:
    """The project's account in the embedded cloud."""

    def __init__(self, project: Project, running_sandbox: Sandbox) -> None:
        self.project = project
        self.endpoint = running_sandbox.endpoint
        self.variables = sandbox.environment(running_sandbox.endpoint, account=ACCOUNT)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.project.run(*arguments, **self.variables | variables)

    def s3(self, account: str = ACCOUNT) -> Any:
        import boto3

        key = sandbox.environment(self.endpoint, account=account)["AWS_ACCESS_KEY_ID"]
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key="sandbox",  # noqa: S106 - the emulator looks at none
        )

    def states(self) -> list[str]:
        objects = self.s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return sorted(found["Key"] for found in objects if found["Key"].endswith(".tfstate"))

    def buckets(self) -> list[str]:
        return [bucket["Name"] for bucket in self.s3().list_buckets()["Buckets"]]

    def left_here(self) -> list[Path]:
        """What of a bootstrap lies about on this machine."""
        directory = self.project.directory
        return [*directory.glob(".backstay/state/*/*"), *directory.rglob("*_override.tf.json")]


@pytest.fixture
def account(project: Project, cloud: Sandbox) -> Cloud:
    cloud.reset()
    project.write_environment(state="{backend: s3}")
    project.write({STATE: state_stack(), REGION: kept_in_bucket(REGION, values(first=1))}, depends_on={REGION: [STATE]})
    return Cloud(project, cloud)


BOOTSTRAP = ("state", "bootstrap", "development")
DEPLOY = ("deploy", "development", "--auto-approve")


@pytest.mark.sandbox
def test_a_deploy_without_state_leads_to_the_bootstrap(account: Cloud) -> None:
    done = account.run(*DEPLOY)
    assert done.returncode == 1
    assert "the store of the state does not exist yet; run `backstay state bootstrap ENV`" in done.stderr
    assert f"{REGION} is skipped: depends on {STATE}, which failed" in done.stderr
    assert account.buckets() == []


@pytest.mark.sandbox
def test_a_stack_that_is_planned_by_itself_waits_for_the_store_of_its_state(account: Cloud) -> None:
    done = account.run("plan", "development", "--stack", REGION, "--json")
    (stack,) = json.loads(done.stdout)["stacks"]
    assert (stack["name"], stack["outcome"]) == (REGION, "waiting")
    assert f"it can be planned when {STATE} has been applied" in stack["reason"]
    assert account.buckets() == []


@pytest.mark.sandbox
def test_a_plan_without_state_shows_the_store_that_would_be_made_and_makes_nothing(account: Cloud) -> None:
    done = account.run("plan", "development", "--json")
    outcomes = {stack["name"]: stack["outcome"] for stack in json.loads(done.stdout)["stacks"]}
    assert outcomes == {STATE: "changed", REGION: "waiting"}
    assert done.returncode == 2
    assert account.buckets() == []
    assert account.left_here() == []


@pytest.mark.sandbox
def test_bootstrap_ends_with_the_state_in_the_bucket_that_it_made(account: Cloud) -> None:
    assert account.run(*BOOTSTRAP).returncode == 0
    assert account.states() == [f"development/{STATE}.tfstate"]
    assert account.left_here() == []
    assert account.run(*DEPLOY).returncode == 0
    assert account.states() == [f"development/{STATE}.tfstate", f"development/{REGION}.tfstate"]
    assert account.run("plan", "development").returncode == 0


@pytest.mark.sandbox
def test_a_second_bootstrap_changes_nothing(account: Cloud) -> None:
    account.run(*BOOTSTRAP)
    document = json.loads(account.run(*BOOTSTRAP, "--json").stdout)
    assert [(stack["name"], stack["outcome"]) for stack in document["stacks"]] == [(STATE, "unchanged")]


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("command", "is_carried_out"),
    [("apply", False), ("apply", True), ("-migrate-state", False), ("-migrate-state", True)],
    ids=["before the apply", "after the apply", "before the move", "after the move"],
)
def test_a_bootstrap_that_broke_off_is_finished_by_the_next(
    account: Cloud, tmp_path: Path, command: str, is_carried_out: bool
) -> None:
    terraform = shutil.which("terraform") or shutil.which("tofu")
    breaking = tmp_path / "breaking"
    carried_out = f'"{terraform}" "$@"; ' if is_carried_out else ""
    breaking.write_text(
        f'#!/bin/sh\ncase " $* " in *" {command} "*) {carried_out}echo "Error: cut off"; exit 1;; esac\n'
        f'exec "{terraform}" "$@"\n'
    )
    breaking.chmod(0o755)
    broken_off = account.run(*BOOTSTRAP, TERRAFORM_BINARY_NAME=str(breaking))
    assert broken_off.returncode == 1
    assert "cut off" in broken_off.stderr
    if (command, is_carried_out) != ("apply", False):
        meanwhile = account.run(*DEPLOY)
        assert meanwhile.returncode == 1
        assert "`backstay state bootstrap ENV` finishes making it" in meanwhile.stderr
    finished = account.run(*BOOTSTRAP)
    assert finished.returncode == 0, finished.stderr
    assert account.states() == [f"development/{STATE}.tfstate"]
    assert account.left_here() == []
    assert account.run("plan", "development", "--stack", STATE).returncode == 0


@pytest.mark.sandbox
def test_a_bucket_name_that_another_account_has_leads_to_the_namespace(account: Cloud) -> None:
    account.s3("999999999999").create_bucket(Bucket=BUCKET)
    done = account.run(*BOOTSTRAP)
    assert done.returncode == 1
    assert "bucket names are unique in the world" in done.stderr
    assert "choose another `namespace` in the environment file" in done.stderr


@pytest.mark.sandbox
def test_destroy_takes_the_buckets_of_a_disposable_environment_last(account: Cloud) -> None:
    account.run(*BOOTSTRAP)
    account.run(*DEPLOY)
    done = account.run("destroy", "development", "--auto-approve")
    assert done.returncode == 0, done.stderr
    assert account.buckets() == []
    assert account.left_here() == []
    again = account.run("destroy", "development", "--auto-approve")
    assert again.returncode == 0, again.stderr


@pytest.mark.sandbox
def test_destroy_leaves_the_state_of_an_environment_that_is_to_last(account: Cloud) -> None:
    account.run(*BOOTSTRAP)
    account.run(*DEPLOY)
    account.project.write_environment(state="{backend: s3}", disposable=False)
    done = account.run("destroy", "development", "--auto-approve")
    assert done.returncode == 0, done.stderr
    assert "the stores of the state stay" in done.stderr
    assert f"development/{STATE}.tfstate" in account.states()


@pytest.mark.sandbox
def test_two_deploys_at_once_lose_nothing(account: Cloud) -> None:
    account.run(*BOOTSTRAP)
    account.project.write(
        {STATE: state_stack(), REGION: kept_in_bucket(REGION, running(WAITS))},
        depends_on={REGION: [STATE]},
    )
    command = account.project.command(*DEPLOY, "--stack", REGION)
    with subprocess.Popen(
        command, cwd=account.project.directory, env=account.variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as first:
        while not (account.project.directory / "begun").exists() and first.poll() is None:
            time.sleep(0.05)
        second = account.run(*DEPLOY, "--stack", REGION)
        (account.project.directory / "go").touch()
        first.communicate()
    assert first.returncode == 0
    assert second.returncode == 1
    assert "Error acquiring the state lock" in second.stderr
    assert "force-unlock" in second.stderr
    assert account.run("plan", "development", "--stack", REGION).returncode == 0


@pytest.mark.parametrize(
    ("state", "note"),
    [
        ("{backend: local}", "there is nothing to make"),
        ("{backend: cloud, organization: acme}", "makes each stack's workspace itself; log in with `terraform login`"),
        ("{backend: gcs, bucket: acme-state}", "names a bucket that has to exist already; leave its name out"),
        (
            "{backend: azurerm, resource_group: rg, storage_account: acmestate, container: state}",
            "names a storage account that has to exist already; leave its names out",
        ),
    ],
)
def test_other_backends_are_told_what_is_not_done(project: Project, state: str, note: str) -> None:
    project.write_environment(state=state)
    project.write({REGION: values(first=1)})
    done = project.run(*BOOTSTRAP)
    assert done.returncode == 0, done.stderr
    assert note in done.stderr
