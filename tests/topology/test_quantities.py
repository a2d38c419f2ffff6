import re
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from backstay.topology import Duration, Percentage, Size
from backstay.topology.quantities import Quantity

QUANTITIES: list[type[Quantity]] = [Duration, Percentage, Size]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("60s", 60), ("5m", 300), ("2h", 7_200), ("30d", 2_592_000), ("0s", 0), ("007s", 7)],
)
def test_a_duration_is_whole_seconds(written: str, seconds: int) -> None:
    assert Duration.parse(written).seconds == seconds


@pytest.mark.parametrize(
    ("written", "size"), [("1MiB", 1 << 20), ("100GiB", 100 << 30), ("2 TiB", 2 << 40), ("0GiB", 0)]
)
def test_a_size_is_bytes(written: str, size: int) -> None:
    assert Size.parse(written).bytes == size


def test_a_size_is_sold_in_whole_gibibytes() -> None:
    assert [Size.parse(size).gib for size in ("1MiB", "1024MiB", "1025MiB", "1TiB")] == [1, 1, 2, 1024]


def test_a_percentage_is_exact() -> None:
    assert Percentage.parse("99.99%").fraction == Decimal("0.9999")
    assert Percentage.parse("50%") == Percentage.parse("50.0%")
    assert str(Percentage.parse("0.000001%")) == "0.000001%"


@pytest.mark.parametrize(
    ("quantity", "wrong"),
    [
        (
            Duration,
            [
                "",
                "60",
                "60 s",
                "60S",
                "-5m",
                "1.5h",
                "5min",
                "s",
                "5m ",
                " 5m",
                "1w",
                "1h30m",
                "5m\n",
                "\uff15m",
                "9" * 10 + "s",
            ],
        ),
        (
            Percentage,
            ["", "50", "50 %", "101%", "-1%", "100.1%", "1e2%", "%", "fifty%", "50%%", "\u0665%", "050%", "0.1234567%"],
        ),
        (Size, ["", "100", "100GB", "100G", "100gib", "1.5TiB", "100  GiB", "-1GiB", "1PiB", "\u00b9GiB"]),
    ],
)
def test_anything_else_is_refused_with_what_is_allowed(quantity: type[Quantity], wrong: list[str]) -> None:
    for text in wrong:
        with pytest.raises(ValueError, match=re.escape(f"{text!r} is not {quantity.form.meaning}, like ")):
            quantity.parse(text)


@pytest.mark.parametrize("quantity", QUANTITIES)
@given(data=st.data())
def test_what_is_written_back_means_the_same(quantity: type[Quantity], data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(quantity.form.pattern, re.ASCII), fullmatch=True))
    parsed = quantity.parse(text)
    assert quantity.parse(str(parsed)) == parsed
    assert str(quantity.parse(str(parsed))) == str(parsed)


@given(st.integers(0, 10**9 - 1))
def test_every_number_of_seconds_can_be_written(seconds: int) -> None:
    assert Duration.parse(str(Duration(seconds))).seconds == seconds


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_quantities_are_ordered_like_what_they_measure(one: int, other: int) -> None:
    assert (Duration(one) < Duration(other)) == (one < other)
    assert (Size(one) < Size(other)) == (one < other)


@given(st.text(max_size=10))
def test_parsing_refuses_with_a_value_error_only(text: str) -> None:
    for quantity in QUANTITIES:
        with suppress(ValueError):
            assert isinstance(quantity.parse(text), quantity)


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("wrong", [None, True, 5, 0.5, b"60s", ["60s"]])
def test_a_spec_takes_only_the_written_form(quantity: type[Quantity], wrong: Any) -> None:
    class Holder(BaseModel):
        value: quantity  # type: ignore[valid-type]

    with pytest.raises(ValidationError, match=re.escape(f"must be {quantity.form.words}")):
        Holder(value=wrong)
    example = quantity.form.examples[1]
    assert Holder(value=example).model_dump(mode="json") == {"value": example}
    assert Holder(value=quantity.parse(example)).value == quantity.parse(example)  # type: ignore[arg-type]
