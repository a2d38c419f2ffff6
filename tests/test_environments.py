"""The environments that ship load, and broken ones say exactly what is wrong with them.

Each `tests/environments/error.<what>.yaml` begins with the problems that it must be told, as
`# expect: <line>: <message>`.
"""

import re
from datetime import date
from pathlib import Path

import pytest

from backstay import environment_file
from backstay.environment_file import EnvironmentFileError
from backstay.topology.rules import RULES

ROOT = Path(__file__).parent.parent
SHIPPED = sorted((ROOT / "environments").glob("*.yaml"))
BROKEN = sorted((ROOT / "tests" / "environments").glob("error.*.yaml"))
TODAY = date(2026, 12, 1)


def expected(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("# expect: ") for line in lines if line.startswith("# expect: ")]


def problems(file: Path) -> list[str]:
    with pytest.raises(EnvironmentFileError) as refused:
        environment_file.parse(file.read_text(encoding="utf-8"), file=file.name, today=TODAY)
    return [f"{problem.line}: {problem.message}" for problem in refused.value.problems]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_environment_breaks_no_rule(file: Path) -> None:
    assert environment_file.load(file, today=TODAY).name == file.stem


def test_the_promised_environments_ship() -> None:
    assert [file.stem for file in SHIPPED] == ["active-passive", "development", "multicloud", "production", "staging"]


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem.removeprefix("error."))
def test_a_broken_environment_is_told_exactly_its_problems(file: Path) -> None:
    assert problems(file) == expected(file)


def test_every_rule_is_broken_by_a_file() -> None:
    told = {
        match for file in BROKEN for message in expected(file) for match in re.findall(r" \[([a-z0-9-]+)]$", message)
    }
    assert told == set(RULES)


def test_a_file_that_breaks_one_rule_is_named_after_it() -> None:
    for rule in RULES:
        files = [file for file in BROKEN if file.stem.removeprefix("error.").split(".")[0] == rule]
        assert files, f"no file is named after {rule}"
        assert all(any(message.endswith(f"[{rule}]") for message in expected(file)) for file in files)


def test_problems_begin_with_the_file_as_it_was_named(tmp_path: Path) -> None:
    broken = tmp_path / "production.yaml"
    broken.write_text("name: production\n")
    with pytest.raises(EnvironmentFileError) as refused:
        environment_file.load(broken)
    assert str(refused.value).splitlines()[0].startswith(f"{broken}:1: 'mode' is missing; add it")
