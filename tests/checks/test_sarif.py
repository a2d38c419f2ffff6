"""Findings for code hosts."""

import json
from pathlib import Path

import pytest

from backstay.checks import RULES, Waiver, sarif
from tests.checks.example import Document, examined, stack

WAIVER = Waiver.model_validate({"rule": "store-public", "reason": "a public data set", "until": "2027-03-31"})


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Document:
    monkeypatch.chdir(tmp_path)
    report = examined(Path("out"), {"prod": stack({"aws_s3_bucket.it": {"bucket": "weights"}})}, waivers=[WAIVER])
    return sarif.document(report, version="1.0.0")


def test_every_rule_is_described_with_its_help(log: Document) -> None:
    (run,) = log["runs"]
    described = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert list(described) == list(RULES)
    assert described["store-public"]["helpUri"] == RULES["store-public"].source
    assert RULES["store-public"].fix[1:] in described["store-public"]["help"]["markdown"]


def test_every_result_points_at_its_rule_and_its_line(log: Document) -> None:
    (run,) = log["runs"]
    assert run["results"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "out/prod/cdk.tf.json"
        assert location["physicalLocation"]["region"]["startLine"] >= 1


def test_what_is_waived_is_suppressed_with_the_reason(log: Document) -> None:
    suppressed = {result["ruleId"]: result.get("suppressions") for result in log["runs"][0]["results"]}
    assert suppressed["store-public"] == [{"kind": "external", "justification": "a public data set (until 2027-03-31)"}]
    assert suppressed["bucket-unversioned"] is None


def test_a_finding_keeps_its_fingerprint_when_lines_move(tmp_path: Path) -> None:
    above = {"aws_s3_bucket.above": {"bucket": "above"}}
    it = {"aws_s3_bucket.it": {"bucket": "weights"}}
    prints = []
    for number, blocks in enumerate((it, above | it)):
        report = examined(tmp_path / str(number), {"prod": stack(blocks)}, rules=["store-public"])
        results = sarif.document(report, version="1.0.0")["runs"][0]["results"]
        prints.append(next(r["partialFingerprints"] for r in results if "aws_s3_bucket.it" in r["message"]["text"]))
    assert prints[0] == prints[1]


def test_the_log_is_json(log: Document) -> None:
    assert json.loads(json.dumps(log)) == log


def test_logs_of_two_environments_are_told_apart(tmp_path: Path) -> None:
    report = examined(tmp_path, {"prod": stack({})}, rules=["store-public"])
    logs = [sarif.document(report, version="1.0.0", environment=name) for name in ("staging", "production")]
    ids = [log["runs"][0]["automationDetails"]["id"] for log in logs]
    assert ids == ["backstay/staging/", "backstay/production/"]
