"""One resource or data source of a stack, read so that rules can ask about it in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backstay.topology.cloud import Cloud

if TYPE_CHECKING:
    from backstay.checks.stack import Stack

_CLOUDS = {"aws": Cloud.AWS, "azurerm": Cloud.AZURE, "google": Cloud.GOOGLE}
# What a type's own name for itself is called, most telling first.
_NAME_ARGUMENTS = (
    "bucket",
    "name",
    "identifier",
    "cluster_identifier",
    "global_cluster_identifier",
    "replication_group_id",
    "alarm_name",
    "function_name",
)
# Services that answer for all regions at once: what is looked up there is looked up nowhere in particular.
_WORLDWIDE = (
    "aws_caller_identity",
    "aws_cloudfront_",
    "aws_globalaccelerator_",
    "aws_iam_",
    "aws_organizations_",
    "aws_partition",
    "aws_region",
    "aws_route53_",
)
_ADDRESS = re.compile(r"(?<![\w.-])(?:(?:data|ephemeral)\.)?[a-z][\w-]*\.[A-Za-z_][\w-]*")


@dataclass(frozen=True, eq=False)
class Block:
    """A resource, data source or ephemeral resource.

    Attributes:
        stack: where it stands.
        section: `resource`, `data` or `ephemeral`.
        type: such as `aws_s3_bucket`.
        name: its logical name.
        body: its arguments, without nulls.
        file: the path of the file that it was read from.
    """

    stack: Stack = field(repr=False)
    section: str
    type: str
    name: str
    body: Mapping[str, Any] = field(repr=False)
    file: str

    @property
    def address(self) -> str:
        """How Terraform calls it."""
        return f"{self.type}.{self.name}" if self.section == "resource" else f"{self.section}.{self.type}.{self.name}"

    @property
    def cloud(self) -> Cloud | None:
        """The cloud that it belongs to."""
        return _CLOUDS.get(self.type.split("_", 1)[0])

    @property
    def is_worldwide(self) -> bool:
        """Whether its service has no regions."""
        return self.type.startswith(_WORLDWIDE)

    @cached_property
    def known_as(self) -> str | None:
        """The name under which others find it, where that is known before a plan."""
        names = (self.text(argument) for argument in _NAME_ARGUMENTS)
        return next((name for name in names if name), None)

    @cached_property
    def region(self) -> str | None:
        """The region that it is made in or read from, where that is known before a plan."""
        if self.cloud is None:
            return None
        if self.cloud is Cloud.AWS:
            _, _, alias = (self.text("provider") or "").partition(".")
            return self.text("region") or self.stack.provider_region("aws", alias)
        own = self.text("region") or self.text("location") or self.text("zone")
        if own is None:
            return self.stack.provider_region("google", "") if self.cloud is Cloud.GOOGLE else None
        plain = own.replace(" ", "").lower()
        # A zone such as europe-west4-a is within the region.
        return re.sub(r"(\d)-[a-z]$", r"\1", plain)

    def values(self, path: str) -> list[Any]:
        """Everything at a dotted path, such as `rule.destination.bucket`; lists and blocks are looked through."""
        found: list[Any] = [self.body]
        for key in path.split("."):
            found = [
                value
                for holder in found
                if isinstance(holder, dict) and key in holder
                for value in _flat(self.stack.resolve(holder[key]))
            ]
        return found

    def has(self, path: str) -> bool:
        """Whether something is written there."""
        return bool(self.values(path))

    def texts(self, path: str) -> list[str]:
        """The strings at a path, with references in them."""
        return [value for value in self.values(path) if isinstance(value, str)]

    def text(self, path: str) -> str | None:
        """The string at a path, where it is known before a plan."""
        return next((text for text in self.texts(path) if "${" not in text), None)

    def number(self, path: str, default: float | None = None) -> float | None:
        """The number at a path; the default where there is nothing, None where it is not known before a plan."""
        found = self.values(path)
        if not found:
            return default
        value = found[0]
        if isinstance(value, bool):
            return None
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError):
            return None

    def flag(self, path: str, *, default: bool) -> bool | None:
        """Whether a switch is on; the default where nothing is written, None where it is not known before a plan."""
        found = self.values(path)
        if not found:
            return default
        return {True: True, False: False, "true": True, "false": False}.get(found[0]) if _is_plain(found[0]) else None

    def ignores(self, argument: str) -> bool:
        """Whether an apply leaves an argument as it finds it: `ignore_changes` names it, or what holds it, or all."""
        wanted = argument.split(".")
        for text in self.texts("lifecycle.ignore_changes"):
            given = re.sub(r"\[[^\]]*\]", "", text).split(".")
            if text == "all" or wanted[: len(given)] == given:
                return True
        return False

    @property
    def is_kept(self) -> bool:
        """Whether Terraform refuses to destroy it."""
        return self.flag("lifecycle.prevent_destroy", default=False) is not False

    @cached_property
    def strings(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Every string in it, with the keys that lead there; comments are left out."""
        return tuple(_strings(self.body, ()))

    def references(self, path: str | None = None) -> frozenset[str]:
        """The addresses of this stack that it refers to: in all of it, or in what stands at a path."""
        texts = [text for _, text in self.strings] if path is None else _texts_within(self.values(path))
        return frozenset(
            address
            for text in texts
            for address in _ADDRESS.findall(text)
            if address != self.address and address in self.stack.by_address
        )

    def names(self, path: str, other: Block) -> bool:
        """Whether what stands at a path means another block: by a reference within the stack, or by its name."""
        if other.stack is self.stack and other.address in self.references(path):
            return True
        return other.known_as is not None and other.known_as in self.words(path)

    def words(self, path: str) -> frozenset[str]:
        """What may be a name in what stands at a path: it alone, or a part of an ARN or of a resource's path."""
        return frozenset(word for text in _texts_within(self.values(path)) for word in re.split(r"[:/]", text))

    @cached_property
    def comment(self) -> Mapping[str, Any]:
        """What the code says to Backstay about it: `{"//": {"backstay": {...}}}`.

        In a data source CDKTF overwrites that comment, so it may stand in the `lifecycle` block too.
        """
        return {
            key: value
            for place in ("lifecycle.//.backstay", "//.backstay")
            for said in self.values(place)
            if isinstance(said, Mapping)
            for key, value in said.items()
        }


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | str)


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield value


def _strings(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "//":
                yield from _strings(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, path)


def _texts_within(values: list[Any]) -> list[str]:
    return [text for value in values for _, text in _strings(value, ())]
