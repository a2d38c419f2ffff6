"""Which environments a change can touch, and which of their stacks it does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backstay.terraform import SynthesizedStack

# Files from which nothing is synthesized. All others may be read by an app, so that only what it makes tells.
_NEVER_READ = ("docs", "tests", "examples", "benchmarks", ".ci", ".github")
_NEVER_READ_SUFFIXES = (".md",)
# What decides which bindings and providers there are. Nothing can be compared over a change of these, since what made
# the old stacks is no longer installed, and a provider may plan something else for the same stack.
_PINS = ("pyproject.toml", "uv.lock", ".terraform.lock.hcl", ".ci/providers")


@dataclass(frozen=True)
class Change:
    """What a change can touch.

    Attributes:
        environments: those whose own file has changed, or is new, or gone.
        shared: other paths from which every environment may be made.
        pins: paths that decide how every environment is planned.
    """

    environments: frozenset[str]
    shared: tuple[str, ...]
    pins: tuple[str, ...]

    def can_touch(self, environment: str) -> str:
        """Say why it may touch an environment; nothing when it cannot."""
        if self.pins:
            return f"{_listed(self.pins)} changed"
        if environment in self.environments:
            return f"environments/{environment}.yaml changed"
        return f"{_listed(self.shared)} changed" if self.shared else ""


def change_of(paths: Iterable[str]) -> Change:
    """Say what a change of these paths can touch."""
    environments: set[str] = set()
    shared: list[str] = []
    pins: list[str] = []
    for path in map(PurePosixPath, paths):
        if path.parent == PurePosixPath("environments"):
            if path.suffix in (".yaml", ".yml"):
                environments.add(path.stem)
        elif any(path.is_relative_to(pin) for pin in _PINS):
            pins.append(str(path))
        elif path.parts[0] not in _NEVER_READ and path.suffix not in _NEVER_READ_SUFFIXES:
            shared.append(str(path))
    return Change(frozenset(environments), tuple(shared), tuple(pins))


@dataclass(frozen=True)
class Comparison:
    """What became of an environment's stacks.

    Attributes:
        touched: the stacks that are new or not what they were.
        gone: the stacks that there were, and that nobody plans any more.
    """

    touched: frozenset[str]
    gone: tuple[str, ...]


def compare(before: Sequence[SynthesizedStack], after: Sequence[SynthesizedStack]) -> Comparison:
    """Compare what was synthesized before and after a change, byte by byte."""
    was = {stack.name: _content(stack.directory) for stack in before}
    touched = frozenset(stack.name for stack in after if was.get(stack.name) != _content(stack.directory))
    there = {stack.name for stack in after}
    return Comparison(touched, tuple(sorted(was.keys() - there)))


def _content(directory: Path) -> Mapping[str, bytes]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"{paths[0]}{more}"
