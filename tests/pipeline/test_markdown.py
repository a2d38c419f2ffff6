"""Text that anybody may have written, in Markdown that stays as it was meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.pipeline.markdown import Section, code, several, written


@given(st.text())
def test_text_as_code_is_one_span_on_one_line(text: str) -> None:
    span = code(text)
    assert re.fullmatch(r"`[^`|\r\n]+`", span)
    assert len(span) < 320


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("aws_iam_role.a", "`aws_iam_role.a`"),
        ("a` @everyone `b", "`a @everyone b`"),
        ("a\n\n# b", "`a # b`"),
        ("a | b", "`a b`"),
        ("", "`?`"),
        (" `` ", "`?`"),
        # Read from the right to the left, a harmless name; not seen at all; half a character.
        ('a["\u202egnihton"]', '`a[" gnihton"]`'),
        ("a\u200bb\x1b[31m", "`a b [31m`"),
        ("a\ud800", "`a`"),
    ],
)
def test_nothing_ends_the_span(text: str, span: str) -> None:
    assert code(text) == span


def test_of_many_names_the_first_are_shown() -> None:
    assert several(["a", "b"]) == "`a`, `b`"
    assert several([str(number) for number in range(11)], str) == "0, 1, 2, 3, 4, 5, 6, 7 and 3 more"


def sections() -> list[Section]:
    return [
        Section(before="head", lines=[f"- important {index}" for index in range(100)], rank=1),
        Section(before="body", lines=[f"- detail {index}" for index in range(100)], after="foot", rank=2),
    ]


def test_what_fits_is_whole() -> None:
    text = written(sections())
    assert text.startswith("head\n- important 0\n")
    assert text.endswith("- detail 99\nfoot\n")
    assert "more" not in text


@pytest.mark.parametrize("longest", [3000, 2500, 2000, 1000, 300])
def test_what_does_not_fit_is_shortened_with_a_count_and_the_important_last(longest: int) -> None:
    text = written(sections(), longest=longest)
    assert len(text) <= longest
    assert "foot" in text
    for kind in ("important", "detail"):
        shown = len(re.findall(f"- {kind} [0-9]+$", text, re.MULTILINE))
        left_out = 100 - shown
        assert left_out == 0 or f"- and {left_out} more" in text
    important, detail = (len(re.findall(f"- {kind}", text)) for kind in ("important", "detail"))
    assert important >= detail


def test_what_cannot_fit_is_not_cut() -> None:
    with pytest.raises(ValueError, match="do not fit into 20"):
        written(sections(), longest=20)
