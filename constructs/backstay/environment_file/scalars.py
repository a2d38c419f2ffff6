"""What unquoted words and numbers stand for in YAML 1.2, without those that YAML 1.1 reads otherwise."""

import re

# What tools that keep every number as a float read right.
_DIGITS = 15

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OTHER_NUMBER = re.compile(r"[-+]?0[0-9_]+|[-+]?0[box][0-9a-fA-F_]+|[-+]?[0-9]+(_[0-9]+)+")
_TRUE_OR_NOT = re.compile(r"y|yes|n|no|on|off", re.IGNORECASE)
_CONSTANTS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}

# Control characters, invisible ones, line ends that editors do not count, and halves of surrogate pairs.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


class AmbiguousError(ValueError):
    """A word or number that YAML tools do not read alike."""


def unprintable(text: str) -> re.Match[str] | None:
    """The first character that nobody can see, and that nothing in an environment needs."""
    return _UNPRINTABLE.search(text)


def plain_value(text: str) -> str | int | float | bool | None:
    """What a scalar without quotes stands for.

    Raises:
        AmbiguousError: when that depends on the tool that reads it.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _TRUE_OR_NOT.fullmatch(text):
        raise AmbiguousError(f"some YAML tools read {text} as true or false; write true or false, or quote the word")
    if _OTHER_NUMBER.fullmatch(text):
        raise AmbiguousError(
            f"some YAML tools read {text[:40]} as another number; write plain decimal digits, or quote it"
        )
    if _INTEGER.fullmatch(text):
        if len(text.lstrip("+-")) > _DIGITS:
            raise AmbiguousError(f"the number {text[:40]} has more than {_DIGITS} digits; quote it if it is a name")
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
