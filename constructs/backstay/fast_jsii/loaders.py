"""The loaders that make provider bindings lazy, in Python and, by way of the hook, in jsii's Node process."""

from __future__ import annotations

import importlib
import os
import re
import sys
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import CodeType

# Every jsii package imports this module before its own assembly, so this import starts Node.
FIRST_ASSEMBLY = re.compile(r"constructs\._jsii")
PROVIDER_PACKAGE = re.compile(r"cdktf_cdktf_provider_\w+")

_HOOK = Path(__file__).with_name("hook.cjs")
_END_OF_DEFINITIONS = "\npublication.publish()\n"
_SUBMODULE_IMPORT = re.compile(r"from \. import (\w+)")


class Finder:
    """Gives the modules whose names match a loader of ours, and leaves all others to Python."""

    def __init__(self, names: re.Pattern[str], loader: Callable[[str, str], SourceFileLoader]) -> None:
        self._names = names
        self._loader = loader

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's specification with our loader; None leaves the module to others."""
        if not self._names.fullmatch(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        # Anything but a plain source file (a zip archive, another import hook) keeps its own loader.
        if spec is None or spec.origin is None or type(spec.loader) is not SourceFileLoader:
            return None
        spec.loader = self._loader(fullname, spec.origin)
        return spec


class NodeStarter(SourceFileLoader):
    """Runs the import that starts jsii's Node process, in the environment that the process shall have."""

    def __init__(self, fullname: str, path: str, *, node: str, lazy: bool) -> None:
        super().__init__(fullname, path)
        self._node = node
        self._lazy = lazy

    def exec_module(self, module: ModuleType) -> None:
        """Run the import, and give the environment back."""
        changes = {"JSII_NODE": self._node}
        if self._lazy:
            # The first option is what jsii gives to the second of the two processes that the hook makes one.
            escaped = str(_HOOK).replace("\\", "\\\\").replace('"', '\\"')
            changes["NODE_OPTIONS"] = (
                f'{os.environ.get("NODE_OPTIONS", "")} --preserve-symlinks --require "{escaped}"'.lstrip()
            )
        with _environment(changes):
            super().exec_module(module)


class LazyPackageLoader(SourceFileLoader):
    """Loads the root of a provider package without the submodules that it imports at its end."""

    _submodules: frozenset[str] = frozenset()

    def get_code(self, fullname: str) -> CodeType | None:
        """The code before the imports; all of it where the end is not as expected."""
        source = self.get_source(fullname) or ""
        definitions, marker, rest = source.rpartition(_END_OF_DEFINITIONS)
        statements = [line for line in rest.splitlines() if line and not line.startswith("#")]
        imports = [match for match in map(_SUBMODULE_IMPORT.fullmatch, statements) if match]
        if not marker or len(imports) != len(statements):
            return super().get_code(fullname)
        self._submodules = frozenset(match[1] for match in imports)
        return compile(definitions + marker, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        """Run the code, and let the rest be imported when it is asked for."""
        super().exec_module(module)
        if self._submodules:
            # `publication` has put another object in the module's place.
            sys.modules[module.__name__].__class__ = _LazyPackage
            _tell_jsii_where_types_are(module, self._submodules)


class _LazyPackage(ModuleType):
    """A package that imports a submodule when it is first asked for it."""

    __all__: list[str]

    def __getattr__(self, name: str) -> ModuleType:
        if name in self.__all__:
            return importlib.import_module(f"{self.__name__}.{name}")
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *self.__all__})


def _tell_jsii_where_types_are(package: ModuleType, submodules: frozenset[str]) -> None:
    """Let jsii import the module of an object that JavaScript hands out before Python has asked for it."""
    from jsii import _reference_map

    for submodule in submodules:
        first, *rest = submodule.split("_")
        camel_case = first + "".join(word[:1].upper() + word[1:] for word in rest)
        fqn = f"{package.__jsii_assembly__.name}.{camel_case}"
        _reference_map._submodule_fqn_map[fqn] = f"{package.__name__}.{submodule}"


@contextmanager
def _environment(changes: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
