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
