"""The embedded cloud, corrected and as it comes, one pair of processes for the whole run."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from backstay.sandbox import Sandbox, environment, write_override
from backstay.sandbox.accounts import access_key
from tests.conftest import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGION = "eu-west-1"

_accounts = itertools.count(100000000001)


@dataclass(frozen=True)
class Cloud:
    """One empty account of an emulator."""

    endpoint: str
    account: str = field(default_factory=lambda: str(next(_accounts)))

    def client(self, service: str, region: str = REGION, *, config: Config | None = None) -> Any:
        """A client that tries once, so that a fault shows at once."""
        once = Config(retries={"total_max_attempts": 1})
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=access_key(self.account),
            aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
            config=once.merge(config) if config else once,
        )


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The embedded cloud as users get it."""
    running = Sandbox.start(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def endpoint_as_it_comes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The emulator without a correction or a stand-in."""
    ready = tmp_path_factory.mktemp("as-it-comes") / "ready.json"
    command = [sys.executable, "-m", "backstay.sandbox.emulator", "--as-it-comes", "--ready-file", str(ready)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{_port(ready)}"
    process.terminate()
    process.wait()


def _port(ready: Path) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if ready.exists() and (reported := ready.read_text()):
            return json.loads(reported)["port"]
        time.sleep(0.05)
    pytest.fail("the emulator did not come up")


@pytest.fixture
def cloud(sandbox: Sandbox) -> Cloud:
    """An empty account of the embedded cloud."""
    return Cloud(sandbox.endpoint)


@pytest.fixture
def corrects(cloud: Cloud, endpoint_as_it_comes: str) -> Callable[[Callable[[Cloud], object], object], None]:
    """Check that the emulator by itself does not behave as wanted, and that the embedded cloud does.

    A fault that is gone makes the test fail: the correction can go with it.
    """

    def check(behaviour: Callable[[Cloud], object], wanted: object) -> None:
        assert behaviour(cloud) == wanted
        try:
            by_itself = behaviour(Cloud(endpoint_as_it_comes))
        except (ClientError, BotoCoreError) as fault:
            by_itself = fault
        assert by_itself != wanted, "the emulator has this right by itself: remove the correction"

    return check


@dataclass(frozen=True)
class Terraform:
    """Real Terraform in one folder, pointed at an account of the embedded cloud."""

    binary: str
    folder: Path
    variables: dict[str, str]

    def run(self, *arguments: str, succeeds: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one command; fail with what it printed unless its success is as expected."""
        command = [self.binary, *arguments, "-no-color"]
        done = subprocess.run(command, cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False)
        if succeeds:
            assert done.returncode == 0, done.stdout[-4000:] + done.stderr
        return done

    def apply(self, *arguments: str) -> None:
        self.run("apply", "-auto-approve", "-input=false", *arguments)

    def changes(self, *arguments: str) -> str:
        """What a plan would change; empty when that is nothing."""
        plan = self.run("plan", "-detailed-exitcode", "-input=false", *arguments, succeeds=False)
        if plan.returncode == 0:
            return ""
        _, _, planned = plan.stdout.partition("Terraform will perform the following actions:")
        return planned + plan.stderr


@pytest.fixture
def terraform(terraform_on_path: str, cloud: Cloud, tmp_path: Path) -> Callable[[Path], Terraform]:
    """Terraform, initialised in a copy of a folder of stacks."""

    def initialise(stack: Path) -> Terraform:
        folder = tmp_path / stack.name
        shutil.copytree(stack, folder)
        if (folder / "cdk.tf.json").exists():
            write_override(folder, local_state=tmp_path / "state")
        variables = environment(cloud.endpoint, account=cloud.account)
        mirror = variables.get("BACKSTAY_PROVIDER_MIRROR")
        # A configuration file of the user may name mirrors of its own, but has to exist.
        if not Path(variables.get("TF_CLI_CONFIG_FILE", "")).is_file():
            variables.pop("TF_CLI_CONFIG_FILE", None)
        ready = Terraform(terraform_on_path, folder, variables)
        source = [f"-plugin-dir={mirror}"] if mirror else []
        done = ready.run("init", "-input=false", *source, succeeds=False)
        require(done.returncode == 0, f"terraform could not get its provider: {done.stderr.strip()}")
        return ready

    return initialise
