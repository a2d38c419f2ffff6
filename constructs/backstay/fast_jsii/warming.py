"""Filling jsii's cache, so that a run as short as a fast synthesis need not."""

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
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from backstay.fast_jsii.loaders import PROVIDER_PACKAGE
from backstay.node import find_node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Step = Literal["loading", "indexing", "ready"]


class WarmUpError(RuntimeError):
    """jsii's cache could not be filled."""


def installed_providers() -> list[str]:
    """The import names of the provider binding packages that can be imported here."""
    return sorted(found.name for found in pkgutil.iter_modules() if PROVIDER_PACKAGE.fullmatch(found.name))


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
    from backstay.fast_jsii import install

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
