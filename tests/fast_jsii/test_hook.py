"""What the preload does in Node to the index of a provider, and to everything else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from backstay import fast_jsii
from backstay.node import find_node

HOOK = Path(fast_jsii.__file__).with_name("hook.cjs")
LIBRARY_INDEX = """"use strict";
/**
 * A licence.
 */
Object.defineProperty(exports, "__esModule", { value: true });
exports.queue = exports.bucket = void 0;
// generated
exports.bucket = require("./bucket");
exports.queue = require("./queue");
"""


def node_package(folder: Path, name: str, index: str) -> Path:
    """A JavaScript package whose modules say when they are loaded."""
    library = folder / "node_modules" / name / "lib"
    for module in ("bucket", "queue"):
        (library / module).mkdir(parents=True)
        (library / module / "index.js").write_text(f'console.log("loaded {module}"); exports.Main = "{module}";')
    (library / "index.js").write_text(index)
    return library / "index.js"


def node_prints(index: Path, code: str) -> list[str]:
    run = subprocess.run(
        [find_node().path, "--require", HOOK, "-e", code, index],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


USE_ONE = """
const library = require(process.argv[1]);
console.log("required", library.__esModule, Object.keys(library).sort().join());
console.log(library.queue.Main, library.queue === library.queue);
"""


def test_hook_loads_a_providers_module_on_first_use(tmp_path: Path) -> None:
    index = node_package(tmp_path, "@cdktf/provider-fake", LIBRARY_INDEX)
    assert node_prints(index, USE_ONE) == ["required true bucket,queue", "loaded queue", "queue true"]


@pytest.mark.parametrize(
    ("name", "addition"),
    [
        ("@cdktf/provider-fake", 'exports.version = "1";'),
        ("@cdktf/provider-fake", 'Object.assign(exports, require("./queue"));'),
        ("@cdktf/provider-fake", '/** note */ exports.version = "1";'),
        ("@cdktf/provider-fake", '/**\n * note\n */ exports.version = "1";'),
        ("@cdktf/provider-fake", 'const queue = require("./queue");'),
        ("@cdktf/other", ""),
        ("another-package", ""),
    ],
)
def test_hook_leaves_what_it_does_not_recognise_to_the_original_loader(
    tmp_path: Path, name: str, addition: str
) -> None:
    index = node_package(tmp_path, name, LIBRARY_INDEX + addition)
    assert node_prints(index, USE_ONE)[:2] == ["loaded bucket", "loaded queue"]


def test_hook_reports_a_missing_module_as_node_does(tmp_path: Path) -> None:
    index = node_package(tmp_path, "@cdktf/provider-fake", LIBRARY_INDEX.replace("./queue", "./gone"))
    code = "try { require(process.argv[1]).queue } catch (error) { console.log(error.code) }"
    assert node_prints(index, code) == ["MODULE_NOT_FOUND"]
