"""A set of stacks that stand or fall together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from backstay.checks.block import Block
from backstay.checks.stack import Stack

Meant = tuple[Stack | None, str]
"""An address in a stack, or a name, which is the same in all of them."""


@dataclass(frozen=True, eq=False)
class Stacks:
    """All stacks of a deployment, indexed so that rules over many regions stay fast."""

    all: tuple[Stack, ...]

    def resources(self, *types: str) -> Iterator[Block]:
        """The resources of these types, in every stack."""
        for type_ in types:
            yield from self._blocks["resource", type_]

    def data(self, *types: str) -> Iterator[Block]:
        """The data sources of these types, in every stack."""
        for type_ in types:
            yield from self._blocks["data", type_]

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Everything in every stack."""
        return tuple(block for stack in self.all for block in stack.blocks)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The regions of the stacks, each once."""
        return tuple(dict.fromkeys(stack.region for stack in self.all if stack.region))

    def concerning(self, block: Block, type_: str, argument: str) -> list[Block]:
        """The resources of a type whose argument means the block, by reference or by name, in whatever stack."""
        if (type_, argument) not in self._meant:
            self._meant[type_, argument] = self._by_what_they_mean(type_, argument)
        meant = self._meant[type_, argument]
        named = meant[None, block.known_as] if block.known_as else []
        return list(dict.fromkeys([*meant[block.stack, block.address], *named]))

    def _by_what_they_mean(self, type_: str, argument: str) -> defaultdict[Meant, list[Block]]:
        found: defaultdict[Meant, list[Block]] = defaultdict(list)
        for other in self.resources(type_):
            for address in other.references(argument):
                found[other.stack, address].append(other)
            for word in other.words(argument):
                found[None, word].append(other)
        return found

    @cached_property
    def _meant(self) -> dict[tuple[str, str], defaultdict[Meant, list[Block]]]:
        return {}

    @cached_property
    def state_stores(self) -> frozenset[str]:
        """The names of the buckets and storage accounts that hold the stacks' states."""
        return frozenset(stack.backend.store for stack in self.all if stack.backend and stack.backend.store)

    @cached_property
    def _blocks(self) -> Mapping[tuple[str, str], list[Block]]:
        found: defaultdict[tuple[str, str], list[Block]] = defaultdict(list)
        for block in self.blocks:
            found[block.section, block.type].append(block)
        return found
