"""What sets findings aside, for a time and with a reason."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any

from pydantic import ValidationError

from backstay.checks.block import Block
from backstay.checks.stack import Stack
from backstay.topology import Waiver as RuleWaiver
from backstay.topology.forms import Form
from backstay.topology.spec import Spec

Pattern = Annotated[
    str, Form("a name, in which * stands for anything", r"[!-~]+", ("production-*", "aws_s3_bucket.logs"), longest=300)
]


class Waiver(RuleWaiver):
    """Sets a rule's findings aside in some stacks, or for some addresses."""

    stack: Pattern = "*"
    """The stacks, by name."""

    address: Pattern = "*"
    """The Terraform addresses."""

    def covers(self, rule: str, stack: str, address: str) -> bool:
        """Whether it is about a finding of a rule at an address; the address of a finding about a stack is empty."""
        return self.rule == rule and fnmatchcase(stack, self.stack) and fnmatchcase(address, self.address)


class WaiverFile(Spec):
    """A file of waivers."""

    waivers: tuple[Waiver, ...]
    """The waivers."""


def comment_waivers(place: Block | Stack) -> Iterator[Waiver]:
    """The waivers in the comment of a block or stack that are written as they should be.

    `{"//": {"backstay": {"<rule>": {"reason": "...", "until": "2027-03-31"}}}}`
    """
    for rule, said in place.comment.items():
        try:
            yield _read(rule, said)
        except ValidationError:
            continue  # told by the rule `waiver-valid`


def refused(rule: str, said: Any) -> str | None:
    """Why a waiver in a comment cannot be read; None when it can."""
    try:
        _read(rule, said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the waiver'}: {first['msg'][:1].lower()}{first['msg'][1:]}"
    return None


def _read(rule: str, said: Any) -> Waiver:
    given = said if isinstance(said, Mapping) else {}
    return Waiver.model_validate({"rule": rule, **{str(key): value for key, value in given.items() if key != "rule"}})
