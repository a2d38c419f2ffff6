"""Pictures of environments, as people and documents get them."""

from backstay import environment_file
from backstay.diagram import mermaid
from tests.cli.conftest import Project


def picture(project: Project, *lost: str) -> str:
    (file,) = (project.directory / "environments").glob("*.yaml")
    return mermaid(environment_file.load(file), lost=lost)


def name(project: Project) -> str:
    (file,) = (project.directory / "environments").glob("*.yaml")
    return file.stem


def test_it_prints_the_picture_and_nothing_else(project: Project) -> None:
    assert project.run("graph", name(project)).stdout == picture(project)


def test_a_region_is_lost_by_its_role_or_its_name(project: Project) -> None:
    by_role = project.run("graph", name(project), "--lost", "primary").stdout
    assert by_role == project.run("graph", name(project), "--lost", "us-east-1").stdout == picture(project, "primary")


def test_markdown_gets_a_block(project: Project) -> None:
    done = project.run("graph", name(project), "--format", "markdown")
    assert done.stdout == f"```mermaid\n{picture(project)}```\n"


def test_it_is_written_where_it_is_wanted(project: Project) -> None:
    done = project.run("graph", name(project), "--out", "pictures/here.mmd")
    assert done.stdout == ""
    assert (project.directory / "pictures/here.mmd").read_text() == picture(project)


def test_a_place_where_nothing_can_be_written_is_told_in_a_line(project: Project) -> None:
    (project.directory / "pictures").write_text("a file")
    done = project.run("graph", name(project), "--out", "pictures/here.mmd")
    assert done.returncode == 1
    assert done.stderr == "error: pictures/here.mmd cannot be written: File exists\n"


def test_a_region_that_is_not_there_is_refused(project: Project) -> None:
    done = project.run("graph", name(project), "--lost", "tertiary")
    assert done.returncode == 3
    assert "--lost tertiary: " in done.stderr
    assert "there are: primary (us-east-1)" in done.stderr


def test_a_place_that_cannot_be_written_is_said(project: Project) -> None:
    done = project.run("graph", name(project), "--out", "environments")
    assert done.returncode == 1
    assert "environments cannot be written: Is a directory" in done.stderr
