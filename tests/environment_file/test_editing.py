import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay import environment_file
from backstay.environment_file import EnvironmentFileError
from backstay.environment_file.document import read
from backstay.environment_file.editing import edited
from backstay.environment_file.scalars import unprintable
from backstay.topology import Percentage
from tests.environment_file.test_reading import TEXT
from tests.topology.sample import TODAY

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
TRAFFIC = ("regions", "primary", "traffic")
FAILOVER: dict[Any, Any] = {
    TRAFFIC: "0%",
    ("regions", "primary", "status"): "standby",
    ("regions", "secondary", "traffic"): Percentage(Decimal(100)),
    ("regions", "secondary", "status"): "active",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "example.yaml"
    path.write_text(TEXT)
    return path


def update(path: Path, edits: dict[Any, Any]) -> Any:
    return environment_file.update(path, edits, today=TODAY)


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that differ, old and new."""
    assert before.count("\n") == after.count("\n")
    return [(old, new) for old, new in zip(before.split("\n"), after.split("\n"), strict=True) if old != new]


def test_a_failover_is_written_back(file: Path) -> None:
    made = update(file, FAILOVER)
    assert list(made.active) == ["secondary"]
    assert environment_file.load(file, today=TODAY) == made
    assert changes(TEXT, file.read_text()) == [
        ("    status: active", "    status: standby"),
        ("    traffic: 100%", "    traffic: 0%"),
        ("    status: standby", "    status: active"),
        ("    traffic: 0%", "    traffic: 100%"),
    ]


def test_everything_else_of_a_shipped_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "production.yaml"
    before = (ENVIRONMENTS / "production.yaml").read_text()
    path.write_text(before)
    update(path, {TRAFFIC: "60%", ("regions", "secondary", "traffic"): "40%", ("aws", "account"): "210987654321"})
    assert [new for _, new in changes(before, path.read_text())] == [
        '  account: "210987654321"   # the deployment is refused in any other account',
        "    traffic: 60%",
        "    traffic: 40%",
    ]


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_stay(file: Path, newline: str) -> None:
    before = "\ufeff" + TEXT.replace("\n", newline)
    file.write_bytes(before.encode())
    update(file, FAILOVER)
    after = file.read_bytes().decode()
    assert len(after) == len(before)
    assert after.startswith("\ufeff")
    assert after.count(newline) == before.count(newline)


def test_a_result_that_breaks_a_rule_is_refused_and_nothing_is_written(file: Path) -> None:
    with pytest.raises(EnvironmentFileError, match="standby-takes-no-traffic"):
        update(file, {("regions", "secondary", "traffic"): "10%"})
    assert file.read_text() == TEXT


def test_a_file_that_cannot_be_read_is_refused_and_left(file: Path) -> None:
    file.write_text("a: [")
    with pytest.raises(EnvironmentFileError, match="not valid YAML"):
        update(file, {TRAFFIC: "0%"})
    assert file.read_text() == "a: ["


def test_an_edit_may_mend_a_broken_file(file: Path) -> None:
    file.write_text(TEXT.replace("traffic: 100%", "traffic: 90%"))
    update(file, {TRAFFIC: "100%"})
    assert file.read_text() == TEXT


@pytest.mark.parametrize(
    "place", [(), ("nothing",), ("regions", "tertiary", "traffic"), ("regions", "primary", "cache")]
)
def test_a_place_that_does_not_exist_is_refused(file: Path, place: tuple[str, ...]) -> None:
    with pytest.raises(KeyError):
        update(file, {place: "0%"})
    assert file.read_text() == TEXT


@pytest.mark.parametrize("place", [("regions",), ("aws",), ("regions", "primary")])
def test_a_whole_section_is_not_changed(file: Path, place: tuple[str, ...]) -> None:
    with pytest.raises(TypeError, match="holds a mapping or a list"):
        update(file, {place: "x"})


@pytest.mark.parametrize("fails", ["replace", "chmod"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interruption_leaves_the_file_and_no_draft(
    file: Path, monkeypatch: pytest.MonkeyPatch, fails: str, error: type[BaseException]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, fails, fail)
    with pytest.raises(error):
        update(file, FAILOVER)
    assert file.read_text() == TEXT
    assert [path.name for path in file.parent.iterdir()] == ["example.yaml"]


def test_a_full_disk_leaves_the_file_and_no_draft(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        update(file, FAILOVER)
    assert file.read_text() == TEXT
    assert [path.name for path in file.parent.iterdir()] == ["example.yaml"]


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "example.yaml"
    link.symlink_to(file)
    update(link, FAILOVER)
    assert link.is_symlink()
    assert "traffic: 100%" in file.read_text()
    assert list(environment_file.load(file, today=TODAY).active) == ["secondary"]


def test_permissions_stay(file: Path) -> None:
    file.chmod(0o640)
    update(file, FAILOVER)
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: 1", 2, "a: 2"),
        ("a: 1  # why", 2, "a: 2  # why"),
        ("a: x", "z", "a: z"),
        ("a: x", "1", 'a: "1"'),
        ("a: x", "true", 'a: "true"'),
        ("a: x", "yes", 'a: "yes"'),
        ("a: x", "", 'a: ""'),
        ("a: x", "y: z", 'a: "y: z"'),
        ("a: x", "y # z", 'a: "y # z"'),
        ("a: x", " y", 'a: " y"'),
        ("a: x", "*y", 'a: "*y"'),
        ("a: x", "y\nz", 'a: "y\\nz"'),
        ("a: 'x'", "it's", "a: 'it''s'"),
        ('a: "x"', "y", 'a: "y"'),
        ('a: "x"', 'y"', 'a: "y\\""'),
        ("a: x", True, "a: true"),
        ("a: x", None, "a: null"),
        ("a: x", 1.5, "a: 1.5"),
        ("a:", "x", "a: x"),
        ("a:   # nothing: yet\nb: 1", "x", "a: x   # nothing: yet\nb: 1"),
        ("a: |\n  x\n  y\nb: 1", "z", "a: z\nb: 1"),
        ("a: {b: 1}", 2, None),
        ("a: x\nb: &c 1", 2, None),
    ],
)
def test_a_value_is_written_so_that_it_is_read_back(before: str, value: Any, after: str | None) -> None:
    if after is None:
        with pytest.raises((TypeError, EnvironmentFileError)):
            edited(before, ("a",), value, "x.yaml")
    else:
        assert edited(before, ("a",), value, "x.yaml") == after


def test_a_value_in_a_list_or_within_braces_is_written_too() -> None:
    text = "a: [x, {b: z}]"
    assert edited(text, ("a", 0), "p, q", "x.yaml") == 'a: ["p, q", {b: z}]'
    assert edited(text, ("a", 1, "b"), "}", "x.yaml") == 'a: [x, {b: "}"}]'


@pytest.mark.parametrize("value", [float("nan"), "\0", "x\u2028y", 10**20])
def test_what_no_file_may_hold_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be written"):
        edited("a: x", ("a",), value, "x.yaml")


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
HOLDERS = [
    "a: x",
    "a: 'x'",
    'a: "x"',
    "a:",
    "a: |\n  x\nb: 1",
    "{a: x, b: 1}",
    "a: x # why\nb: 1",
    "b: 1\na: >-\n  x\n  y",
]


@given(st.sampled_from(HOLDERS), TEXTS | st.integers(-(10**14), 10**14) | st.booleans() | st.none())
def test_any_value_is_read_back_as_it_was_given(text: str, value: Any) -> None:
    try:
        after = edited(text, ("a",), value, "x.yaml")
    except TypeError:
        assert unprintable(value)
        return
    assert read(after).data == read(text).data | {"a": value}
