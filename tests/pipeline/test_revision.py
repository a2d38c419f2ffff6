"""What a repository held when a branch left another."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from backstay.pipeline.revision import Revision, RevisionError


class Repository:
    """A repository of its own, with commits of whole files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> None:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(self.directory), *who, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    def commit(self, **files: str | None) -> None:
        for name, text in files.items():
            path = self.directory / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=test")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A branch that has left main, and a main that has gone on."""
    made = Repository(tmp_path / "repository")
    made.commit(kept="1", moved="a file that is long enough to be known again", dropped="1", project__inner="1")
    made.git("checkout", "--quiet", "-b", "branch")
    made.git("checkout", "--quiet", "main")
    made.commit(kept="2 on main")
    made.git("checkout", "--quiet", "branch")
    return made


def test_only_what_the_branch_has_changed_counts(repository: Repository) -> None:
    repository.git("mv", "moved", "moved with spaces")
    repository.commit(dropped=None, added="1")
    revision = Revision.where_it_left("main", repository.directory)
    assert sorted(revision.changed_paths()) == ["added", "dropped", "moved", "moved with spaces"]


def test_the_files_are_written_as_they_were(repository: Repository, tmp_path: Path) -> None:
    repository.commit(kept="3 on the branch")
    (tmp_path / "before").mkdir()
    Revision.where_it_left("main", repository.directory).extract(tmp_path / "before")
    assert (tmp_path / "before/kept").read_text() == "1"
    assert sorted(path.name for path in (tmp_path / "before").iterdir()) == ["dropped", "kept", "moved", "project"]


def test_a_project_below_the_top_of_a_repository_sees_its_own_files(repository: Repository, tmp_path: Path) -> None:
    repository.commit(kept="3", project__inner="2", project__new="1")
    revision = Revision.where_it_left("main", repository.directory / "project")
    (tmp_path / "before").mkdir()
    revision.extract(tmp_path / "before")
    assert sorted(revision.changed_paths()) == ["inner", "new"]
    assert [path.name for path in (tmp_path / "before").iterdir()] == ["inner"]


@pytest.mark.parametrize("reference", ["absent", "--output=file"])
def test_a_reference_that_is_none_is_refused(repository: Repository, reference: str) -> None:
    with pytest.raises(RevisionError, match=r"^'?(no commit that absent and HEAD have|--output=file' is no branch)"):
        Revision.where_it_left(reference, repository.directory)


def test_a_directory_without_a_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="not a git repository"):
        Revision.where_it_left("main", tmp_path)


def test_the_files_are_written_by_a_python_without_filters(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(tarfile, "data_filter", raising=False)
    (tmp_path / "before").mkdir()
    Revision.where_it_left("HEAD", repository.directory).extract(tmp_path / "before")
    assert (tmp_path / "before/kept").read_text() == "1"


@pytest.mark.skipif(not hasattr(tarfile, "data_filter"), reason="this Python has no filters of archives")
def test_a_link_that_leads_out_of_the_repository_is_refused(repository: Repository, tmp_path: Path) -> None:
    (repository.directory / "out").symlink_to("/etc/passwd")
    repository.commit(kept="3")
    (tmp_path / "before").mkdir()
    with pytest.raises(RevisionError, match="cannot be written"):
        Revision.where_it_left("HEAD", repository.directory).extract(tmp_path / "before")
