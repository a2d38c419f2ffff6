"""What tests of constructs need: the Terraform document that a construct becomes, as plain data.

```python
def test_bucket_is_versioned() -> None:
    document = Synthesized(lambda scope: MyStore(scope, "store"))
    assert document.only("aws_s3_bucket_versioning")["versioning_configuration"]["status"] == "Enabled"
```
"""

import json
from collections.abc import Callable
from typing import Any

from cdktf import App, TerraformStack, Testing
from constructs import Construct

Document = dict[str, Any]


class Synthesized:
    """The Terraform JSON of whatever a function puts into a stack, without the nulls that CDKTF writes."""

    def __init__(self, build: Callable[[TerraformStack], Construct | None]) -> None:
        app: App = Testing.app()
        stack = TerraformStack(app, "test")
        self.construct: Any = build(stack)
        self.document: Document = without_nulls(json.loads(Testing.synth(stack, True)))

    @classmethod
    def of(cls, stack: TerraformStack) -> "Synthesized":
        """The document of a stack that is there already."""
        made = cls.__new__(cls)
        made.construct = stack
        made.document = without_nulls(json.loads(Testing.synth(stack, True)))
        return made

    def all(self, type_: str, *, section: str = "resource") -> dict[str, Document]:
        """The resources of a type by their logical name; of another section, such as `data`, if asked."""
        return self.document.get(section, {}).get(type_, {})

    def only(self, type_: str, *, section: str = "resource") -> Document:
        """The single resource of a type.

        Raises:
            LookupError: when there is none, or more than one.
        """
        found = self.all(type_, section=section)
        if len(found) != 1:
            raise LookupError(f"expected one {type_}, found {len(found)}: {', '.join(found) or 'none'}")
        return next(iter(found.values()))

    def one(self, type_: str, containing: str, *, section: str = "resource") -> Document:
        """The single resource of a type whose logical name contains a text.

        Raises:
            LookupError: when there is none, or more than one.
        """
        found = {name: body for name, body in self.all(type_, section=section).items() if containing in name}
        if len(found) != 1:
            raise LookupError(f"expected one {type_} with {containing!r}, found {', '.join(found) or 'none'}")
        return next(iter(found.values()))

    @property
    def addresses(self) -> list[str]:
        """The Terraform addresses of all resources and data sources, sorted."""
        return addresses(self.document)


def without_nulls(value: Any) -> Any:
    """The value without its null entries: CDKTF writes them, and Terraform takes them for absent."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def addresses(document: Document) -> list[str]:
    """The Terraform addresses of all resources and data sources in a document, sorted."""
    resources = [f"{type_}.{name}" for type_, named in document.get("resource", {}).items() for name in named]
    data = [f"data.{type_}.{name}" for type_, named in document.get("data", {}).items() for name in named]
    return sorted(resources + data)
