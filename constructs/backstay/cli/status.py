"""How the command ends, as its exit status says."""

from enum import IntEnum


class Status(IntEnum):
    """The exit statuses of every verb."""

    SUCCESS = 0
    """Done, or nothing to do."""

    FAILURE = 1
    """Something failed; the output says what, and how to go on."""

    CHANGES = 2
    """A plan found changes; with --detailed-exitcode, a deploy or destroy made some."""

    REFUSED = 3
    """The input was refused before anything was done: an argument, or an environment file."""

    INTERRUPTED = 130
    """Stopped by Ctrl-C or a signal, in good order; running the same command again goes on."""
