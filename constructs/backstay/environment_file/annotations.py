"""Finding one's way through the fields of specs by the places of a file."""

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


def item(annotation: Any) -> Any:
    """The annotation of what a tuple or a mapping holds; None when it is neither."""
    held = [part for part in get_args(choices(annotation)[0]) if part is not ...]
    return held[-1] if held and get_origin(choices(annotation)[0]) is not None else None


def tag(spec: type[Spec]) -> str | None:
    """The value of `backend` by which a kind of state is told from the others."""
    field = spec.model_fields.get("backend")
    return next(iter(get_args(field.annotation)), None) if field else None
