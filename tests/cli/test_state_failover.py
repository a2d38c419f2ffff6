"""`backstay state failover` as people and pipelines see it, with buckets that are folders."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backstay.terraform.state_file import StateFile
from tests.cli import two_regions
from tests.cli.conftest import Project
from tests.cli.terminal import Terminal
from tests.cli.two_regions import FIRST, NAME, ROUTING, SECOND, bucket, link, region_stack, state
from tests.terraform import scripted_state, states

COMMAND = ("state", "failover", NAME, "--region", FIRST)
BACK = (*COMMAND, "--back", "--auto-approve")
STACK = region_stack(FIRST)
OTHERS = (state(FIRST), link(FIRST), ROUTING)


class World:
    """Two regions, the first one's states in its bucket, and their replicas in the second one's."""

    def __init__(self, project: Project, directory: Path) -> None:
        self.project = project
        self.directory = directory
        two_regions.write(project)
        terraform = directory / "terraform"
        terraform.write_text(f'#!/bin/sh\nexec {sys.executable} {scripted_state.__file__} "$@"\n')
        terraform.chmod(0o755)
        self.variables = {
            "WORLD": str(directory),
            "TERRAFORM_BINARY_NAME": str(terraform),
        }
        for region in (FIRST, SECOND):
            self.put(region, STACK, states.state(4, kept="a", one="a"))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.project.run(*arguments, **self.variables)

    def json(self, *arguments: str) -> dict[str, Any]:
        return self.project.json(*arguments, **self.variables)

    def path(self, region: str, stack: str) -> Path:
        return self.directory / bucket(region) / NAME / f"{stack}.tfstate"

    def put(self, region: str, stack: str, written: StateFile) -> None:
        self.path(region, stack).parent.mkdir(parents=True, exist_ok=True)
        self.path(region, stack).write_text(str(written))

    def change_copy(self) -> None:
        self.put(SECOND, f"failed-over/{STACK}", states.state(9, kept="a", one="b"))

    def lock(self, region: str) -> Path:
        lock = Path(f"{self.path(region, STACK)}.tflock")
        lock.write_text(json.dumps(states.LOCK))
        return lock

    def holds(self, stack: str = STACK) -> dict[str, Any]:
        return json.loads(self.path(FIRST, stack).read_text())


@pytest.fixture
def world(project: Project, tmp_path: Path) -> World:
    return World(project, tmp_path)


@pytest.fixture
def changed(world: World) -> World:
    """With a copy that has changed since it was made."""
    assert world.run(*COMMAND).returncode == 0
    world.change_copy()
    return world


def test_a_failover_says_what_there_is_to_work_with_and_how_to_go_on(world: World) -> None:
    world.lock(SECOND)
    done = world.run(*COMMAND)
    assert done.returncode == 0, done.stderr
    assert f"{STACK} was locked when it was copied, for apply by deploy@ci, since " in done.stdout
    assert "with the id 1b2c" in done.stdout
    for other in OTHERS:
        assert f"{other}: nothing was copied; it was never applied, or not since the link was made" in done.stdout
    assert f"backstay state failover {NAME} --region {FIRST} --back" in done.stdout


def test_a_failover_is_told_as_one_document(world: World) -> None:
    world.lock(SECOND)
    document = world.json(*COMMAND)
    entry = next(stack for stack in document["stacks"] if stack["name"] == STACK)
    assert entry["lock"].pop("age_minutes") > 0
    assert entry == {
        "name": STACK,
        "outcome": "copied",
        "copy": f"s3://{bucket(SECOND)}/{NAME}/failed-over/{STACK}.tfstate",
        "serial": 4,
        "resources": 2,
        "lock": {"id": "1b2c", "operation": "apply", "who": "deploy@ci", "created": "2026-01-01T10:00:00+00:00"},
    }
    assert (document["exit_status"], document["region"], document["peer"]) == (0, FIRST, SECOND)


def test_a_failover_without_any_copy_fails_and_names_the_link(world: World) -> None:
    world.path(SECOND, STACK).unlink()
    done = world.run(*COMMAND)
    assert done.returncode == 1
    assert f"{link(FIRST)}, which copies them, was not deployed" in done.stderr


def test_a_peer_without_a_store_is_told(world: World) -> None:
    (world.directory / bucket(SECOND)).rename(world.directory / "elsewhere")
    done = world.run(*COMMAND)
    assert done.returncode == 1
    assert f"the bucket {bucket(SECOND)} does not exist, which would hold the copies of {FIRST}'s states" in done.stderr


def test_a_copy_with_changes_is_said_to_be_kept(changed: World) -> None:
    assert f"{STACK}: the copy has changes of its own, and was left as it is" in changed.run(*COMMAND).stdout


def test_the_way_back_says_who_holds_the_lock_and_how_to_take_it_away(changed: World) -> None:
    lock = changed.lock(FIRST)
    done = changed.run(*BACK)
    assert done.returncode == 1
    assert f"{STACK} was not written: its state is locked for apply by deploy@ci" in done.stdout
    assert "if that run is dead, run this again with --unlock 1b2c" in done.stdout
    assert changed.run(*BACK, "--unlock", "another").returncode == 1
    assert lock.exists()
    unlocked = changed.run(*BACK, "--unlock", "1b2c")
    assert unlocked.returncode == 0, unlocked.stderr
    assert not lock.exists()
    assert changed.holds()["serial"] >= 9


@pytest.mark.parametrize(("answer", "status"), [("1b2c", 0), ("yes", 1)])
def test_on_a_terminal_the_lock_goes_only_when_its_id_is_typed(
    changed: World, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    lock = changed.lock(FIRST)
    for name, value in changed.variables.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal(changed.project.command(*COMMAND, "--back"), changed.project.directory)
    terminal.wait_for(f"bring back the states of {STACK}?")
    terminal.type("y")
    terminal.wait_for("type 1b2c to go ahead")
    terminal.type(answer)
    assert terminal.wait() == status
    assert lock.exists() is bool(status)


def test_a_conflict_is_shown_by_address_with_the_way_out(changed: World) -> None:
    changed.put(FIRST, STACK, states.state(6, kept="a", one="a", here="a"))
    done = changed.run(*BACK)
    assert done.returncode == 1
    assert "both the region's state and the copy have changed since they were alike; nothing was written" in done.stdout
    shown = [line.split() for line in done.stdout.splitlines()]
    assert ["terraform_data.here", "added", "unchanged"] in shown
    assert ["terraform_data.one", "unchanged", "changed"] in shown
    assert f"--settled {STACK}" in done.stdout
    assert changed.holds()["serial"] == 6


def test_only_a_stack_of_the_region_can_be_settled(changed: World) -> None:
    done = changed.run(*BACK, "--settled", region_stack(SECOND))
    assert done.returncode == 3
    assert f"no stack of {FIRST} has this name; there are: " in done.stderr


def test_a_store_that_is_gone_is_to_be_made_from_its_copy(changed: World) -> None:
    (changed.directory / bucket(FIRST)).rename(changed.directory / "elsewhere")
    done = changed.run(*BACK)
    assert done.returncode == 1
    assert f"`backstay deploy {NAME} --failed-over {FIRST} --stack {state(FIRST)}`" in done.stderr
