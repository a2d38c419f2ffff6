"""A server whose secrets are files finds them in its environment all the same."""

import subprocess
from pathlib import Path

import pytest

from backstay.kubernetes.start_command import with_secrets


@pytest.fixture
def start(tmp_path: Path) -> "Start":
    return Start(tmp_path)


class Start:
    """The command, run with a server that tells its environment and its arguments."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder / "secrets", folder / "bin"
        self.folder.mkdir()
        self.bin.mkdir()
        server = self.bin / "vllm"
        server.write_text('#!/bin/sh\nprintf "%s|" "$HF_TOKEN" "$@"\n')
        server.chmod(0o755)

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        # Kubernetes takes two dollar signs for one: https://kubernetes.io/docs/reference/kubernetes-api/ (command).
        command = [part.replace("$$", "$") for part in with_secrets(["HF_TOKEN"], str(self.folder))]
        path = f"{self.bin}:/usr/bin:/bin"
        return subprocess.run([*command, *arguments], env={"PATH": path}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("value", ["hf_secret", "two words", "$HOME `id` \"'\\", "two\nlines"])
def test_the_server_gets_each_value_as_it_is_stored(start: Start, value: str) -> None:
    (start.folder / "HF_TOKEN").write_text(value)
    assert start().stdout == f"{value}|serve|"


def test_a_line_end_behind_a_value_is_no_part_of_it(start: Start) -> None:
    (start.folder / "HF_TOKEN").write_text("hf_secret\n")
    assert start().stdout == "hf_secret|serve|"


def test_the_containers_arguments_stay_what_they_are(start: Start) -> None:
    (start.folder / "HF_TOKEN").write_text("hf_secret")
    assert start("a model", "--port", "8000").stdout == "hf_secret|serve|a model|--port|8000|"


def test_an_empty_secret_starts_no_server_and_is_named(start: Start) -> None:
    (start.folder / "HF_TOKEN").write_text("\n")
    ended = start()
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "secret HF_TOKEN is empty\n")


def test_a_missing_secret_starts_no_server(start: Start) -> None:
    ended = start()
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert "HF_TOKEN" in ended.stderr


def test_kubernetes_is_kept_from_taking_a_command_for_a_variable_of_its_own() -> None:
    script = with_secrets(["HF_TOKEN", "VLLM_API_KEY"], "/mnt/secrets")[2]
    assert script.count("$(") == script.count("$$(") == 2
