import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

TAGS = """
import sys
from backstay import fast_jsii
fast_jsii.install()
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_kubernetes.namespace_v1 import NamespaceV1, NamespaceV1Metadata
stack = TerraformStack(App(), "stack")
"""
KEPT = "cdktf_cdktf_provider_kubernetes.namespace_v1-*"


def python(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that keeps compiled bindings in a folder."""
    variables = {**os.environ, "XDG_CACHE_HOME": str(folder), **environment}
    command = [sys.executable, "-c", TAGS + dedent(code)]
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=300, check=False)


def kept(folder: Path) -> list[Path]:
    return list((folder / "backstay" / "bindings").glob(KEPT))


def test_code_is_kept_even_where_python_keeps_none(tmp_path: Path) -> None:
    assert python("", tmp_path, PYTHONDONTWRITEBYTECODE="1").returncode == 0
    [before] = kept(tmp_path)
    written = before.stat().st_mtime_ns
    assert python("", tmp_path).returncode == 0
    assert [(path, path.stat().st_mtime_ns) for path in kept(tmp_path)] == [(before, written)]


def test_kept_code_is_what_runs(tmp_path: Path) -> None:
    first = python("print(NamespaceV1Metadata.__init__.__annotations__['name'])", tmp_path)
    again = python("print(NamespaceV1Metadata.__init__.__annotations__['name'])", tmp_path)
    assert first.stdout == again.stdout == "typing.Optional[builtins.str]\n"


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_damaged_code_is_compiled_anew(tmp_path: Path, damage: bytes | None) -> None:
    assert python("", tmp_path).returncode == 0
    [path] = kept(tmp_path)
    whole = path.read_bytes()
    # With the right stamp, and half of the code.
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert python("NamespaceV1(stack, 'llm', metadata=NamespaceV1Metadata(name='llm'))", tmp_path).returncode == 0
    assert path.read_bytes() == whole


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_code_that_somebody_else_wrote_is_not_run(tmp_path: Path) -> None:
    assert python("", tmp_path).returncode == 0
    [path] = kept(tmp_path)
    os.chown(path, 65_534, 65_534)
    assert python("", tmp_path).returncode == 0
    assert path.stat().st_uid == 0


def test_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "backstay").write_text("a file where the folder would be")
    run = python("print(NamespaceV1Metadata(name='llm').name)", tmp_path)
    assert (run.stdout, run.stderr) == ("llm\n", "")


def test_wrong_type_is_refused_in_the_same_words_as_without_the_loader(tmp_path: Path) -> None:
    code = """
        try:
            NamespaceV1(stack, "llm", metadata=NamespaceV1Metadata(name=["llm"]))
        except TypeError as error:
            print(error)
    """
    lazy, stock = (python(code, tmp_path, BACKSTAY_FAST_JSII=switch).stdout for switch in ("1", "0"))
    assert lazy == stock == "type of argument name must be one of (str, NoneType); got list instead\n"


def test_modules_know_nothing_of_their_loader(tmp_path: Path) -> None:
    code = """
        import inspect, typing
        module = sys.modules[NamespaceV1.__module__]
        print(typing.get_type_hints(NamespaceV1Metadata.__init__)["name"])
        print("importlib.metadata import version" in inspect.getsource(module))
    """
    assert python(code, tmp_path).stdout == "typing.Optional[str]\nTrue\n"
