"""Files that are written at the end of long work."""

import os
from pathlib import Path

from backstay.cli.failures import RefusedError


def prepare(file: Path | None) -> None:
    """Make the folder of a file that is to be written, and refuse one that could not be, before the work begins.

    Raises:
        RefusedError: the file cannot be written.

    """
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError(f"{file} cannot be written: {error.filename} is no folder, and none can be made") from error
    if file.is_dir():
        raise RefusedError(f"{file} cannot be written: it is a folder")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise RefusedError(f"{file} cannot be written: permission denied")
