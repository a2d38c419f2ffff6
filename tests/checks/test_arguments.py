"""The stacks that the rules are tested with are written in arguments that the providers have."""

import importlib
import inspect
import re
from collections.abc import Iterator

import pytest

from tests.checks.pairs import PAIRS

# Terraform's own, which every block may have; what version 6 of AWS's provider gives every resource; and what `single`
# adds to say where a stack of Azure is.
_META = {"//", "lifecycle", "provider", "region", "location"}
_PACKAGES = {"aws", "azurerm", "google", "kubernetes"}


def blocks() -> Iterator[tuple[str, str, str]]:
    for pair in PAIRS:
        for document in (*pair.fires.values(), *pair.silent.values()):
            for section in ("resource", "data"):
                for type_, named in document.get(section, {}).items():
                    for body in named.values():
                        yield from ((section, type_, argument) for argument in body if argument not in _META)


TYPES = sorted({(section, type_) for section, type_, _ in blocks() if type_.split("_", 1)[0] in _PACKAGES})


def parameters(section: str, type_: str) -> set[str]:
    package, name = type_.split("_", 1)
    prefix = "data_" if section == "data" else ""
    full = f"data_{package}_{name}" if prefix else name
    module = importlib.import_module(f"cdktf_cdktf_provider_{package}.{full}")
    (class_,) = (
        each
        for label, each in vars(module).items()
        if inspect.isclass(each) and re.sub("A$", "", label).lower() == full.replace("_", "")
    )
    return set(inspect.signature(class_.__init__).parameters)


@pytest.mark.parametrize(("section", "type_"), TYPES)
def test_arguments_are_those_of_the_provider(section: str, type_: str) -> None:
    used = {argument for in_section, of_type, argument in blocks() if (in_section, of_type) == (section, type_)}
    assert used <= parameters(section, type_)
