"""The modules of bindings, compiled once into code that costs less to run, and kept.

A module of bindings spends most of its import on annotations that nobody reads and on asking which version of
typeguard is installed, and most of each call on resolving the same annotations again. None of that changes what
it does, so its code is compiled with annotations left as text and with both answers remembered.

Python's own cache holds the code of the untouched source, for imports without this loader. This code has a cache
of its own, in the user's cache folder, and takes part in no other program.
"""

from __future__ import annotations
import __future__

import functools
import gc
import hashlib
import importlib.metadata
import importlib.util
import marshal
import os
import re
import sys
import tempfile
import typing
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType, ModuleType

BINDINGS = re.compile(r"cdktf|cdktf_cdktf_provider_\w+\.(?!_jsii$)\w+")

# What jsii-pacmak 1.x writes; a module without the first line is loaded as it is.
_ASKS_VERSION = "from importlib.metadata import version as _metadata_package_version\n"
_ASKS_HINTS = "typing.get_type_hints(_typecheckingstub__"
_KNOWS_BOTH = f"from {__name__} import type_hints as _type_hints, version as _metadata_package_version\n"
_KNOWS_HINTS = "_type_hints(_typecheckingstub__"

# Raise it with every change of what is compiled.
_EDITION = 1

type_hints = functools.cache(typing.get_type_hints)
"""`typing.get_type_hints`, asked once for each function; for the compiled modules."""

version = functools.cache(importlib.metadata.version)
"""`importlib.metadata.version`, asked once for each distribution; for the compiled modules."""


class BindingsLoader(SourceFileLoader):
    """Loads a module of bindings from the code that is kept for it, or compiles and keeps that."""

    def get_code(self, fullname: str) -> CodeType | None:
        """The module's code; that of the untouched source where the source is not as expected."""
        stamp = _stamp(Path(self.path))
        kept = _folder() / f"{fullname}-{hashlib.sha256(self.path.encode()).hexdigest()[:8]}"
        if (code := _read(kept, stamp)) is not None:
            return code
        source = self.get_source(fullname) or ""
        if source.count(_ASKS_VERSION) != 1:
            return super().get_code(fullname)
        source = source.replace(_ASKS_VERSION, _KNOWS_BOTH).replace(_ASKS_HINTS, _KNOWS_HINTS)
        code = compile(source, self.path, "exec", flags=__future__.annotations.compiler_flag, dont_inherit=True)
        with suppress(OSError):
            _write(kept, stamp + marshal.dumps(code))
        return code

    def exec_module(self, module: ModuleType) -> None:
        """Run the code without collections: it makes thousands of objects, and all of them stay."""
        collected = gc.isenabled()
        gc.disable()
        try:
            super().exec_module(module)
        finally:
            if collected:
                gc.enable()


def _folder() -> Path:
    caches = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return Path(os.environ.get("XDG_CACHE_HOME") or caches) / "backstay" / "bindings"


def _stamp(source: Path) -> bytes:
    """What code was made from, and by what; other code does not have it."""
    status = source.stat()
    made_by = importlib.util.MAGIC_NUMBER + f"{_EDITION} {sys.flags.optimize}".encode()
    return hashlib.sha256(made_by + f"{source} {status.st_mtime_ns} {status.st_size}".encode()).digest()


def _read(kept: Path, stamp: bytes) -> CodeType | None:
    """The code in a file, where this user wrote it and it has the stamp."""
    try:
        with kept.open("rb") as file:
            if os.fstat(file.fileno()).st_uid != os.geteuid() or file.read(len(stamp)) != stamp:
                return None
            return marshal.loads(file.read())  # noqa: S302 - written by this user, as Python's own caches are
    except (OSError, EOFError, ValueError, TypeError):
        return None


def _write(kept: Path, content: bytes) -> None:
    """Put a file in its place whole, whoever else writes it at the same time."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=kept.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(kept)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
