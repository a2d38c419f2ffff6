from pathlib import Path

import pytest

from backstay import environment_file
from backstay.environment_file import EnvironmentFileError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "environments").mkdir()
    for name in ("production", "staging"):
        (tmp_path / "environments" / f"{name}.yaml").touch()
    (tmp_path / "environments" / "schema.json").touch()
    return tmp_path


def refusal(environment: str, project: Path) -> str:
    with pytest.raises(EnvironmentFileError) as refused:
        environment_file.find(environment, project)
    (problem,) = refused.value.problems
    return str(problem)


def test_a_projects_environments_are_its_yaml_files(project: Path) -> None:
    assert environment_file.names(project) == ["production", "staging"]


def test_what_is_no_file_is_no_environment(project: Path) -> None:
    (project / "environments" / "old.yaml").mkdir()
    (project / "environments" / "gone.yaml").symlink_to("nowhere.yaml")
    assert environment_file.names(project) == ["production", "staging"]
    assert "did you mean" not in refusal("old", project)


def test_a_directory_without_environments_has_none(tmp_path: Path) -> None:
    assert environment_file.names(tmp_path) == []


def test_an_environment_is_found_by_its_name(project: Path) -> None:
    assert environment_file.find("staging", project) == project / "environments" / "staging.yaml"


def test_an_environment_is_found_by_its_path(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "mine.yaml"
    elsewhere.touch()
    assert environment_file.find(str(elsewhere), project) == elsewhere


def test_the_near_name_is_suggested(project: Path) -> None:
    assert refusal("prodution", project) == (
        "environments/prodution.yaml:1: there is no such environment file; did you mean 'production'? "
        "environments here: production, staging"
    )


def test_the_near_name_is_suggested_for_a_path_too(project: Path) -> None:
    assert refusal("environments/stagin.yaml", project) == (
        "environments/stagin.yaml:1: there is no such environment file; did you mean 'staging'? "
        "environments here: production, staging"
    )


def test_nothing_is_suggested_for_what_is_like_nothing(project: Path) -> None:
    assert refusal("zzz", project).endswith("there is no such environment file; environments here: production, staging")


def test_a_project_without_environments_is_told_so(tmp_path: Path) -> None:
    assert refusal("production", tmp_path).endswith("there is no such environment file; environments here: none")


def test_a_directory_is_not_an_environment(project: Path) -> None:
    assert refusal(str(project), project) == f"{project}:1: this is a directory; name one environment"


@pytest.mark.parametrize("name", ["x" * 5_000, "a\0b", "", "."])
def test_a_name_that_no_file_can_have_is_refused_like_any_other(name: str, project: Path) -> None:
    assert refusal(name, project)
