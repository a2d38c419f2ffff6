"""What ships keeps the rules that it would hold others to."""

from pathlib import Path

import pytest

from backstay.checks import Finding, Promise
from tests.checks.example import examined
from tests.synthesis import ENVIRONMENTS, documents, environment

ALONE = "its regions are each on another cloud, and clouds do not copy to each other"
# What is chosen. Nothing else may hide behind it, and what is no longer found must be taken out.
CHOSEN = {
    ("multicloud", "alarms-in-one-region"): "only AWS has alarms yet",
    ("multicloud", "state-in-one-region"): ALONE,
    ("production", "cache-in-one-region"): "several regions write, so that each fills a cache of its own",
}


def broken(name: str, folder: Path) -> list[Finding]:
    return list(examined(folder, documents(name), promise=Promise.of(environment(name))).open)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_shipped_environment_breaks_no_rule_but_by_choice(name: str, tmp_path: Path) -> None:
    found = broken(name, tmp_path)
    assert [str(finding) for finding in found if (name, finding.rule.id) not in CHOSEN] == []
    assert {finding.rule.id for finding in found} == {rule for chosen, rule in CHOSEN if chosen == name}
