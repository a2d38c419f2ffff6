"""Looking at environment files."""

import shutil
from pathlib import Path

from tests.cli.conftest import Project


def test_check_is_content_with_good_files(project: Project) -> None:
    done = project.run("check")
    assert (done.returncode, done.stdout) == (0, "development: no problems\n")


def test_check_names_file_and_line_of_each_problem(project: Project) -> None:
    file = project.directory / "environments/development.yaml"
    file.write_text(file.read_text().replace("mode: single-region", "mode: both"))
    done = project.run("check", "development")
    assert done.returncode == 3
    assert done.stderr.startswith("environments/development.yaml:3: mode")
    (problem,) = project.json("check")["problems"]
    assert (problem["environment"], problem["line"]) == ("development", 3)


def test_check_without_environments_says_so(project: Project) -> None:
    (project.directory / "environments/development.yaml").unlink()
    done = project.run("check")
    assert done.returncode == 3
    assert "there is no environments/*.yaml in" in done.stderr


def test_list_shows_regions_and_points_at_files_that_cannot_be_used(project: Project) -> None:
    (project.directory / "environments/broken.yaml").write_text("name: broken\n")
    done = project.run("list")
    assert done.returncode == 0
    assert "us-east-1" in done.stdout
    assert "`backstay check broken` shows them" in done.stdout
    document = project.json("list")
    assert [entry["name"] for entry in document["environments"]] == ["development"]
    assert [entry["name"] for entry in document["unusable"]] == ["broken"]


def test_list_shows_only_the_environments_that_are_named(project: Project) -> None:
    (project.directory / "environments/broken.yaml").write_text("name: broken\n")
    document = project.json("list", "development")
    assert [entry["name"] for entry in document["environments"]] == ["development"]
    assert document["unusable"] == []


def test_list_refuses_an_environment_that_is_not_there(project: Project) -> None:
    done = project.run("list", "nowhere")
    assert done.returncode == 3
    assert "there is no such environment file" in done.stderr


def test_list_shows_who_takes_over_in_which_order(project: Project) -> None:
    shutil.copy(Path(__file__).parents[2] / "environments/staging.yaml", project.directory / "environments")
    (staging,) = project.json("list", "staging")["environments"]
    assert [(region["role"], region["order"]) for region in staging["regions"]] == [("primary", 1), ("secondary", 2)]


def test_list_shows_the_cloud_and_the_state_of_each_region(project: Project) -> None:
    shutil.copy(Path(__file__).parents[2] / "environments/multicloud.yaml", project.directory / "environments")
    lines = [line.split() for line in project.run("list", "multicloud").stdout.splitlines()]
    assert [line[-7:] for line in lines] == [
        ["role", "cloud", "region", "status", "traffic", "state", "order"],
        ["primary", "aws", "us-east-1", "active", "34%", "s3", "-"],
        ["secondary", "azure", "westeurope", "active", "33%", "azurerm", "-"],
        ["tertiary", "google", "asia-southeast1", "active", "33%", "gcs", "-"],
    ]
    (multicloud,) = project.json("list", "multicloud")["environments"]
    assert [(region["cloud"], region["state"]) for region in multicloud["regions"]] == [
        ("aws", "s3"),
        ("azure", "azurerm"),
        ("google", "gcs"),
    ]
