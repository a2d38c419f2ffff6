"""From a directory of Terraform JSON to stacks."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from backstay.checks.stack import Stack
from backstay.checks.stacks import Stacks

# Far more than any provider's schema has, and far less than Python's stack.
_DEEPEST = 100


class StacksError(ValueError):
    """A directory of stacks cannot be read; `problems` holds everything that is wrong with it."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(folder: Path, *, matching: tuple[str, ...] = ("*",)) -> Stacks:
    """Read every directory under a folder, and the folder itself, that holds Terraform JSON (`*.tf.json`).

    Args:
        folder: such as `cdktf.out/stacks`.
        matching: patterns of the names of the stacks that are wanted.

    Raises:
        StacksError: when there is none, a directory cannot be listed, or a file is not Terraform JSON.
    """
    if not folder.is_dir():
        raise StacksError(
            f"there is no directory {folder}; name one with a directory per stack, such as cdktf.out/stacks"
        )
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    problems = []
    for file in _files(folder):
        directory = file.parent.relative_to(folder)
        name = str(directory) if directory.parts else folder.resolve().name
        if not any(fnmatch(name, pattern) for pattern in matching):
            continue
        try:
            found[name][str(file)] = _document(file)
        except StacksError as error:
            problems += error.problems
    if problems:
        raise StacksError(*problems)
    if not found:
        wanted = "" if matching == ("*",) else f" in a stack that matches {' or '.join(matching)}"
        raise StacksError(
            f"there is no *.tf.json under {folder}{wanted}; run `backstay synth ENV` or `cdktf synth` first"
        )
    return Stacks(tuple(Stack(name, _overridden(files)) for name, files in sorted(found.items())))


def _files(folder: Path) -> Iterator[Path]:
    # A link may lead to a stack, or back to where it is.
    seen = {folder.resolve()}
    for directory, folders, files in os.walk(folder, followlinks=True, onerror=_unlisted):
        # Modules and providers that Terraform has fetched are left alone.
        plain = sorted(name for name in folders if not name.startswith("."))
        folders[:] = [name for name in plain if _is_new(Path(directory, name).resolve(), seen)]
        yield from (Path(directory, name) for name in sorted(files) if name.endswith(".tf.json"))


def _unlisted(error: OSError) -> None:
    raise StacksError(f"{error.filename}: the directory cannot be read: {error.strerror}") from error


def _is_new(path: Path, seen: set[Path]) -> bool:
    is_new = path not in seen
    seen.add(path)
    return is_new


def _document(file: Path) -> dict[str, Any]:
    if file.is_fifo() or file.is_socket() or file.is_char_device():
        # It would be waited for without end.
        raise StacksError(f"{file}: this is not a file; take it out of the directory")
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_object)
    except OSError as error:
        raise StacksError(f"{file}: the file cannot be read: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise StacksError(f"{file}:{error.lineno}: not valid JSON: {error.msg}") from None
    except UnicodeDecodeError:
        raise StacksError(f"{file}: the file is not UTF-8 text; save it as UTF-8") from None
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or thousands of brackets.
        raise StacksError(f"{file}: this cannot be Terraform JSON: {error}") from None
    if not isinstance(document, dict):
        raise StacksError(f"{file}:1: Terraform JSON is one object, got {type(document).__name__}")
    if _is_deeper(document, _DEEPEST):
        raise StacksError(f"{file}: this cannot be Terraform JSON: it is nested more than {_DEEPEST} deep")
    return _without_nulls(document)


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Terraform takes a key that stands twice for two blocks, where Python would forget the first."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    items = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in items)


def _without_nulls(value: Any) -> Any:
    """CDKTF writes nulls, and Terraform takes them for absent."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value


def _overridden(files: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The documents as Terraform sees them: override files replace arguments of what the others have."""
    over = {file for file in files if Path(file).name == "override.tf.json" or file.endswith("_override.tf.json")}
    plain = {file: document for file, document in files.items() if file not in over}
    for file in sorted(over):
        for under in plain.values():
            _replace(under, files[file], depth=0)
    return plain


def _replace(under: dict[str, Any], over: dict[str, Any], *, depth: int) -> None:
    # Section, type and name lead to a block; within it, whole arguments are replaced.
    for key, value in over.items():
        beneath = under.get(key)
        if depth < _BLOCK_DEPTH and isinstance(beneath, dict) and isinstance(value, dict):
            _replace(beneath, value, depth=depth + 1)
        elif depth == _BLOCK_DEPTH:
            under[key] = value


_BLOCK_DEPTH = 3
