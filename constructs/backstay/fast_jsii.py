"""Make Python CDKTF start in about a second instead of half a minute.

The bindings of a provider load every resource that the provider has, twice: as Python modules (2,212 for
AWS) and as JavaScript modules in the Node process that jsii runs. `install` makes both load a module when
it is first used. It changes no installed file, and the synthesized JSON stays the same to the byte.

    from backstay import fast_jsii

    fast_jsii.install()  # before the first import of constructs, cdktf or a provider

`BACKSTAY_FAST_JSII=0` in the environment turns the lazy loading off.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from contextlib import contextmanager, suppress
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal, cast

from backstay.node import UnsupportedNodeError, find_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import CodeType

__all__ = ["UnsupportedNodeError", "WarmUpError", "install", "installed_providers", "is_warm", "warm"]

SWITCH = "BACKSTAY_FAST_JSII"
Step = Literal["loading", "indexing", "ready"]

_HOOK = Path(__file__).with_name("fast_jsii_hook.cjs")
# Every jsii package imports this module before its own assembly, so this import starts Node.
_FIRST_ASSEMBLY = re.compile(r"constructs\._jsii")
_PROVIDER_PACKAGE = re.compile(r"cdktf_cdktf_provider_\w+")
_END_OF_DEFINITIONS = "\npublication.publish()\n"
_SUBMODULE_IMPORT = re.compile(r"from \. import (\w+)")


class WarmUpError(RuntimeError):
    """jsii's cache could not be filled."""


def install() -> None:
    """Load provider bindings lazily from here on, and run jsii on a Node that it supports.

    `backstay.node` says which Node that is. The environment is the caller's again once Node has started.
    Calling `install` twice does no more than calling it once. Calling it when jsii runs already warns, and
    makes only Python's half lazy.

    Raises `UnsupportedNodeError`.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    lazy = os.environ.get(SWITCH, "").strip().lower() not in {"0", "false", "no", "off"}
    finders: list[_Finder] = []
    if "constructs._jsii" in sys.modules:
        warnings.warn(
            "fast_jsii.install() came after the first import of constructs or cdktf, so jsii runs without it "
            "and provider bindings load slowly; call it before that import",
            RuntimeWarning,
            stacklevel=2,
        )
    else:
        starter = partial(_NodeStarter, node=find_node().path, lazy=lazy)
        finders.append(_Finder(_FIRST_ASSEMBLY, starter))
    if lazy:
        finders.append(_Finder(_PROVIDER_PACKAGE, _LazyPackageLoader))
    sys.meta_path[:0] = finders


def installed_providers() -> list[str]:
    """The import names of the provider binding packages that can be imported here."""
    return sorted(found.name for found in pkgutil.iter_modules() if _PROVIDER_PACKAGE.fullmatch(found.name))


def is_warm(package: str) -> bool:
    """Whether jsii's cache holds the installed version of a provider package, so that the next run is fast."""
    from importlib.metadata import version

    distribution = package.replace("_", "-")
    index = _index(distribution.replace("cdktf-cdktf-", "@cdktf/"), version(distribution))
    return index is not None and index.exists()


def warm(
    packages: Sequence[str] | None = None,
    *,
    timeout_seconds: float = 300,
    progress: Callable[[str, Step], None] = lambda _package, _step: None,
) -> None:
    """Fill jsii's cache with these provider packages (all that are installed by default).

    jsii unpacks a package on first use and then indexes it in the background, which a run as short as a
    fast synthesis does not outlive: each run starts the index again, at twice the time and four times the
    memory, until one waits for it. This one does.

    `progress` is called with a package's name and what is being done. `timeout_seconds` bounds all of it.

    Raises `WarmUpError` and `UnsupportedNodeError`.
    """
    if os.environ.get("JSII_RUNTIME_PACKAGE_CACHE", "enabled").lower() != "enabled":
        raise WarmUpError(
            "there is no cache to fill: JSII_RUNTIME_PACKAGE_CACHE is "
            f"{os.environ['JSII_RUNTIME_PACKAGE_CACHE']!r}; unset it, or set it to 'enabled'"
        )
    installed = installed_providers()
    wanted = installed if packages is None else list(packages)
    missing = [package for package in wanted if package not in installed]
    if missing or not wanted:
        raise WarmUpError(
            f"provider packages to warm: {', '.join(missing) or 'none'}; installed here: "
            f"{', '.join(installed) or 'none'}; install what is missing, for example with backstay[aws]"
        )
    find_node()
    waiting, current = list(wanted), wanted[0]
    # A process of its own can be ended whatever jsii does, and gives its gigabytes back.
    command = [sys.executable, "-c", f"from {__name__} import _fill_cache; _fill_cache({wanted!r})"]
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True)  # noqa: S603
        watchdog = threading.Timer(timeout_seconds, _end, [child])
        watchdog.start()
        try:
            for line in child.stdout or ():
                current, _, step = line.strip().partition(" ")
                progress(current, cast("Step", step))
                if step == "ready":
                    waiting.remove(current)
            code = child.wait()
        finally:
            in_time = watchdog.is_alive()
            watchdog.cancel()
            _end(child)
        errors.seek(0)
        last = (errors.read().strip().splitlines() or ["no reason given"])[-1]
    if code != 0 and in_time:
        reason = re.sub(r"^[\w.]+Error: ", "", last)
        raise WarmUpError(f"jsii could not load {current}: {reason}")
    if code != 0:
        raise WarmUpError(
            f"jsii was not done with {', '.join(waiting)} after {timeout_seconds:g} s; it needs up to 1.5 GB of "
            f"memory and a writable {_cache_root()}: see to both, or allow more time"
        )


