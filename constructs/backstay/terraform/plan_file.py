"""Plans saved in files, which hold sensitive values in clear."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

_PREFIX = "backstay-plan-"


@contextmanager
def plan_file() -> Iterator[Path]:
    """A file for one plan, which only its owner can read, and which is gone at the end of the block.

    What a process has left that was killed goes with the next plan.
    """
    _remove_orphans()
    with TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as folder:
        path = Path(folder) / "plan"
        # Terraform keeps the mode of a file that is there, and would let everybody read one that it makes.
        path.touch(mode=0o600)
        yield path


def _remove_orphans() -> None:
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdigit() and not _is_alive(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # Somebody else's.
        return True
    return True
