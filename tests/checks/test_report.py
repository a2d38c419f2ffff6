"""What is reported, and what waivers set aside."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backstay.checks import RULES, Guarantee, Promise, Severity, Waiver, examine, read
from backstay.topology.catalog.aws import CATALOG
from tests.checks.example import TODAY, Document, examined, stack, write
from tests.synthesis import documents, environment

RULE = "bucket-unversioned"
UNTIL = {"reason": "rebuilt nightly from the lake", "until": "2026-12-01"}
BUCKET = {"bucket": "weights"}


def bucket(**more: Any) -> dict[str, Document]:
    return {"prod": stack({"aws_s3_bucket.it": BUCKET | more})}


def waiver(**more: str) -> Waiver:
    return Waiver.model_validate({"rule": RULE, **UNTIL, **more})


def test_thousands_of_resources_are_examined_in_seconds(tmp_path: Path) -> None:
    buckets = {f"aws_s3_bucket.b{number}": {"bucket": f"b{number}"} for number in range(2_000)}
    versions = {
        f"aws_s3_bucket_versioning.b{number}": {
            "bucket": f"${{aws_s3_bucket.b{number}.id}}",
            "versioning_configuration": {"status": "Enabled"},
        }
        for number in range(1_999)
    }
    begun = time.process_time()
    report = examined(tmp_path, {"prod": stack(buckets | versions)}, rules=[RULE])
    assert [finding.address for finding in report.open] == ["aws_s3_bucket.b1999"]
    # Each bucket compared with each versioning takes minutes.
    assert time.process_time() - begun < 20


def test_a_finding_says_where_and_what(tmp_path: Path) -> None:
    (found,) = examined(tmp_path, bucket(), rules=[RULE]).open
    assert str(found) == f"{tmp_path}/prod/cdk.tf.json:11: aws_s3_bucket.it: versioning is not enabled [{RULE}]"


@pytest.mark.parametrize(
    "documents",
    [
        bucket(**{"//": {"backstay": {RULE: UNTIL}}}),
        bucket(lifecycle={"//": {"backstay": {RULE: UNTIL}}}),
        {"prod": stack({"aws_s3_bucket.it": BUCKET}, **{"//": {"backstay": {RULE: UNTIL}}})},
    ],
    ids=["of the block", "of its lifecycle", "of the stack"],
)
def test_a_comment_waives_until_its_last_day(documents: dict[str, Document], tmp_path: Path) -> None:
    report = examined(tmp_path, documents, rules=[RULE])
    assert [finding.waiver and finding.waiver.reason for finding in report.waived] == [UNTIL["reason"]]
    assert not report.open
    late = examine(read(tmp_path), promise=Promise(), today=date(2026, 12, 2), rules=[RULE, "waiver-valid"])
    assert sorted(finding.rule.id for finding in late.open) == [RULE, "waiver-valid"]


def test_a_comment_that_cannot_be_read_waives_nothing(tmp_path: Path) -> None:
    report = examined(tmp_path, bucket(**{"//": {"backstay": {RULE: {"reason": "short"}}}}), rules=[RULE])
    assert len(report.open) == 1


@pytest.mark.parametrize(
    ("given", "is_waived"),
    [
        (waiver(), True),
        (waiver(stack="pro*", address="aws_s3_bucket.*"), True),
        (waiver(stack="staging-*"), False),
        (waiver(address="aws_s3_bucket.other"), False),
        (waiver(rule="store-public"), False),
        (waiver(until="2026-11-30"), False),
    ],
)
def test_a_given_waiver_covers_what_it_names(given: Waiver, is_waived: bool, tmp_path: Path) -> None:
    report = examined(tmp_path, bucket(), rules=[RULE], waivers=[given])
    assert bool(report.waived) is is_waived
    assert bool(report.open) is not is_waived


def test_a_waiver_that_nothing_needs_is_told(tmp_path: Path) -> None:
    needed, unneeded = waiver(), waiver(stack="staging-*")
    report = examined(tmp_path, bucket(), rules=[RULE], waivers=[needed, unneeded])
    assert report.unused == (unneeded,)


def test_a_waiver_that_has_ended_is_told(tmp_path: Path) -> None:
    ended = waiver(until="2026-11-30")
    report = examined(tmp_path, bucket(), rules=[RULE], waivers=[ended])
    assert (report.ended, report.unused) == ((ended,), ())


def test_notes_do_not_fail_a_check(tmp_path: Path) -> None:
    cache = {"prod": stack({"aws_elasticache_replication_group.it": {}})}
    report = examined(tmp_path, cache, rules=["cache-in-one-region"])
    assert [finding.rule.severity for finding in report.open] == [Severity.NOTE]
    assert not report.fails


def test_what_was_given_up_is_not_asked_for(tmp_path: Path) -> None:
    given_up = Promise(guarantees=frozenset())
    report = examined(tmp_path, {"prod": stack({"aws_db_instance.it": {}})}, promise=given_up)
    assert {finding.rule.needs for finding in report.open} == {None}


@pytest.mark.parametrize(
    ("name", "kept"),
    [("production", set(Guarantee)), ("development", set()), ("staging", set(Guarantee))],
)
def test_an_environment_promises_what_its_file_says(name: str, kept: set[Guarantee]) -> None:
    assert Promise.of(environment(name)).guarantees == kept


def test_the_budget_follows_the_rto() -> None:
    promise = Promise.of(environment("staging"))
    assert (promise.rto.seconds, promise.detection_seconds, promise.ttl_seconds) == (3_600, 360, 60)


def test_thirty_regions_are_examined_at_once(tmp_path: Path) -> None:
    made = documents("production")
    model = "eu-west-1"
    for region in list(CATALOG.regions)[:30]:
        for name, document in made.items():
            # A link is named for two regions.
            if model in name and "link" not in name:
                write(tmp_path, {name.replace(model, region): _moved(document, model, region)})
    stacks = read(tmp_path)
    assert len(stacks.regions) == 30
    started = time.process_time()
    examine(stacks, promise=Promise(), today=TODAY)
    # A third of a second where nothing else runs; ten times that is a rule that asks every block about every other.
    assert time.process_time() - started < 3


def _moved(value: Any, region: str, to: str) -> Any:
    if isinstance(value, dict):
        return {key: _moved(item, region, to) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, region, to) for item in value]
    return value.replace(region, to) if isinstance(value, str) else value


def test_rules_are_asked_by_name(tmp_path: Path) -> None:
    report = examined(tmp_path, bucket(), rules=["store-public", RULE])
    assert {finding.rule for finding in report.open} == {RULES["store-public"], RULES[RULE]}