def _fill_cache(packages: Sequence[str]) -> None:
    """The child's part of `warm`: prints what it is doing, and ends when jsii has written all indexes."""
    install()
    indexes: dict[str, Path] = {}
    for package in packages:
        print(package, "loading", flush=True)  # noqa: T201
        assembly = importlib.import_module(f"{package}._jsii").__jsii_assembly__
        if (index := _index(assembly.name, assembly.version)) is None:
            raise WarmUpError(f"it left nothing in {_cache_root()}; see whether that folder is writable")
        indexes[package] = index
        print(package, "indexing", flush=True)  # noqa: T201
    for package, index in indexes.items():
        while not index.exists():
            time.sleep(0.05)
        print(package, "ready", flush=True)  # noqa: T201


def _end(child: subprocess.Popen[str]) -> None:
    """End a child that leads a session, and what it has started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


class _Finder:
    """Gives the modules whose names match a loader of ours, and leaves all others to Python."""

    def __init__(self, names: re.Pattern[str], loader: Callable[[str, str], SourceFileLoader]) -> None:
        self._names = names
        self._loader = loader

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not self._names.fullmatch(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        # Anything but a plain source file (a zip archive, another import hook) keeps its own loader.
        if spec is None or spec.origin is None or type(spec.loader) is not SourceFileLoader:
            return None
        spec.loader = self._loader(fullname, spec.origin)
        return spec


class _NodeStarter(SourceFileLoader):
    """Runs the import that starts jsii's Node process, in the environment that the process shall have."""

    def __init__(self, fullname: str, path: str, *, node: str, lazy: bool) -> None:
        super().__init__(fullname, path)
        self._node = node
        self._lazy = lazy

    def exec_module(self, module: ModuleType) -> None:
        changes = {"JSII_NODE": self._node}
        if self._lazy:
            escaped = str(_HOOK).replace("\\", "\\\\").replace('"', '\\"')
            changes["NODE_OPTIONS"] = f'{os.environ.get("NODE_OPTIONS", "")} --require "{escaped}"'.lstrip()
        with _environment(changes):
            super().exec_module(module)


class _LazyPackageLoader(SourceFileLoader):
    """Loads the root of a provider package without the submodules that it imports at its end."""

    _submodules: frozenset[str] = frozenset()

    def get_code(self, fullname: str) -> CodeType | None:
        source = self.get_source(fullname) or ""
        definitions, marker, rest = source.rpartition(_END_OF_DEFINITIONS)
        statements = [line for line in rest.splitlines() if line and not line.startswith("#")]
        imports = [match for match in map(_SUBMODULE_IMPORT.fullmatch, statements) if match]
        if not marker or len(imports) != len(statements):
            return super().get_code(fullname)
        self._submodules = frozenset(match[1] for match in imports)
        return compile(definitions + marker, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
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


def _cache_root() -> Path:
    """Where jsii 1.142 keeps unpacked packages."""
    if root := os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT"):
        return Path(root)
    user_cache = "Library/Caches/com.amazonaws.jsii" if sys.platform == "darwin" else ".cache/aws/jsii"
    return Path.home() / user_cache / "package-cache"


def _index(assembly: str, version: str) -> Path | None:
    """The file that jsii writes last when it indexes an assembly; None when it has not even unpacked it."""
    markers = (_cache_root() / assembly / version).glob("*/.jsii-runtime-package-cache")
    # jsii touches the marker of the entry that it uses.
    newest = max(markers, key=lambda marker: marker.stat().st_mtime, default=None)
    return newest and newest.with_name(".jsii.runtime.v1.json")


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
