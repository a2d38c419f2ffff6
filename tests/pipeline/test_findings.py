"""What checks find anew."""

import json

import pytest

from backstay.pipeline.findings import Finding, gone, new, parse


def finding(rule: str = "alarms", address: str = "aws_lb.a", message: str = "no alarm") -> Finding:
    return Finding(rule, "error", "example-us-east-1", address, message)


def test_what_was_found_before_is_not_new_even_in_other_words() -> None:
    assert new([finding(message="2 are missing")], [finding(message="3 are missing")]) == ()


def test_what_was_not_found_there_before_is_new() -> None:
    other = finding(address="aws_lb.b")
    assert new([finding(), other], [finding()]) == (other,)


def test_a_second_one_in_the_same_place_is_new() -> None:
    assert len(new([finding(), finding()], [finding()])) == 1


def test_what_is_found_no_more_is_counted() -> None:
    assert gone([finding()], [finding(), finding("copies"), finding("zones")]) == 2


def test_waived_findings_are_none() -> None:
    entry = {"rule": "a", "severity": "error", "stack": "s", "address": None, "message": "m", "waiver": None}
    text = json.dumps({"findings": [entry, entry | {"waiver": {"reason": "r", "until": "2027-01-01"}}]})
    assert parse(text, source="x") == (Finding("a", "error", "s", "", "m"),)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"findings": [{}]}'])
def test_what_holds_no_findings_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"base.json holds no findings"):
        parse(text, source="base.json")
