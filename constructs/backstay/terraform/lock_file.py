"""The dependency lock file of a project: which version of each provider, with checksums, for all of its stacks.

Terraform keeps one beside each configuration. Synthesized stacks are made anew all the time, so that theirs come from
one file that is kept with the project.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from backstay.terraform.binary import Terraform
from backstay.terraform.errors import TerraformError
from backstay.terraform.manifest import SynthesizedStack
from backstay.terraform.mirror import ProviderMirror

NAME = ".terraform.lock.hcl"

PLATFORMS = ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64")
"""What pipelines and people work on."""

# As Terraform writes it, and only Terraform does.
_PROVIDER = re.compile(r'^provider "(?:[^"/]+/)?([^"/]+/[^"/]+)" \{$.*?^\}$', re.MULTILINE | re.DOTALL)
_SECONDS = 1800


def place(lock_file: Path, stacks: Iterable[SynthesizedStack]) -> None:
    """Put the part of a lock file beside each stack that is about its providers: Terraform refuses one with more.

    Raises:
        TerraformError: the file cannot be read.

    """
    try:
        text = lock_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TerraformError(f"{lock_file} cannot be read: {error}") from error
    blocks = {found[1].lower(): found[0] for found in _PROVIDER.finditer(text)}
    for stack in stacks:
        needed = sorted(_source(provider) for provider in _required(stack.configuration()).values())
        kept = [blocks[source] for source in needed if source in blocks]
        (stack.directory / NAME).write_text("\n\n".join(kept) + "\n", encoding="utf-8")


def write(
    lock_file: Path,
    configurations: Iterable[Mapping[str, Any]],
    *,
    terraform: Terraform,
    environment: Mapping[str, str],
    mirror: ProviderMirror | None,
    platforms: Sequence[str],
) -> None:
    """Choose a version of every provider that any stack's configuration requires, and write the lock file anew.

    Checksums come from the registry, or, where there is a mirror, from what the mirror holds.

    Raises:
        TerraformError: Terraform found no version that all stacks accept, or not for each platform.

    """
    constraints: dict[str, set[str]] = {}
    for configuration in configurations:
        for provider in _required(configuration).values():
            constraints.setdefault(_source(provider), set()).update(filter(None, [str(provider.get("version") or "")]))
    required = {
        source.replace("/", "-"): {"source": source, **({"version": ", ".join(sorted(of))} if of else {})}
        for source, of in sorted(constraints.items())
    }
    with TemporaryDirectory(prefix="backstay-lock-") as folder:
        document = {"terraform": {"required_providers": required}}
        (Path(folder) / "providers.tf.json").write_text(json.dumps(document), encoding="utf-8")
        source = [f"-fs-mirror={mirror.directory}"] if mirror else []
        done = subprocess.run(  # noqa: S603 - the user's own Terraform
            [*terraform.command, "providers", "lock", *source, *(f"-platform={each}" for each in platforms)],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        written = Path(folder) / NAME
        if done.returncode != 0 or not written.exists():
            raise TerraformError(f"the providers cannot be locked: {(done.stderr or done.stdout).strip()}")
        lock_file.write_text(written.read_text(encoding="utf-8"), encoding="utf-8")


def _required(configuration: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return configuration.get("terraform", {}).get("required_providers", {})


def _source(provider: Mapping[str, Any]) -> str:
    """The provider's name without the registry's: `hashicorp/aws`."""
    return "/".join(str(provider["source"]).lower().split("/")[-2:])
