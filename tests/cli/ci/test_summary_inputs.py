"""What a summary compares with."""

from pathlib import Path

import pytest

from backstay.cli.ci import summary_inputs
from backstay.cli.failures import RefusedError


def test_a_new_environment_broke_no_rule_before(tmp_path: Path) -> None:
    assert summary_inputs.findings_before(tmp_path / "research.json") == ()
    assert summary_inputs.environment_before(tmp_path / "research.yaml") is None


def test_what_was_found_before_has_to_be_readable(tmp_path: Path) -> None:
    (tmp_path / "production.json").write_text("{")
    with pytest.raises(RefusedError, match=r"production\.json"):
        summary_inputs.findings_before(tmp_path / "production.json")
