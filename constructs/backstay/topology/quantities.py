"""Durations, percentages and sizes: values that carry their unit, written the way people write them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_BYTES = {"MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


class Quantity:
    """A number that means nothing without its unit: text in a file, a typed value in the code."""

    kind: ClassVar[str]
    pattern: ClassVar[str]
    examples: ClassVar[tuple[str, ...]]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the written form.

        Raises:
            ValueError: when the unit is missing or unknown.
        """
        match = re.fullmatch(cls.pattern, text)
        if match is None:
            raise ValueError(f"{text!r} is not a {cls.kind}; write it like {' or '.join(cls.examples)}")
        return cls._of(match)

    @classmethod
    def _of(cls, match: re.Match[str]) -> Self:
        raise NotImplementedError

    @classmethod
    def _validate(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        try:
            return cls.parse(str(value))
        except ValueError as error:
            raise PydanticCustomError("quantity", "{reason}", {"reason": str(error)}) from None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate from the written form, and serialize back to it."""
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Let editors complete and check the written form."""
        return {"type": "string", "pattern": f"^{cls.pattern}$", "examples": list(cls.examples)}


@dataclass(frozen=True, order=True)
class Duration(Quantity):
    """A length of time in whole seconds, written `60s`, `5m`, `2h` or `30d`."""

    kind = "duration"
    pattern = r"(\d+)(s|m|h|d)"
    examples = ("60s", "5m")

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

    kind = "percentage"
    pattern = r"(\d{1,2}(?:\.\d+)?|100(?:\.0+)?)%"
    examples = ("50%", "99.99%")

    percent: Decimal

    @classmethod
    def _of(cls, match: re.Match[str]) -> Self:
        return cls(Decimal(match[1]))

    @property
    def fraction(self) -> Decimal:
        """The share between 0 and 1."""
        return self.percent / 100

    def __str__(self) -> str:
        return f"{self.percent}%"


@dataclass(frozen=True, order=True)
class Size(Quantity):
    """An amount of storage in bytes, written `100GiB`."""

    kind = "size"
    pattern = r"(\d+) ?(MiB|GiB|TiB)"
    examples = ("100GiB", "1TiB")

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
