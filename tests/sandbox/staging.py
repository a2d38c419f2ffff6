"""Shipped environments, deployed to an embedded cloud of their own by the command that people use.

A deployment takes minutes, so each is made once, by one file of tests, which run in the order of the file and leave
it as they found it: every region restored, and the environment file as it is shipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from backstay import environment_file
from backstay.cli import examination
from backstay.sandbox import Sandbox
from backstay.sandbox.accounts import access_key
from tests.conftest import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backstay.topology import Environment

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Checkout:
    """The project with a shipped environment in it, in a folder of its own.

    Attributes:
        folder: where it is.
        name: the environment's name.
        text: the environment file as it is deployed.
        deployment: what the deployment told of itself.
    """

    folder: Path
    name: str
    text: str
    deployment: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, name: str) -> Checkout:
        """Link what is code, and copy what a test may change."""
        (folder / "environments").mkdir(parents=True)
        for code in ("main.py", "stacks", "constructs"):
            (folder / code).symlink_to(PROJECT / code)
        (folder / "cdktf.json").write_text(json.dumps({"language": "python", "app": "python main.py"}))
        made = cls(folder, name, (PROJECT / "environments" / f"{name}.yaml").read_text())
        made.write(made.text)
        return made

    @property
    def file(self) -> Path:
        return self.folder / "environments" / f"{self.name}.yaml"

    @property
    def environment(self) -> Environment:
        return environment_file.load(self.file)

    def write(self, text: str) -> None:
        """Write the environment file anew."""
        self.file.write_text(text)

    def run(self, verb: str, *arguments: str) -> dict[str, Any]:
        """Run a command on the environment in its sandbox; gives its JSON."""
        words = [*verb.split(), self.name, *arguments, "--sandbox", "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "backstay", *words],
            cwd=self.folder,
            env=dict(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, (done.returncode, done.stderr)
        return json.loads(done.stdout)

    def stacks(self) -> dict[str, dict[str, Any]]:
        """What was synthesized last, by stack."""
        found = (self.folder / ".backstay/sandbox" / self.name / "cdktf.out/stacks").glob("*/cdk.tf.json")
        return {path.parent.name: json.loads(path.read_text()) for path in found}

    @property
    def sandbox(self) -> Sandbox:
        running = Sandbox.running(self.folder / ".backstay/sandbox" / self.name)
        assert running, f"no sandbox of {self.name} is running"
        return running

    def client(self, service: str, region: str) -> Any:
        """A client for what is deployed in a region."""
        aws = self.environment.aws
        assert aws
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.sandbox.endpoint,
            aws_access_key_id=access_key(aws.account),
            aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
        )


@contextmanager
def deployed(folder: Path, name: str) -> Iterator[Checkout]:
    """Deploy a shipped environment for as long as it is needed."""
    aws, *_ = examination.providers(None)
    require(not aws.advice, f"no AWS provider: {aws.found}")
    checkout = Checkout.make(folder, name)
    try:
        yield replace(checkout, deployment=checkout.run("deploy", "--auto-approve"))
    finally:
        if running := Sandbox.running(folder / ".backstay/sandbox" / name):
            running.stop()


@pytest.fixture(scope="session")
def staging(terraform_on_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """The environment `staging`, deployed once; for the tests of one file, since each worker would deploy its own."""
    assert terraform_on_path
    with deployed(tmp_path_factory.mktemp("staging") / "project", "staging") as made:
        yield made
