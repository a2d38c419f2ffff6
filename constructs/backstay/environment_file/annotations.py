"""Finding one's way through the fields of specs, and to what is said about them."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from backstay.topology.spec import Spec


def choices(annotation: Any) -> list[Any]:
    """The alternatives of an annotation, without None and without wrapping."""
    if get_origin(annotation) is Annotated:
        return choices(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [choice for part in get_args(annotation) if part is not NoneType for choice in choices(part)]
    return [annotation]


def specs(annotation: Any) -> list[type[Spec]]:
    """The specs among the alternatives of an annotation."""
    return [choice for choice in choices(annotation) if isinstance(choice, type) and issubclass(choice, Spec)]


def item(annotation: Any, container: type = object) -> Any:
    """The annotation of what a tuple or a mapping holds; None when the annotation is not for such a container."""
    choice = choices(annotation)[0]
    origin = get_origin(choice)
    if not (isinstance(origin, type) and issubclass(origin, container)):
        return None
    return next((part for part in reversed(get_args(choice)) if part is not ...), None)


def tag(spec: type[Spec]) -> str | None:
    """The value of `backend` by which a kind of state is told from the others."""
    field = spec.model_fields.get("backend")
    return next(iter(get_args(field.annotation)), None) if field else None


def within(spec: type[Spec]) -> Iterator[type[Spec]]:
    """A spec and all that it is made of, each once."""
    found, waiting = {spec}, [spec]
    while waiting:
        yield (here := waiting.pop())
        for field in here.model_fields.values():
            held = item(field.annotation)
            new = {*specs(field.annotation), *(specs(held) if held else ())} - found
            found |= new
            waiting += new


@cache
def descriptions(spec: type[Spec]) -> dict[str, str]:
    """What the docstring below each field says.

    Pydantic could tell, but it would look them all up at each start, which takes longer than reading a file.
    """
    found: dict[str, str] = {}
    for kind in reversed(spec.__mro__):
        if issubclass(kind, Spec) and kind is not Spec:
            found |= _docstrings(ast.parse(inspect.getsource(kind)).body[0])
    return found


def _docstrings(definition: ast.stmt) -> dict[str, str]:
    assert isinstance(definition, ast.ClassDef)  # noqa: S101  (the source of a class is one)
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }
