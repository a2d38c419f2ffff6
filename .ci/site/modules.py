"""What other teams import, from its source: nothing is imported, so that no cloud's bindings are needed."""

import ast
from collections.abc import Iterator
from pathlib import Path

from docstrings import markdown

_TITLES = {
    "aws": "Constructs for AWS",
    "azure": "Constructs for Azure",
    "google": "Constructs for Google Cloud",
    "kubernetes": "Constructs in a cluster",
}
_INTRODUCTION = """\
Made from the source. A construct is made as `Construct(scope, id, *, ...)`. Its children are public attributes, and
what other constructs need of it is in its `outputs`: [those](outputs.md) are the same on every cloud.
"""


def pages(package: Path) -> dict[str, str]:
    """A page for each cloud, one for clusters, and one for what constructs tell each other."""
    found = {name: "\n".join(_package(package / name, title)) + "\n" for name, title in _TITLES.items()}
    outputs = _module(_parsed(package / "outputs.py"), "backstay.outputs")
    found["outputs"] = "\n".join(["# Outputs", "", *outputs]) + "\n"
    return found


def _package(directory: Path, title: str) -> Iterator[str]:
    yield from (f"# {title}", "", _INTRODUCTION)
    for file in sorted(directory.rglob("*.py")):
        parts = file.relative_to(directory).with_suffix("").parts
        if any(part.startswith("_") for part in parts):
            continue
        tree = _parsed(file)
        if any(_is_for_others(node) for node in tree.body):
            yield from (f"## {'.'.join(parts)}", "")
            yield from _module(tree, ".".join(["backstay", directory.name, *parts]))


def _module(tree: ast.Module, name: str) -> Iterator[str]:
    yield from markdown(ast.get_docstring(tree))
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and _is_for_others(node):
            yield from ("", f"### {node.name}", "", "```python")
            yield from (f"from {name} import {node.name}", "", *_call(node), "```", "")
            yield from markdown(ast.get_docstring(node))
            if isinstance(node, ast.ClassDef):
                yield from _members(node)


def _is_for_others(node: ast.stmt) -> bool:
    """Whether other teams use it: constructs, outputs, and what binds a stack to a region or a cluster."""
    if isinstance(node, ast.FunctionDef):
        return node.name.startswith("attach_")
    return isinstance(node, ast.ClassDef) and not node.name.startswith("_")


def _call(node: ast.ClassDef | ast.FunctionDef) -> Iterator[str]:
    made = node if isinstance(node, ast.FunctionDef) else _method(node, "__init__")
    yield f"{node.name}("
    if made is None:
        yield from (f"    {ast.unparse(field)}," for field in node.body if isinstance(field, ast.AnnAssign))
    else:
        taken = made.args
        yield from (f"    {ast.unparse(each)}," for each in taken.args if each.arg != "self")
        if taken.kwonlyargs:
            yield "    *,"
        for each, default in zip(taken.kwonlyargs, taken.kw_defaults, strict=True):
            yield f"    {ast.unparse(each)}{f' = {ast.unparse(default)}' if default else ''},"
    yield ")"


def _members(node: ast.ClassDef) -> Iterator[str]:
    if made := _method(node, "__init__"):
        # Its first line says what the class has said already.
        yield from markdown(ast.get_docstring(made), sections_only=True)
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and not member.name.startswith("_") and ast.get_docstring(member):
            taken = [each.arg for each in [*member.args.args[1:], *member.args.kwonlyargs]]
            is_value = any(isinstance(mark, ast.Name) and mark.id == "property" for mark in member.decorator_list)
            yield from ("", f"**`{member.name}{'' if is_value else '(' + ', '.join(taken) + ')'}`**", "")
            yield from markdown(ast.get_docstring(member))


def _method(node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == name), None)


def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))
