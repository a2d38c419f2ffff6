"""Durations, percentages and sizes: values that carry their unit, written the way people write them."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from backstay.topology.forms import Form

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_BYTES = {"MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


class Quantity:
    """A number that means nothing without its unit: text in a file, a typed value in the code."""

    form: ClassVar[Form]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the written form.

        Raises:
            ValueError: when the unit is missing or unknown.
        """
        match = re.fullmatch(cls.form.pattern, text, re.ASCII)
        if match is None:
            raise ValueError(f"{text!r} is not {cls.form.words}")
        return cls._of(match)

    @classmethod
    def _of(cls, match: re.Match[str]) -> Self:
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate from the written form, and serialize back to it."""
        form = replace(cls.form, into=cls, read=cls.parse)
        return form.__get_pydantic_core_schema__(source, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Let editors check the written form, and offer the examples."""
        return cls.form.__get_pydantic_json_schema__(schema, handler)


@dataclass(frozen=True, order=True)
class Duration(Quantity):
    """A length of time in whole seconds, written `60s`, `5m`, `2h` or `30d`."""

    form = Form("a duration", r"([0-9]{1,9})([smhd])", ("60s", "5m"))

    seconds: int

    @classmethod
    def _of(cls, match: re.Match[str]) -> Self:
        return cls(int(match[1]) * _SECONDS[match[2]])

    def __str__(self) -> str:
        unit = next(unit for unit in "dhms" if self.seconds % _SECONDS[unit] == 0 and (self.seconds or unit == "s"))
        return f"{self.seconds // _SECONDS[unit]}{unit}"


@dataclass(frozen=True, order=True)
class Percentage(Quantity):
    """A share between 0% and 100%, kept exactly as written: `50%`, `99.99%`."""

    form = Form(
        "a percentage from 0% to 100%",
        r"([0-9]{1,2}(?:\.[0-9]{1,6})?|100(?:\.0{1,6})?)%",
        ("50%", "99.99%"),
    )

    percent: Decimal

    @classmethod
    def _of(cls, match: re.Match[str]) -> Self:
        return cls(Decimal(match[1]))

    @property
    def fraction(self) -> Decimal:
        """The share between 0 and 1."""
        return self.percent / 100

    def __str__(self) -> str:
        return f"{self.percent:f}%"


@dataclass(frozen=True, order=True)
class Size(Quantity):
    """An amount of storage in bytes, written `100GiB`."""

    form = Form("a size", r"([0-9]{1,9}) ?(MiB|GiB|TiB)", ("100GiB", "1TiB"))

    bytes: int

    @classmethod
    def _of(cls, match: re.Match[str]) -> Self:
        return cls(int(match[1]) * _BYTES[match[2]])

    @property
    def gib(self) -> int:
        """Whole gibibytes, rounded up, as block storage is sold."""
        return -(-self.bytes // _BYTES["GiB"])

    def __str__(self) -> str:
        unit = next((unit for unit in ("TiB", "GiB") if self.bytes % _BYTES[unit] == 0 and self.bytes), "MiB")
        return f"{self.bytes // _BYTES[unit]}{unit}"
