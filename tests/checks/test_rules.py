"""Each rule sees what it must and nothing else; `pairs` has the stacks."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.checks import RULES, Promise, Severity, Stacks, examine
from backstay.checks.stack import Stack
from tests.checks.example import TODAY, Document, Pair, examined
from tests.checks.pairs import PAIRS


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_fires_where_it_is_broken(pair: Pair, tmp_path: Path) -> None:
    report = examined(tmp_path, pair.fires, promise=pair.promise, rules=[pair.rule])
    assert sorted({finding.address or finding.stack for finding in report.open}) == sorted(pair.at)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_is_silent_where_it_is_kept(pair: Pair, tmp_path: Path) -> None:
    report = examined(tmp_path, pair.silent, promise=pair.promise, rules=[pair.rule])
    assert list(map(str, report.open)) == []


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_both_of_a_pair_have_what_the_rule_is_about(pair: Pair) -> None:
    # Or the second would be silent for want of anything to look at.
    for place in pair.at:
        kind = place.split(".")[-2] if "." in place else place
        assert kind in str(pair.silent)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_pair(rule: str) -> None:
    assert [pair for pair in PAIRS if pair.rule == rule]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_says_what_why_and_how_to_mend_it(rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    assert rule.source.startswith("https://")
    for text in (rule.what, rule.why, rule.fix):
        assert 10 <= len(text) <= 200
    assert not rule.what.endswith(".")
    assert rule.why.endswith(".")
    assert rule.severity in Severity


def keys(value: Any) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(item)
    if isinstance(value, dict):
        yield from value


TYPES = sorted({place.split(".")[-2] for pair in PAIRS for place in pair.at if "." in place})
KEYS = sorted(
    {key for pair in PAIRS for document in (*pair.fires.values(), *pair.silent.values()) for key in keys(document)}
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["${var.x}", "${local.y}", "${aws_s3_bucket.a.id}", "aws.us", "arn:aws:kms:eu-west-1:1:key/1"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)
BLOCKS = st.dictionaries(
    st.sampled_from(TYPES), st.dictionaries(st.sampled_from(["a", "b", "//"]), JSON, max_size=2) | JSON
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "resource": BLOCKS | JSON,
        "data": BLOCKS | JSON,
        "ephemeral": BLOCKS,
        "provider": st.dictionaries(st.sampled_from(["aws", "google", "azurerm"]), JSON) | JSON,
        "terraform": st.fixed_dictionaries({"backend": JSON}) | JSON,
        "variable": st.dictionaries(st.sampled_from(["x", "db_password"]), JSON) | JSON,
        "locals": st.dictionaries(st.just("y"), JSON) | JSON,
        "//": JSON,
    },
)


@given(st.lists(DOCUMENTS, min_size=1, max_size=3))
def test_no_rule_fails_on_any_json(documents: list[Document]) -> None:
    stacks = Stacks(tuple(Stack(f"s{number}", {"/dev/null": document}) for number, document in enumerate(documents)))
    report = examine(stacks, promise=Promise(), today=TODAY)
    assert all(finding.message for finding in report.open)


def with_something_else(value: Any, other: Any, choose: Callable[[int], int]) -> Any:
    """A value in which one part, however deep, is replaced."""
    if not isinstance(value, dict | list) or not value or choose(4) == 0:
        return other
    if isinstance(value, list):
        at = choose(len(value))
        return [*value[:at], with_something_else(value[at], other, choose), *value[at + 1 :]]
    key = list(value)[choose(len(value))]
    return value | {key: with_something_else(value[key], other, choose)}


@given(st.sampled_from(PAIRS), JSON, st.data())
def test_no_rule_fails_on_stacks_that_are_nearly_right(pair: Pair, other: Any, data: st.DataObject) -> None:
    changed = {
        name: with_something_else(document, other, lambda upto: data.draw(st.integers(0, upto - 1)))
        for name, document in pair.fires.items()
    }
    stacks = Stacks(
        tuple(
            Stack(name, {"/dev/null": document if isinstance(document, dict) else {}})
            for name, document in changed.items()
        )
    )
    examine(stacks, promise=Promise(), today=TODAY)
