"""Read what CDK for Terraform synthesized."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from backstay.terraform.errors import ManifestError


@dataclass(frozen=True)
class SynthesizedStack:
    """One stack of a synthesized app: where Terraform runs, and which stacks come before it."""

    name: str
    directory: Path
    dependencies: frozenset[str] = field(default_factory=frozenset)

    def configuration(self) -> dict[str, Any]:
        """Return the stack's Terraform JSON, without what override files lay over it."""
        return json.loads((self.directory / "cdk.tf.json").read_text(encoding="utf-8"))

    @property
    def is_planned_elsewhere(self) -> bool:
        """Whether the state is in Terraform Cloud, which may carry out plans itself and tell of them in words only."""
        return "cloud" in self.configuration().get("terraform", {})


def read(outdir: Path) -> tuple[SynthesizedStack, ...]:
    """Return the stacks that `outdir` (usually `cdktf.out`) holds, each after those that it depends on.

    Raises:
        ManifestError: there is no manifest, it is not one, a stack it lists is not there, or the dependencies form
            a circle.

    """
    path = outdir / "manifest.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ManifestError(f"{path} does not exist: nothing has been synthesized; run `backstay synth ENV`") from None
    except (OSError, ValueError) as error:
        raise ManifestError(f"{path} cannot be read: {error}; run `backstay synth ENV` again") from error
    try:
        entries = list(document["stacks"].values())
        names = {entry["constructPath"]: entry["name"] for entry in entries}
        stacks = tuple(
            SynthesizedStack(
                name=entry["name"],
                directory=outdir / entry["workingDirectory"],
                dependencies=frozenset(names[dependency] for dependency in entry["dependencies"]),
            )
            for entry in entries
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ManifestError(
            f"{path} is not a manifest of CDK for Terraform ({type(error).__name__}: {error}); "
            "run `backstay synth ENV` again"
        ) from error
    for stack in stacks:
        if not stack.directory.is_dir():
            raise ManifestError(
                f"{path} lists the stack {stack.name!r}, but {stack.directory} does not exist; "
                "run `backstay synth ENV` again"
            )
    return _in_order(stacks)


def _in_order(stacks: Sequence[SynthesizedStack]) -> tuple[SynthesizedStack, ...]:
    by_name = {stack.name: stack for stack in stacks}
    order = TopologicalSorter({stack.name: sorted(stack.dependencies) for stack in stacks})
    try:
        return tuple(by_name[name] for name in order.static_order())
    except CycleError as error:
        raise ManifestError(f"stacks depend on each other in a circle: {' -> '.join(error.args[1])}") from error


def select(stacks: Sequence[SynthesizedStack], patterns: Sequence[str]) -> tuple[SynthesizedStack, ...]:
    """Return the stacks whose name matches any of the shell patterns; all of them when there is no pattern.

    A dependency between two of them holds even where the stacks that connect them are left out.

    Raises:
        ManifestError: a pattern matches no stack.

    """
    chosen = {stack.name for stack in stacks} if not patterns else set[str]()
    for pattern in patterns:
        matching = {stack.name for stack in stacks if fnmatchcase(stack.name, pattern)}
        if not matching:
            names = ", ".join(stack.name for stack in stacks) or "none"
            raise ManifestError(f"no stack matches {pattern!r}; there are: {names}")
        chosen |= matching
    before = {stack.name: stack.dependencies for stack in stacks}
    return tuple(
        replace(stack, dependencies=_all_before(stack.name, before) & chosen)
        for stack in stacks
        if stack.name in chosen
    )


def with_dependencies(
    stacks: Sequence[SynthesizedStack], chosen: Sequence[SynthesizedStack]
) -> tuple[SynthesizedStack, ...]:
    """Return some of the stacks together with all that they depend on, directly or not."""
    before = {stack.name: stack.dependencies for stack in stacks}
    names = {stack.name for stack in chosen}
    names |= {name for stack in chosen for name in _all_before(stack.name, before)}
    return tuple(stack for stack in stacks if stack.name in names)


def _all_before(name: str, before: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    open_ends = [name]
    while open_ends:
        new = before[open_ends.pop()] - found
        found |= new
        open_ends += new
    return frozenset(found)
