import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from backstay.environment_file.document import UNREADABLE, DocumentError, read


def problems(text: str) -> list[tuple[int, str]]:
    try:
        return list(read(text).problems)
    except DocumentError as error:
        return list(error.problems)


def test_values_are_those_of_yaml_1_2() -> None:
    text = "\n".join(
        [
            "a: 1",
            "b: -2",
            "c: 1.5",
            "d: 1e3",
            "e: true",
            "f: False",
            "g: ~",
            "h:",
            "i: text",
            "j: '1'",
            'k: "true"',
            "l: 2027-03-31",
            "m: 12:30:00",
            "n: [1, x, {y: z}]",
            "o: {p: q}",
            "r: |\n  two\n  lines",
            "s: 50%",
        ]
    )
    assert read(text).data == {
        "a": 1,
        "b": -2,
        "c": 1.5,
        "d": 1000.0,
        "e": True,
        "f": False,
        "g": None,
        "h": None,
        "i": "text",
        "j": "1",
        "k": "true",
        "l": "2027-03-31",
        "m": "12:30:00",
        "n": [1, "x", {"y": "z"}],
        "o": {"p": "q"},
        "r": "two\nlines\n",
        "s": "50%",
    }


def test_each_value_has_the_line_of_its_key() -> None:
    document = read("# comment\na: 1\nb:\n  c:\n    2\n  d: [x,\n      y]\n")
    assert {place: value.line for place, value in document.values.items()} == {
        (): 2,
        ("a",): 2,
        ("b",): 3,
        ("b", "c"): 4,
        ("b", "d"): 6,
        ("b", "d", 0): 6,
        ("b", "d", 1): 7,
    }


def test_a_scalar_is_shown_as_it_is_written() -> None:
    document = read("a: 1.30\nb: 'x'\nc: [ 007x ]\n")
    assert [document.source(place) for place in (("a",), ("b",), ("c", 0))] == ["1.30", "'x'", "007x"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(newline: str, mark: str) -> None:
    document = read(mark + newline.join(["a: 1", "b:", "  c: 2", ""]))
    assert document.data == {"a": 1, "b": {"c": 2}}
    assert document.values["b", "c"].line == 3


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty"),
        ("\n# only this\n", 1, "the file is empty"),
        ("text", 1, "must be one mapping"),
        ("- a", 1, "must be one mapping"),
        ("null", 1, "must be one mapping"),
        ("a: 1\n---\nb: 2", 2, r"a second document \(---\) is not allowed"),
        ("# old\n%YAML 1.1\n---\na: 1", 2, "directives"),
        ("a: 1\nb: 2\na: 3", 3, "key 'a' stands twice, first in line 1"),
        ("a:\n  b: 1\n  'b': 2", 3, "key 'b' stands twice, first in line 2"),
        ("a: &x 1", 1, "the anchor &x is not allowed"),
        ("a: &x 1\nb: *x", 2, r"the alias \*x is not allowed"),
        ("a: *never", 1, r"the alias \*never is not allowed"),
        ("a: &x [*x]", 1, r"the alias \*x is not allowed"),
        ("a:\n  <<: {b: 1}", 2, "the merge key << is not allowed"),
        ("a: !!str 5", 1, "the tag !!str is not allowed"),
        ("!x\na: 1", 1, "the tag !x is not allowed"),
        ("a: !x {b: 1}", 1, "the tag !x is not allowed"),
        ("\ufeff%YAML 1.1\n---\na: 1", 1, "directives"),
        ("k" * 1_000 + ": 1\n" + "k" * 1_000 + ": 2", 2, "key 'k{77}...' stands twice"),
        ("a: !env HOME", 1, "the tag !env is not allowed"),
        ("a: !!python/object/apply:os.system [ls]", 1, "the tag !!python/object/apply:os.system is not allowed"),
        ("? [a, b]\n: c", 1, "a key must be plain text"),
        ("? {a: b}\n: c\nd: e", 1, "a key must be plain text"),
        ("a: yes", 1, "some YAML tools read yes as true or false"),
        ("a: [on, x]", 1, "some YAML tools read on as true or false"),
        ("a: 010", 1, "some YAML tools read 010 as another number"),
        ("a: 0x1F", 1, "some YAML tools read 0x1F as another number"),
        ("a: 0o17", 1, "some YAML tools read 0o17 as another number"),
        ("a: 1_000", 1, "some YAML tools read 1_000 as another number"),
        ("a: " + "9" * 16, 1, "has more than 15 digits"),
        ("a: " + "9" * 5000, 1, "has more than 15 digits"),
        ("a: 1\nb: \x00", 2, r"the character U\+0000 is not allowed"),
        ("a: 1\nb: x\u200by", 2, r"the character U\+200B is not allowed"),
        ("a: 1\nb: x\u202ey", 2, r"the character U\+202E is not allowed"),
        ("a: 1\u2028b: 2", 1, r"the character U\+2028 is not allowed"),
        ("a: x\x85b: y", 1, r"the character U\+0085 is not allowed"),
        ("a: \ufeffb", 1, r"the character U\+FEFF is not allowed"),
        ("a: \ud800", 1, r"the character U\+D800 is not allowed"),
        ('a: "x\\0y"', 1, r"the escaped character U\+0000 is not allowed"),
        ('a: "x\\uD800y"', 1, r"the escaped character U\+D800 is not allowed"),
        ('a: "\\UFFFFFFFF"', 1, "not valid YAML"),
        ("a:\n\tb: 1", 2, "a tab stands where only blanks may stand"),
        ("a: {", 1, "not valid YAML"),
        ("a: 'x\n\n", 3, "not valid YAML: .* that begins in line 1"),
        ("a: @x", 1, "not valid YAML"),
        ("a: 1\n b: 2", 2, "not valid YAML"),
        ("a: b: c", 1, "not valid YAML"),
        ("x" * 262_145, 1, "the file has 262145 characters; an environment file has 262144 at most"),
    ],
)
def test_what_is_not_allowed_is_told_with_its_line(text: str, line: int, message: str) -> None:
    found = problems(text)
    assert any(at == line and re.search(message, said) for at, said in found), found


