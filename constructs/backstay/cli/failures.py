"""Errors, said the way they were asked for, with the right exit status."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from backstay.cli.status import Status


class RefusedError(Exception):
    """The input cannot be used; one message for each thing that is wrong with it."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class FailedError(Exception):
    """Something went wrong that is not the input's fault."""


@contextmanager
def reported(verb: str, *, as_json: bool = False) -> Iterator[None]:
    """Turn what can go wrong inside the block into a message, or a JSON document, and an exit status."""
    try:
        yield
    except typer.Exit:
        # How a verb ends that has done its work.
        raise
    except RefusedError as error:
        _end(verb, Status.REFUSED, error.messages, as_json)
    except KeyboardInterrupt:
        _end(verb, Status.INTERRUPTED, ["interrupted"], as_json)
    except FailedError as error:
        _end(verb, Status.FAILURE, [str(error)], as_json)
    except Exception as error:
        if not isinstance(error, _known_failures()):
            raise
        _end(verb, Status.FAILURE, [str(error)], as_json)


def _known_failures() -> tuple[type[Exception], ...]:
    # Imported when something has failed, not whenever help is shown.
    from backstay.pipeline.github import GitHubError
    from backstay.sandbox.errors import SandboxError
    from backstay.terraform.errors import TerraformError

    # A file or a folder that cannot be used says itself which.
    return (TerraformError, SandboxError, GitHubError, OSError)


def _end(verb: str, status: Status, messages: Sequence[str], as_json: bool) -> None:
    from backstay.cli import console

    if as_json:
        console.write_json({"command": verb, "exit_status": int(status), "errors": list(messages)})
    for message in messages:
        console.say(console.stderr(), message if status is Status.REFUSED else f"error: {message}", style="red")
    raise typer.Exit(status)
