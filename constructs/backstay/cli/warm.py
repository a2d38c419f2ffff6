"""`backstay warm`."""

import typer

from backstay.cli.failures import FailedError, reported
from backstay.cli.status import Status


def warm() -> None:
    """Fill jsii's cache for the installed provider packages, so that each synthesis takes a second.

    Needed once after an installation; in CI, cache the folder that jsii uses (~/.cache/aws/jsii).
    """
    with reported("warm"):
        raise typer.Exit(_warm())


def _warm() -> Status:
    from backstay import fast_jsii
    from backstay.cli import console

    screen = console.stderr()
    try:
        fast_jsii.warm(progress=lambda package, step: console.say(screen, f"{package}: {step}"))
    except (fast_jsii.WarmUpError, fast_jsii.UnsupportedNodeError) as error:
        raise FailedError(str(error)) from error
    return Status.SUCCESS
