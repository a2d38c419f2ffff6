"""The tags that everything in a stack carries: the azurerm provider has no setting for them, so constructs ask here."""

from collections.abc import Mapping

from cdktf import TerraformStack
from constructs import Construct

_CONTEXT = "backstay.azure.default-tags"


def set_default_tags(stack: TerraformStack, tags: Mapping[str, str]) -> None:
    """Give a stack the tags that everything in it carries.

    Raises:
        ValueError: when the stack holds constructs already, which would have been made without the tags.
    """
    if made := [child.node.id for child in stack.node.children]:
        raise ValueError(
            f"stack {stack.node.id!r} holds {', '.join(map(repr, made))} already, without its tags; "
            "attach the azure provider before anything else"
        )
    stack.node.set_context(_CONTEXT, dict(tags))


def default_tags(scope: Construct) -> dict[str, str]:
    """The tags of the stack that a construct is in; none where nobody gave it any."""
    return dict(scope.node.try_get_context(_CONTEXT) or {})
