"""The JSON Schema of environment files."""

import json

from tests.cli.conftest import Project


def test_it_is_written_where_editors_look_for_it(project: Project) -> None:
    assert project.run("schema").returncode == 0
    written = json.loads((project.directory / "environments/schema.json").read_text())
    assert "regions" in written["properties"]


def test_check_tells_fresh_from_stale_and_missing(project: Project) -> None:
    file = project.directory / "environments/schema.json"
    assert project.run("schema", "--check").returncode == 1
    project.run("schema")
    assert project.run("schema", "--check").returncode == 0
    file.write_text(file.read_text().replace("regions", "sites"))
    stale = project.run("schema", "--check")
    assert stale.returncode == 1
    assert "environments/schema.json is out of date" in stale.stderr


def test_print_leaves_the_file_alone(project: Project) -> None:
    printed = project.run("schema", "--print")
    assert "regions" in json.loads(printed.stdout)["properties"]
    assert not (project.directory / "environments/schema.json").exists()
