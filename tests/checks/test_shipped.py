"""What ships keeps the rules that it would hold others to."""

from pathlib import Path

import pytest

from backstay.checks import Finding, Promise
from tests.checks.example import examined
from tests.synthesis import ENVIRONMENTS, documents, environment

# What no stack does yet. Nothing else may hide behind it, and what is done must be taken out.
PENDING = {"region-unwatched", "state-in-one-region"}


def broken(name: str, folder: Path) -> list[Finding]:
    return list(examined(folder, documents(name), promise=Promise.of(environment(name))).open)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_shipped_environment_breaks_no_rule(name: str, tmp_path: Path) -> None:
    assert [str(finding) for finding in broken(name, tmp_path) if finding.rule.id not in PENDING] == []


@pytest.mark.parametrize("rule", sorted(PENDING))
def test_what_is_pending_is_not_done(rule: str, tmp_path: Path) -> None:
    assert rule in {finding.rule.id for finding in broken("production", tmp_path)}
