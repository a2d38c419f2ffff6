"""What every cloud has to offer, told by AWS and the kit that stacks build with, and what a cloud lacks of it."""

import ast
import importlib
import inspect
import textwrap
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import partial
from inspect import Parameter
from types import NoneType
from typing import Any

from backstay import clouds
from backstay.topology import Environment, Region

# What a cloud's own nature asks for, or makes impossible, by construct or function.
EXTRA_ARGUMENTS = {
    ("aws", "Key", "account"): "the region's keys name their account in their policies",
    ("aws", "attach_provider", "boundary"): "AWS bounds roles by a policy; elsewhere it is said what may be granted",
    ("aws", "GpuCluster", "workflow_role"): "EKS lets in whom it is told of by name; elsewhere roles have the right",
    ("azure", "Secrets", "vault"): "a vault's name is unique in the world, so it cannot be computed",
    ("azure", "StoredSecrets", "vault"): "as for Secrets",
    ("google", "RemoteState", "twin"): "Cloud Storage has buckets that are in two regions",
}
OTHER_ARGUMENTS = {
    "attach_cluster": "each cloud finds its clusters, and gets tokens for them, in another way",
}
ABSENT_METHODS = {
    ("azure", "Key", "grant_decrypt"): "no role of Azure's own decrypts with a key without encrypting",
}
OPTIONAL_FIELDS = {
    "stored_secrets": "EKS has the driver for secrets only where GPU nodes cannot use it",
    "recovery": "only AWS has stores that copy each other, and a region that takes over, yet",
}


@dataclass(frozen=True)
class Part:
    """A construct or a function that every cloud has.

    Attributes:
        module: the file that it is in, in each cloud's package.
        name: its name there.
        arguments: its arguments besides `self`, by name.
        types: their types.
        methods: the verbs by which constructs are joined, with the arguments that have names.
        outputs: what it hands on, if it is a construct.
    """

    module: str
    name: str
    arguments: dict[str, Parameter]
    types: dict[str, Any]
    methods: dict[str, set[str]]
    outputs: str | None

    def __str__(self) -> str:
        arguments = ", ".join(
            f"{name}=" if argument.default is not Parameter.empty else name for name, argument in self.arguments.items()
        )
        methods = f"; with {', '.join(sorted(self.methods))}" if self.methods else ""
        return f"{self.name}({arguments}){f' -> {self.outputs}' if self.outputs else ''}{methods}"


def required_fields() -> set[str]:
    """What the kit of every cloud has; of the rest, a cloud may have none."""
    types = typing.get_type_hints(clouds.CloudKit)
    return {name for name, type_ in types.items() if NoneType not in typing.get_args(type_)}


def parts_of(environment: Environment, region: Region) -> dict[str, Part]:
    """What the kit of a region is made of, by what kits call it."""
    kit = clouds.kit(environment, region)
    held = {field.name: getattr(kit, field.name) for field in fields(kit)}
    return {
        field: part_of(value.func if isinstance(value, partial) else value, cloud=region.cloud)
        for field, value in held.items()
        if callable(value)
    }


def part_of(made: Callable[..., Any], *, cloud: str) -> Part:
    """A construct or function as a part of the contract."""
    begins = made.__init__ if inspect.isclass(made) else made
    arguments = {name: value for name, value in inspect.signature(begins).parameters.items() if name != "self"}
    return Part(
        module=made.__module__.rsplit(".", 1)[-1],
        name=made.__name__,
        arguments={name: it for name, it in arguments.items() if (cloud, made.__name__, name) not in EXTRA_ARGUMENTS},
        types=typing.get_type_hints(begins),
        methods=dict(_verbs(made)) if inspect.isclass(made) else {},
        outputs=_outputs(made) if inspect.isclass(made) else None,
    )


def _verbs(made: type) -> Iterator[tuple[str, set[str]]]:
    for name, method in vars(made).items():
        if name == "serve" or name.startswith("grant_"):
            arguments = inspect.signature(method).parameters.values()
            yield name, {argument.name for argument in arguments if argument.kind is Parameter.KEYWORD_ONLY}


def _outputs(made: type) -> str | None:
    """The class of what a construct's initializer assigns to `self.outputs`."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(made)))):
        match node:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id="self"), attr="outputs")],
                value=ast.Call(func=ast.Name(id=name)),
            ):
                return name
    return None


def lacking(cloud: str, parts: Iterable[Part]) -> list[str]:
    """What a cloud's package still needs to be like the others; empty when it is whole."""
    return [text for part in parts for text in _lacking(cloud, part)]


def _lacking(cloud: str, part: Part) -> Iterator[str]:
    file = f"backstay/{cloud}/{part.module}.py"
    made = _found(f"backstay.{cloud}.{part.module}", part.name)
    if made is None:
        yield f"{file}: add {part}"
        return
    own = part_of(made, cloud=cloud)
    if own.outputs != part.outputs:
        yield f"{file}: {part.name} hands on {own.outputs}; it has to be {part.outputs}"
    if part.name not in OTHER_ARGUMENTS:
        yield from (f"{file}: {part.name}: {text}" for text in _arguments(own, part))
    for verb, arguments in part.methods.items():
        if (cloud, part.name, verb) in ABSENT_METHODS:
            continue
        if verb not in own.methods:
            yield f"{file}: {part.name}: add the method {verb}"
        elif own.methods[verb] != arguments:
            yield f"{file}: {part.name}: {verb} takes {_listed(own.methods[verb])}; it has to take {_listed(arguments)}"


def _found(module: str, name: str) -> Any:
    try:
        return getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        # The module or its package; what these import has to be there.
        if error.name and module.startswith(error.name):
            return None
        raise


def _arguments(own: Part, part: Part) -> Iterator[str]:
    for name, wanted in part.arguments.items():
        given = own.arguments.get(name)
        if given is None:
            yield f"add the argument {name}"
        elif (given.default, given.kind) != (wanted.default, wanted.kind):
            yield f"{name} is `{given}`; it has to be `{wanted}`"
        # The account is another thing on each cloud.
        elif name != "account" and own.types.get(name) != part.types[name]:
            yield f"{name} has the type {own.types.get(name)}; it has to be {part.types[name]}"
    for name in sorted(own.arguments.keys() - part.arguments.keys()):
        yield f"{name} is an argument that no other cloud has; take it away, or say in EXTRA_ARGUMENTS why"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing by name"
