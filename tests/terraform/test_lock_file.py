"""One lock file for all stacks of a project, with the real Terraform and a mirror of made-up providers."""

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from backstay.terraform import (
    Action,
    Outcome,
    StackRunner,
    TerraformError,
    binary,
    lock_file,
    manifest,
    mirror,
    settings,
)
from backstay.terraform.interruption import Interruption
from tests.terraform.apps import Stack, write_app

ONE, OTHER = "registry.terraform.io/acme/one", "registry.terraform.io/acme/other"


def requiring(**versions: str) -> Stack:
    required = {name: {"source": f"acme/{name}", "version": version} for name, version in versions.items()}
    return {"terraform": {"required_providers": required}}


class Bench:
    """A project with a mirror of providers that are no programs: initializing needs none that runs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.target = directory / ".terraform.lock.hcl"
        for source in (ONE, OTHER):
            for version in ("1.0.0", "1.1.0"):
                self.add(source, version)

    def add(self, source: str, version: str, content: str = "a provider") -> None:
        kind = source.rpartition("/")[2]
        folder = self.directory / "mirror" / source
        folder.mkdir(parents=True, exist_ok=True)
        name = f"terraform-provider-{kind}_{version}_{mirror.current_platform()}.zip"
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr(f"terraform-provider-{kind}_v{version}", content)

    @property
    def found(self) -> mirror.ProviderMirror:
        return mirror.read(self.directory / "mirror", "a test")

    @property
    def variables(self) -> Mapping[str, str]:
        return settings.child_environment(
            folder=self.directory / "terraform", mirror=self.found, verifies_downloads=True
        )

    def lock(self, *stacks: Stack) -> None:
        lock_file.write(
            self.target,
            stacks,
            terraform=binary.find(),
            environment=self.variables,
            mirror=self.found,
            platforms=[mirror.current_platform()],
        )

    def initialize(self, stack: Stack, runner: StackRunner) -> tuple[Outcome, str, Path]:
        write_app(self.directory / "out", {"east": stack})
        (synthesized,) = manifest.read(self.directory / "out")
        lock_file.place(self.target, [synthesized])
        kept = replace(runner, environment=self.variables, keeps_lock_file=True)
        work = kept.begin(synthesized, Action.PLAN, Interruption())
        result = work.result(work.initialize())
        said = " ".join((*(error.summary for error in result.errors), *result.advice))
        return result.outcome, said, synthesized.directory / lock_file.NAME


@pytest.fixture
def bench(tmp_path: Path, terraform_on_path: str) -> Bench:
    assert terraform_on_path
    return Bench(tmp_path)


def test_one_version_is_chosen_that_all_stacks_accept(bench: Bench) -> None:
    bench.lock(requiring(one=">= 1.0.0"), requiring(one="< 1.1.0", other=">= 1.0.0"))
    text = bench.target.read_text()
    assert f'provider "{ONE}" {{\n  version     = "1.0.0"' in text
    assert f'provider "{OTHER}" {{\n  version     = "1.1.0"' in text
    assert "h1:" in text


def test_stacks_that_agree_on_no_version_cannot_be_locked(bench: Bench) -> None:
    with pytest.raises(TerraformError, match="the providers cannot be locked"):
        bench.lock(requiring(one="1.0.0"), requiring(one="1.1.0"))
    assert not bench.target.exists()


def test_a_stack_gets_the_part_about_its_own_providers_and_it_stays_as_it_is(bench: Bench, runner: StackRunner) -> None:
    bench.lock(requiring(one="1.0.0", other=">= 1.0.0"))
    outcome, said, beside = bench.initialize(requiring(one=">= 1.0.0"), runner)
    assert outcome is Outcome.UNCHANGED, said
    assert "1.0.0" in beside.read_text()
    assert OTHER not in beside.read_text()


def test_a_provider_that_is_not_locked_is_refused_with_what_to_run(bench: Bench, runner: StackRunner) -> None:
    bench.lock(requiring(one="1.0.0"))
    outcome, said, _ = bench.initialize(requiring(one="1.0.0", other="1.0.0"), runner)
    assert outcome is Outcome.FAILED
    assert "backstay providers lock" in said


def test_a_package_with_another_checksum_is_refused(bench: Bench, runner: StackRunner) -> None:
    bench.lock(requiring(one="1.0.0"))
    bench.add(ONE, "1.0.0", content="somebody else's")
    outcome, said, _ = bench.initialize(requiring(one="1.0.0"), runner)
    assert outcome is Outcome.FAILED
    assert "Failed to install provider" in said


def test_a_lock_file_that_cannot_be_read_is_an_error(bench: Bench) -> None:
    with pytest.raises(TerraformError, match="cannot be read"):
        lock_file.place(bench.target, [])
