"""What a repository held when a branch left another, and what has changed since."""

import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path


class RevisionError(Exception):
    """Git cannot tell; the message says why."""


@dataclass(frozen=True)
class Revision:
    """The commit at which HEAD left the history of a reference.

    Attributes:
        directory: a directory of the repository; paths are relative to it, and what lies outside does not count.
        commit: the commit's hash.
    """

    directory: Path
    commit: str

    @classmethod
    def where_it_left(cls, reference: str, directory: Path) -> "Revision":
        """Return the last commit that HEAD has in common with a branch, a tag or another commit.

        Raises:
            RevisionError: there is no such commit here, or no Git.
        """
        if reference.startswith("-"):
            raise RevisionError(f"{reference!r} is no branch, tag or commit")
        try:
            commit = _git(directory, "merge-base", reference, "HEAD").decode().strip()
        except RevisionError as error:
            raise RevisionError(
                f"no commit that {reference} and HEAD have in common is here ({error}); in a workflow, check out with "
                "`fetch-depth: 0`"
            ) from error
        return cls(directory, commit)

    def changed_paths(self) -> tuple[str, ...]:
        """Return the paths of the files that were added, changed or removed since, both paths of those that moved.

        Raises:
            RevisionError: Git cannot tell.
        """
        shown = _git(self.directory, "diff", "--name-only", "--no-renames", "--relative", "-z", self.commit, "HEAD")
        return tuple(path for path in shown.decode(errors="surrogateescape").split("\0") if path)

    def extract(self, target: Path) -> None:
        """Write the files as they were into a directory.

        Raises:
            RevisionError: Git cannot give them.
        """
        archive = target / ".archive.tar"
        archive.write_bytes(_git(self.directory, "archive", "--format=tar", self.commit))
        try:
            with tarfile.open(archive) as files:
                # Python has filters since 3.11.4. Without, nothing is written elsewhere either, as no tree of Git's
                # holds a path that leads out of it.
                files.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
                files.extractall(target)  # noqa: S202 - of this very repository
        except tarfile.TarError as error:
            raise RevisionError(f"the files of {self.commit} cannot be written: {error}") from error
        archive.unlink()


def _git(directory: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and nothing but Git's own arguments
            ["git", "-C", str(directory), *arguments],  # noqa: S607 - the user's own Git
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise RevisionError(f"git cannot be run: {error}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise RevisionError(said[-1] if said else f"git {arguments[0]} ended with {done.returncode}")
    return done.stdout
