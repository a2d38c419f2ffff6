"""Text that has a form, such as an account number: how it is checked, and how people are told what it looks like."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


def must_be(words: str, *, pattern: str | None = None) -> PydanticCustomError:
    """The error for a value that is not what `words` say; whoever shows it adds what was given."""
    return PydanticCustomError("must_be", "must be {words}", {"words": words, "pattern": pattern})


@dataclass(frozen=True)
class Form:
    """How a value is written: the only way in which it is accepted from a file.

    Attributes:
        meaning: what the text stands for, to go after "must be".
        pattern: a regular expression for all of it, in the dialect that Python and JSON Schema share; ASCII only.
        examples: right ones.
        longest: characters allowed.
        into: the type that it is read into.
        read: makes that of the text; a ValueError refuses the text.
    """

    meaning: str
    pattern: str
    examples: tuple[str, ...]
    longest: int | None = None
    into: type = str
    read: Callable[[str], Any] = str

    @property
    def words(self) -> str:
        """The meaning and examples, in one phrase."""
        return f"{self.meaning}, like {' or '.join(self.examples)}"

    def validate(self, value: object) -> Any:
        """The value that the text stands for; a value of the right type is passed on.

        Raises:
            PydanticCustomError: when it has not the form.
        """
        if self.into is not str and type(value) is self.into:
            return value
        if isinstance(value, str) and self.longest is not None and len(value) > self.longest:
            raise must_be(f"at most {self.longest} characters long")
        if isinstance(value, str) and re.fullmatch(self.pattern, value, re.ASCII):
            with suppress(ValueError):
                return self.read(value)
        raise must_be(self.words, pattern=self.pattern)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate from the written form, and serialize back to it."""
        return core_schema.no_info_plain_validator_function(
            self.validate, serialization=core_schema.to_string_ser_schema()
        )

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Let editors check the written form, and offer the examples."""
        limit = {"maxLength": self.longest} if self.longest else {}
        return {"type": "string", "pattern": f"^({self.pattern})$", **limit, "examples": list(self.examples)}


class _Ordered(Protocol):
    def __le__(self, other: Any, /) -> bool: ...


_T = TypeVar("_T", bound=_Ordered)


def between(low: _T, high: _T) -> AfterValidator:
    """Refuse a quantity outside of two bounds, which belong to what is allowed."""

    def check(value: _T) -> _T:
        if not low <= value <= high:
            raise must_be(f"from {low} to {high}")
        return value

    return AfterValidator(check)


def _whole(value: object) -> object:
    if isinstance(value, bool | float):
        raise must_be("a whole number without quotes")
    return value


WHOLE = BeforeValidator(_whole)
"""For literal numbers, which pydantic takes true and 1.0 for."""

LABEL = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
HOST_NAME = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
_BYTE = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4_ADDRESS = rf"{_BYTE}(\.{_BYTE}){{3}}"
_LABEL_WORDS = "lower-case letters, digits and single hyphens, starting with a letter"

Cidr = Annotated[
    IPv4Network,
    Form(
        "an IPv4 network without host bits",
        r"[0-9.]{7,15}/[0-9]{1,2}",
        ("10.8.0.0/16",),
        into=IPv4Network,
        read=IPv4Network,
    ),
]
Day = Annotated[
    date,
    Form("a date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", ("2027-03-31",), into=date, read=date.fromisoformat),
]
Label = Annotated[str, Form(_LABEL_WORDS, LABEL, ("ai-llm",), longest=40)]
HostName = Annotated[str, Form("a host name in lower case", HOST_NAME, ("llm.example.com",), longest=253)]
HostOrAddress = Annotated[
    str,
    Form(
        "a host name in lower case or an IPv4 address",
        rf"{HOST_NAME}|{IPV4_ADDRESS}",
        ("ingress-1.example.net", "203.0.113.7"),
        longest=253,
    ),
]
Path = Annotated[
    str,
    Form(
        "a path: / and then letters, digits and ._~!$&'()+,;=:@/?%-",
        # What RFC 3986 lets stand in a path and its query; an asterisk is a wildcard to EventBridge.
        r"/[A-Za-z0-9._~!$&'()+,;=:@/?%-]*",
        ("/health",),
        longest=255,
    ),
]
Reason = Annotated[
    str,
    Form(
        "a reason of at least 10 characters, for a reviewer to judge",
        r"\S[\s\S]{8,}\S",
        ("rebuilt nightly from the data lake",),
        longest=500,
    ),
]
Printable = Annotated[str, Form("text without blanks", r"[!-~]+", ("Qwen/Qwen2.5-7B-Instruct",), longest=500)]
MachineSize = Annotated[str, Form("a machine size", r"[A-Za-z0-9][A-Za-z0-9._-]*", ("g6.xlarge",), longest=60)]
