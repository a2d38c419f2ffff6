"""A project of its own for each test, and the real command in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from backstay.sandbox import Sandbox
from tests.terraform.apps import Stack, write_app
from tests.terraform.conftest import runner as runner

ENVIRONMENT = """\
name: {name}
namespace: acme
mode: single-region
disposable: {disposable}
aws: {{account: "123456789012"}}
objectives: {{availability: 99%, rto: 1d, rpo: 1d, tier: 3}}
service:
  host: llm.example.com
  zone: {{name: example.com, id: Z0123456789EXAMPLE}}
state: {state}
regions:
  primary: {{cloud: aws, region: us-east-1, status: active, traffic: 100%, vector_db: primary, cache: active}}
"""
APP = 'import os, shutil; shutil.copytree("synthesized", os.environ["CDKTF_OUTDIR"], dirs_exist_ok=True)\n'


class Project:
    """A directory with one environment, whose app writes what the test has given it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "environments").mkdir(parents=True)
        (directory / "app.py").write_text(APP)
        (directory / "cdktf.json").write_text(json.dumps({"language": "python", "app": "python app.py"}))
        self.write_environment()

    def write_environment(
        self, name: str = "development", *, state: str = "{backend: local}", disposable: bool = True
    ) -> None:
        text = ENVIRONMENT.format(name=name, state=state, disposable=str(disposable).lower())
        (self.directory / f"environments/{name}.yaml").write_text(text)

    def write(self, stacks: Mapping[str, Stack], depends_on: Mapping[str, Sequence[str]] | None = None) -> None:
        write_app(self.directory / "synthesized", stacks, depends_on)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "backstay", *arguments]

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.directory,
            env=os.environ | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def json(self, *arguments: str, **variables: str) -> dict[str, Any]:
        return json.loads(self.run(*arguments, "--json", **variables).stdout)

    def end_sandboxes(self) -> None:
        """Leave no emulator behind, whatever has become of the test."""
        for home in (self.directory / ".backstay/sandbox").glob("*"):
            if left := Sandbox.running(home):
                left.stop()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    created = Project(tmp_path / "project")
    yield created
    created.end_sandboxes()
