"""An installation that lacks some packages, made from the one that the tests run in."""

import os
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import backstay


@dataclass(frozen=True)
class Installation:
    """How to run a Python that finds only what is in it."""

    python: tuple[str, ...]
    variables: Mapping[str, str]


def without(folder: Path, *packages: str) -> Installation:
    """Put everything that is installed here into a folder, by links, but for packages given by their import names."""
    absent = tuple(name for package in packages for name in (package, package.replace("_", "-")))
    folder.mkdir()
    for installed in Path(sysconfig.get_path("purelib")).iterdir():
        if not installed.name.startswith(absent):
            (folder / installed.name).symlink_to(installed)
    # -S: Python then leaves out the folder that the links point to.
    paths = [str(folder), str(Path(backstay.__file__).parents[1])]
    return Installation((sys.executable, "-S"), os.environ | {"PYTHONPATH": os.pathsep.join(paths)})
