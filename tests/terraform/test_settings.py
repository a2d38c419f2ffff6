"""The environment and CLI configuration of Terraform's processes."""

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from backstay.terraform import (
    Action,
    Outcome,
    StackResult,
    StackRunner,
    SynthesizedStack,
    manifest,
    mirror,
    run_in_order,
    settings,
)
from backstay.terraform.command import EventListener
from backstay.terraform.interruption import Interruption
from tests.terraform.apps import write_app

PROVIDER = "registry.terraform.io/acme/forge"


@pytest.fixture
def forge(tmp_path: Path) -> Path:
    """A mirror with a provider that can be installed; it is never started."""
    plugin = (
        tmp_path / "mirror dir" / PROVIDER / "1.2.3" / mirror.current_platform() / "terraform-provider-forge_v1.2.3"
    )
    plugin.parent.mkdir(parents=True)
    plugin.write_text("#!/bin/sh\n")
    plugin.chmod(0o755)
    return tmp_path / "mirror dir"


def test_a_configuration_file_that_does_not_exist_is_left_out(tmp_path: Path) -> None:
    environment = {"TF_CLI_CONFIG_FILE": str(tmp_path / "absent.tfrc")}
    assert settings.missing_cli_configuration(environment) == str(tmp_path / "absent.tfrc")
    child = settings.child_environment(folder=tmp_path, mirror=None, environment=environment)
    assert "TF_CLI_CONFIG_FILE" not in child


def test_the_users_own_configuration_stays_and_decides_about_the_cache(tmp_path: Path) -> None:
    own = tmp_path / "own.tfrc"
    own.touch()
    child = settings.child_environment(folder=tmp_path, mirror=None, environment={"TF_CLI_CONFIG_FILE": str(own)})
    assert child["TF_CLI_CONFIG_FILE"] == str(own)
    assert not settings.shares_downloads(child)


def test_a_cache_that_the_user_chose_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    child = settings.child_environment(folder=tmp_path, mirror=None, environment={"TF_PLUGIN_CACHE_DIR": "/mine"})
    assert child["TF_PLUGIN_CACHE_DIR"] == "/mine"


def test_providers_are_installed_from_the_mirror(tmp_path: Path, runner: StackRunner, forge: Path) -> None:
    requirement = {"forge": {"source": "acme/forge", "version": ">= 1.0.0, < 2.0.0"}}
    write_app(tmp_path / "out", {"east": {"terraform": {"required_providers": requirement}}})
    (stack,) = manifest.read(tmp_path / "out")
    environment = settings.child_environment(
        folder=tmp_path / "work", mirror=mirror.find(forge), environment=os.environ
    )
    runner = replace(runner, environment=environment)
    done = runner.begin(stack, Action.PLAN, Interruption()).initialize()
    assert done.exit_status == 0, done
    where = Path(PROVIDER, "1.2.3", mirror.current_platform())
    # 0.7 GB for AWS: linked, not copied into each stack.
    assert (stack.directory / ".terraform/providers" / where).resolve() == forge / where


def test_packed_providers_are_unpacked_once_for_all_stacks(tmp_path: Path, runner: StackRunner, forge: Path) -> None:
    (unpacked,) = forge.rglob("terraform-provider-forge_v1.2.3")
    archive = tmp_path / f"packed/{PROVIDER}/terraform-provider-forge_1.2.3_{mirror.current_platform()}.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as packing:
        packing.write(unpacked, unpacked.name)
    requirement = {"forge": {"source": "acme/forge", "version": "1.2.3"}}
    names = ["east", "north", "west"]
    write_app(tmp_path / "out", {name: {"terraform": {"required_providers": requirement}} for name in names})
    environment = settings.child_environment(
        folder=tmp_path / "work", mirror=mirror.find(tmp_path / "packed"), environment=os.environ
    )
    runner = replace(runner, environment=environment)

    def initialize(
        stack: SynthesizedStack, action: Action, interruption: Interruption, _on_event: EventListener
    ) -> StackResult:
        work = runner.begin(stack, action, interruption)
        return work.result(work.initialize())

    stacks = manifest.read(tmp_path / "out")
    results = run_in_order(stacks, Action.APPLY, initialize)
    assert [result.outcome for result in results] == [Outcome.UNCHANGED] * 3, results
    where = Path(PROVIDER, "1.2.3", mirror.current_platform())
    places = {(stack.directory / ".terraform/providers" / where).resolve() for stack in stacks}
    assert places == {tmp_path / "work/providers" / where}


def test_a_version_that_the_mirror_lacks_is_said_to_be_lacking(
    tmp_path: Path, runner: StackRunner, forge: Path
) -> None:
    requirement = {"forge": {"source": "acme/forge", "version": ">= 2.0.0"}}
    write_app(tmp_path / "out", {"east": {"terraform": {"required_providers": requirement}}})
    environment = settings.child_environment(
        folder=tmp_path / "work", mirror=mirror.find(forge), environment=os.environ
    )
    (result,) = run_in_order(manifest.read(tmp_path / "out"), Action.PLAN, replace(runner, environment=environment).run)
    assert result.outcome is Outcome.FAILED
    assert result.advice == (
        "the provider mirror lacks a version that the stack accepts; add one, or leave the mirror out",
    )
