"""One Terraform root: what it makes, where, and where it keeps its state."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from backstay.checks.block import Block
from backstay.topology.cloud import Cloud

_SECTIONS = ("resource", "data", "ephemeral")
_VALUE = re.compile(r"\$\{(var|local)\.([A-Za-z_][\w-]*)\}")


@dataclass(frozen=True)
class Backend:
    """Where a stack keeps its state: the kind of store, such as `s3`, and its settings."""

    kind: str
    settings: Mapping[str, Any]

    def setting(self, name: str) -> str | None:
        """A setting that is text."""
        value = self.settings.get(name)
        return value if isinstance(value, str) else None

    @property
    def store(self) -> str | None:
        """The bucket or storage account."""
        return self.setting("bucket") or self.setting("storage_account_name")


@dataclass(frozen=True, eq=False)
class Stack:
    """A directory of Terraform JSON, which is planned and applied as one.

    Attributes:
        name: the directory's.
        files: its documents by their path, without nulls.
    """

    name: str
    files: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Its resources, data sources and ephemeral resources."""
        return tuple(
            Block(self, section, type_, name, body, file)
            for file, document in self.files.items()
            for section in _SECTIONS
            for type_, name, body in _labelled(document.get(section))
        )

    @cached_property
    def by_address(self) -> Mapping[str, Block]:
        """Its blocks by their addresses."""
        return {block.address: block for block in self.blocks}

    @cached_property
    def backend(self) -> Backend | None:
        """Where its state is."""
        for terraform in self._all("terraform"):
            for backends in _objects(terraform.get("backend")):
                for kind, settings in backends.items():
                    for each in _objects(settings):
                        return Backend(kind, each)
        return None

    @cached_property
    def region(self) -> str | None:
        """The region that it belongs to: its provider's, or the one that most of it names."""
        for cloud in (Cloud.AWS, Cloud.GOOGLE):
            if region := self.provider_region(str(cloud), ""):
                return region
        named = Counter(block.region for block in self.blocks if block.section == "resource" and block.region)
        return named.most_common(1)[0][0] if named else None

    def provider_region(self, provider: str, alias: str) -> str | None:
        """The region of a provider: of the one with an alias, or of the one without."""
        return self._provider_regions.get((provider, alias))

    @cached_property
    def _provider_regions(self) -> Mapping[tuple[str, str], str]:
        found = {}
        for providers in self._all("provider"):
            for name, settings in providers.items():
                for each in _objects(settings):
                    region = self.resolve(each.get("region"))
                    if isinstance(region, str) and "${" not in region:
                        found[name, str(each.get("alias") or "")] = region
        return found

    @cached_property
    def variables(self) -> Mapping[str, Mapping[str, Any]]:
        """Its variables' declarations."""
        return {
            name: each
            for variables in self._all("variable")
            for name, declared in variables.items()
            for each in _objects(declared)
        }

    @cached_property
    def _locals(self) -> Mapping[str, Any]:
        return {name: value for values in self._all("locals") for name, value in values.items()}

    def resolve(self, value: Any) -> Any:
        """A value that is nothing but a variable or a local, as its default; any other as it is."""
        match = _VALUE.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            return value
        kind, name = match.groups()
        default = self.variables.get(name, {}).get("default") if kind == "var" else self._locals.get(name)
        return value if default is None else default

    @cached_property
    def comment(self) -> Mapping[str, Any]:
        """What the code says to Backstay about the whole stack: `{"//": {"backstay": {...}}}` beside its sections."""
        return {
            key: value
            for comment in self._all("//")
            for said in _objects(comment.get("backstay"))
            for key, value in said.items()
        }

    def _all(self, section: str) -> Iterator[Mapping[str, Any]]:
        for document in self.files.values():
            yield from _objects(document.get(section))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects in a value: Terraform takes a list of them wherever it takes one."""
    if isinstance(value, Mapping):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)


def _labelled(section: Any) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for types in _objects(section):
        for type_, named in types.items():
            for names in _objects(named):
                for name, bodies in names.items():
                    # Terraform takes `//` for a comment at every level.
                    if "//" not in (type_, name):
                        for body in _objects(bodies):
                            yield type_, name, body
