"""Whatever a label holds, it is shown as it is and ends where it should."""

import re

from hypothesis import given
from hypothesis import strategies as st

from backstay.diagram.labels import escape, identifier, label
from tests.diagram.flowchart import shown

LINES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@given(LINES)
def test_text_comes_back_as_it_was(line: str) -> None:
    assert shown(escape(line)) == [line]


@given(LINES)
def test_text_holds_nothing_that_is_syntax(line: str) -> None:
    written = re.sub(r"#\d+;", "", escape(line))
    assert not set(written) & set("\"'`<>[]{}|;&#*_~=\\")
    # Or Mermaid could take it for a style that ends with a semicolon.
    assert not re.search(r":(?! )", written)


@given(LINES)
def test_no_line_begins_like_a_list_of_markdown(line: str) -> None:
    assert not re.match(r"\s*(\d+[.)]|[-*+])", escape(line))


def test_lines_without_anything_are_left_out() -> None:
    assert label("primary", "", "aws us-east-1") == '"primary<br/>aws us-east-1"'


def test_what_people_read_often_stays_readable() -> None:
    said = "cluster: 5 to 10 g6.2xlarge, /health (50%)"
    assert escape(said) == said


@given(st.sets(st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", fullmatch=True), min_size=2))
def test_no_two_roles_have_the_same_node(roles: set[str]) -> None:
    assert len({identifier("serve", role) for role in roles}) == len(roles)
