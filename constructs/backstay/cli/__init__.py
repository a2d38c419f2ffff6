"""The `backstay` command, one module per verb.

Nothing here imports more than typer until a verb runs, so that help and completion come at once.
"""

from backstay.cli.app import main

__all__ = ["main"]
