"""One stack that real Terraform deploys into an empty account of the embedded cloud, and the files that it leaves."""

import base64
import os
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from cdktf import App, LocalBackend, TerraformStack

from backstay.aws.provider import attach_provider
from backstay.sandbox import Sandbox
from backstay.sandbox import environment as sandbox_environment
from backstay.sandbox.accounts import access_key
from backstay.terraform import Action, StackResult, StackRunner, binary, manifest, mirror, settings
from backstay.terraform.interruption import Interruption
from backstay.topology import aws_region
from tests.conftest import require

REGION = "us-east-1"
NAME = "tested"


@dataclass(frozen=True)
class Deployment:
    """A stack in a folder of its own, which everything goes to that a deployment writes."""

    folder: Path
    sandbox: Sandbox
    account: str
    region: str = REGION

    def client(self, service: str) -> Any:
        """A client for what the stack is deployed into."""
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.sandbox.endpoint,
            aws_access_key_id=access_key(self.account),
            aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
        )

    @property
    def document(self) -> Path:
        """The stack, once synthesized."""
        return self.folder / "cdktf.out" / "stacks" / NAME / "cdk.tf.json"

    def synthesize(self, build: Callable[[TerraformStack], object]) -> None:
        """Write the stack anew."""
        app = App(outdir=str(self.folder / "cdktf.out"))
        stack = TerraformStack(app, NAME)
        LocalBackend(stack, path=str(self.folder / "terraform.tfstate"))
        attach_provider(stack, region=aws_region(self.region), tags={})
        build(stack)
        app.synth()

    def run(self, action: Action, variables: Mapping[str, str] | None = None) -> StackResult:
        """Plan, apply or destroy it, with Terraform variables."""
        runner = StackRunner(
            terraform=binary.find(),
            environment=self._surroundings(variables or {}),
            logs=self.folder / "logs",
            init_lock=threading.Lock(),
        )
        (stack,) = manifest.read(self.folder / "cdktf.out")
        result = runner.run(stack, action, Interruption())
        log = (runner.logs / f"{NAME}.log").read_text()
        require("Failed to query available provider packages" not in log, "no AWS provider can be had")
        return result

    def save_plan(self, variables: Mapping[str, str]) -> None:
        """Plan it, once initialized, into files as pipelines do: one for the apply, one for people and tools."""
        plan = str(self.folder / "saved.plan")
        self._terraform("plan", "-input=false", f"-out={plan}", variables=variables)
        (self.folder / "saved.json").write_text(self._terraform("show", "-json", plan, variables={}))

    def _terraform(self, *arguments: str, variables: Mapping[str, str]) -> str:
        done = subprocess.run(
            [*binary.find().command, *arguments],
            cwd=self.document.parent,
            env=self._surroundings(variables),
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _surroundings(self, variables: Mapping[str, str]) -> dict[str, str]:
        given = {f"TF_VAR_{name}": value for name, value in variables.items()}
        return settings.child_environment(
            folder=self.folder / "terraform",
            mirror=mirror.find(None),
            environment=sandbox_environment(self.sandbox.endpoint, account=self.account, base=os.environ) | given,
        )

    def files_holding(self, text: str) -> list[str]:
        """Every file in the folder that holds a text, plainly or in base64, be it in an archive."""
        wanted = (text.encode(), base64.b64encode(text.encode()).rstrip(b"="))
        return [name for name, content in self._contents() if any(form in content for form in wanted)]

    def _contents(self) -> Iterator[tuple[str, bytes]]:
        for path in self.folder.rglob("*"):
            # A provider's binary is 0.7 GB, and was there before.
            if path.is_file() and not path.is_symlink() and not path.name.startswith("terraform-provider-"):
                yield str(path.relative_to(self.folder)), path.read_bytes()
                if zipfile.is_zipfile(path):
                    with zipfile.ZipFile(path) as archive:
                        yield from ((f"{path.name}:{member}", archive.read(member)) for member in archive.namelist())
