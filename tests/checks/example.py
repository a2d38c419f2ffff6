"""Stacks as tests write them, and a pair of them for each thing that a rule must see and must not see."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from backstay.checks import Promise, Report, examine, read

Body = Mapping[str, Any]
Document = dict[str, Any]

TODAY = date(2026, 12, 1)
_PROVIDERS = {"aws": "us-east-1", "azurerm": "westeurope", "google": "europe-west4"}


def stack(blocks: Mapping[str, Body], *, region: str | None = "us-east-1", **sections: Any) -> Document:
    """A document with blocks by their addresses; with a provider in a region of AWS or Google Cloud."""
    document: Document = {**sections}
    if region and "provider" not in sections:
        cloud = "aws" if region.count("-") > 1 else "google"
        document["provider"] = {cloud: [{"region": region}]}
    for address, body in blocks.items():
        *section, type_, name = address.split(".")
        place = document.setdefault(section[0] if section else "resource", {})
        place.setdefault(type_, {})[name] = dict(body)
    return document


def backend(kind: str = "s3", **settings: str) -> Document:
    """The `terraform` section of a stack that keeps its state there."""
    return {"backend": {kind: settings}}


@dataclass(frozen=True)
class Pair:
    """A set of stacks that breaks a rule, and one like it that does not.

    Attributes:
        rule: the rule's id.
        at: where it is broken: addresses, or the names of stacks.
        fires: the stacks that break it, by their names.
        silent: the stacks that keep it.
        promise: what both are measured against.
        about: what tells this pair from the others of the rule.
    """

    rule: str
    at: Sequence[str]
    fires: Mapping[str, Document]
    silent: Mapping[str, Document]
    promise: Promise = field(default_factory=Promise)
    about: str = ""

    def __str__(self) -> str:
        return f"{self.rule}:{self.about or self.at[0]}"


def single(rule: str, type_: str, *, fires: Body, silent: Body, about: str = "", **more: Any) -> Pair:
    """A pair of stacks with one resource each, called `it`."""
    cloud = type_.split("_", 1)[0]
    region = _PROVIDERS.get(cloud, "us-east-1")
    # Azure's resources say themselves where they are.
    own = {"location": region} if cloud == "azurerm" else {}
    address = f"{type_}.it"

    def of(body: Body) -> dict[str, Document]:
        return {"prod": stack({address: own | dict(body)}, region=None if cloud == "azurerm" else region)}

    return Pair(rule, [address], of(fires), of(silent), about=about or type_, **more)


def write(folder: Path, documents: Mapping[str, Document]) -> Path:
    """Write each document into a directory of its own, as CDKTF does."""
    for name, document in documents.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "cdk.tf.json").write_text(json.dumps(document, indent=2))
    return folder


def examined(folder: Path, documents: Mapping[str, Document], **options: Any) -> Report:
    """What the rules, or those that are named, find in documents."""
    return examine(read(write(folder, documents)), **{"promise": Promise(), "today": TODAY, **options})
