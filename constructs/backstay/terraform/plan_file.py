"""Plans saved in files, which hold sensitive values in clear."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def plan_file() -> Iterator[Path]:
    """A file for one plan, which only its owner can read, and which is gone at the end of the block."""
    with TemporaryDirectory(prefix="backstay-plan-") as folder:
        path = Path(folder) / "plan"
        # Terraform keeps the mode of a file that is there, and would let everybody read one that it makes.
        path.touch(mode=0o600)
        yield path
