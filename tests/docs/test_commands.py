"""Whoever types what a document shows is understood."""

import re
import shlex
from itertools import dropwhile
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import typer
from botocore import xform_name

from backstay.cli import app
from tests.docs.documents import DOCUMENTS, PROJECT, Block, blocks, prose

SHELL = blocks("console", "shell")
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))


def commands(block: Block) -> list[list[str]]:
    """The words of each command in a block, without prompt, settings of variables, and the folder of programs."""
    whole = block.code.replace("\\\n", " ").splitlines()
    lines = [re.sub(r"^\w+=\$\((.*)\)$", r"\1", line) for line in whole]
    words = [shlex.split(line.removeprefix("$ "), comments=True) for line in lines]
    bare = [list(dropwhile(re.compile(r"[A-Za-z_]\w*=").match, each)) for each in words]
    return [[each[0].removeprefix(".venv/bin/"), *each[1:]] for each in bare if each]


def leaf(words: list[str]) -> tuple[Any, list[str]]:
    """The verb that some words name, and what is left for it."""
    found: Any = typer.main.get_command(app.build())
    rest = words
    while getattr(found, "commands", None):
        assert rest, f"{' '.join(words)} names no verb"
        assert rest[0] in found.commands, f"there is no verb {rest[0]}"
        found, rest = found.commands[rest[0]], rest[1:]
    return found, rest


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_every_command_of_backstay_is_understood(block: Block) -> None:
    for program, *words in commands(block):
        if program == "backstay":
            verb, rest = leaf(words)
            verb.make_context(verb.name, rest)


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_every_target_of_make_is_there(block: Block) -> None:
    for program, *words in commands(block):
        if program == "make":
            assert words[0] in MAKE_TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_commands_that_are_mentioned_have_the_verbs_and_options_that_they_show(document: Path) -> None:
    for shown in re.findall(r"`backstay ([a-z][^`]*)`", prose(document)):
        verb, rest = leaf(shown.split())
        known = {option for parameter in verb.params for option in [*parameter.opts, *parameter.secondary_opts]}
        given = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert given <= {*known, "--help"}, shown


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_every_command_of_aws_has_its_operation_and_options(block: Block) -> None:
    session = botocore.session.get_session()
    for program, *words in commands(block):
        # `aws s3` is made of several operations.
        if program != "aws" or words[0] == "s3":
            continue
        model = session.get_service_model({"s3api": "s3"}.get(words[0], words[0]))
        operations = {xform_name(name, "-"): name for name in model.operation_names}
        assert words[1] in operations, words[1]
        shape = model.operation_model(operations[words[1]]).input_shape
        members = shape.members if shape else {}
        known = {f"--{xform_name(name, '-')}" for name in members} | {"--region", "--query", "--output"}
        # AWS's command has an --output of its own, and so another name for this one.
        known |= {"--task-output"} if words[1] == "send-task-success" else set()
        given = {word.replace("--no-", "--") for word in words if word.startswith("--")}
        assert given <= known, given - known


def test_what_is_not_understood_is_noticed() -> None:
    def tried(code: str) -> None:
        for _, *words in commands(Block(PROJECT / "README.md", 1, "console", code, "")):
            verb, rest = leaf(words)
            verb.make_context(verb.name, rest)

    tried("$ TF_VAR_key=1 .venv/bin/backstay plan production \\\n  --stack 'a*'  # a comment\n")
    with pytest.raises(AssertionError, match="no verb polish"):
        tried("backstay polish production\n")
    with pytest.raises(typer.TyperException, match="--shiny"):
        tried("backstay plan production --shiny\n")