def test_what_is_not_allowed_is_told_all_at_once() -> None:
    text = "a: yes\nb: &x 1\nc: *x\nd: !t 1\na: 2\n? [e]\n: f\n<<: {g: h}\n"
    assert [line for line, _ in problems(text)] == [1, 2, 3, 4, 5, 6, 8]


def test_a_value_that_is_not_allowed_is_not_taken_for_another() -> None:
    assert read("a: yes\nb: !t x\nc: 1").data == {"a": UNREADABLE, "b": UNREADABLE, "c": 1}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "a: " + "[" * 10_000 + "]" * 10_000,
        "a: " + "{a: " * 10_000,
        "- " * 10_000,
        "a:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 500)),
        "? " * 10_000 + "a",
        "? " + "[" * 1_000 + "]" * 1_000 + "\n: b",
    ],
    ids=["open lists", "lists", "mappings", "dashes", "indentation", "keys", "a list as a key"],
)
@pytest.mark.timeout(120)
def test_deep_nesting_is_refused_and_not_followed(text: str) -> None:
    assert problems(text)


def test_twenty_levels_are_accepted() -> None:
    assert read("a: " + "[" * 19 + "]" * 19).problems == ()


@pytest.mark.parametrize("text", ["a: [?b]", "a: {?b: 1}", "? b\n: 1", "a:\n- ? b\n"])
def test_marked_keys_are_refused(text: str) -> None:
    assert [message for _, message in problems(text)] == [
        "the mark ? before the key 'b' is not allowed; write key: value"
    ]


def test_question_marks_in_texts_are_no_marks() -> None:
    assert read("a: what?\nb?: ?c\nd: x ? y\n").data == {"a": "what?", "b?": "?c", "d": "x ? y"}


@pytest.mark.timeout(120)
def test_billions_of_laughs_are_not_expanded() -> None:
    laughs = ["a0: &a0 lol"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert len(problems("\n".join(laughs))) == 30 + 29 * 10


SCALARS = (
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(st.characters(codec="utf-8"), max_size=20)
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc-_ :#", max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abc", min_size=1), TREES, min_size=1, max_size=4))
@example({"a": {"b": [{"c": ["x", {"d": None}]}]}})
@example({"a": ["?0"]})
def test_what_ruamel_writes_is_read_back_or_refused(data: dict[str, object]) -> None:
    """A program that writes environment files need not know how strict they are read."""
    out = io.StringIO()
    YAML(typ="safe", pure=True).dump(data, out)
    try:
        document = read(out.getvalue())
    except DocumentError:
        return
    if not document.problems:
        assert document.data == data


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\n :-[]{}'\"#&*!|>%@`?,\t"), max_size=80))
def test_any_text_is_read_or_refused_with_a_line_of_it(text: str) -> None:
    lines = max(1, len(re.split(r"\r\n|\n|\r", text)))
    for line, message in problems(text):
        assert 1 <= line <= lines
        assert message
