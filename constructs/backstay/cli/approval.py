"""Asking before something is changed."""

import sys

import typer

from backstay.cli.failures import FailedError, RefusedError


def require_terminal() -> None:
    """Refuse to go on where nobody can be asked.

    Raises:
        RefusedError: there is no terminal.

    """
    if not sys.stdin.isatty():
        raise RefusedError("there is no terminal to ask on; give --auto-approve to go ahead without asking")


def ask(question: str) -> None:
    """Return when the answer is yes.

    Raises:
        FailedError: it is not.

    """
    if not typer.confirm(question, err=True):
        raise FailedError("not approved; nothing was changed")


def ask_for(word: str, question: str) -> None:
    """Return when the answer is `word`, which nobody types by accident.

    Raises:
        FailedError: it is not.

    """
    answer = typer.prompt(f"{question}; type {word} to go ahead", default="", show_default=False, err=True)
    if answer != word:
        raise FailedError("not approved; nothing was changed")
