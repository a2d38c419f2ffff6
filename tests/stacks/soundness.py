"""What holds for the stacks of every environment, as functions that tell where it does not."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from backstay.topology import Cloud, Environment
from backstay.topology.labels import labels
from backstay.topology.links import links
from backstay.topology.pipeline_access import pipeline_stacks
from tests.stacks.name_limits import ALSO_NAMED, NAMES, Name, Within
from tests.synthesis import Document, regions_of, strings

Body = dict[str, Any]
Documents = Mapping[str, Document]

# What says something by having nothing in it.
MEANT_EMPTY = {
    # Boot diagnostics go to storage that Azure runs.
    "azurerm_linux_virtual_machine.boot_diagnostics",
    "azurerm_linux_virtual_machine_scale_set.boot_diagnostics",
    # All pods, and all namespaces.
    "kubernetes_network_policy_v1.spec.pod_selector",
    "kubernetes_network_policy_v1.spec.ingress.from.namespace_selector",
    "kubernetes_deployment_v1.spec.template.spec.volume.empty_dir",
}
# What looks at other regions, or is made in all of them at once, by how its logical names begin.
_ABOUT_OTHERS = ("watch_", "sessions_")
_NAMING = {rule.attribute for rule in NAMES.values()}
_REFERENCE = re.compile(
    r"\b(?:(data|ephemeral)\.)?((?:aws|azurerm|google|kubernetes)_[a-z0-9_]+|terraform_data)\.([\w-]+)"
)


def things(document: Document, section: str = "resource") -> Iterator[tuple[str, str, Body]]:
    """Everything in a section of a document: its type, its logical name and its arguments."""
    for type_, named in document.get(section, {}).items():
        for name, body in named.items():
            yield type_, name, {key: value for key, value in body.items() if key != "//"}


def is_written(name: Any) -> bool:
    """Whether a name stands in the document itself, rather than in another thing that it refers to."""
    return isinstance(name, str) and "${" not in name


def physical_names(document: Document) -> Iterator[tuple[str, Name, str, Body]]:
    """Every physical name in a document, with its limits and the arguments beside it."""
    for type_, _, body in things(document):
        for rule in (*((NAMES[type_],) if type_ in NAMES else ()), *ALSO_NAMED.get(type_, ())):
            if is_written(body.get(rule.attribute)):
                yield type_, rule, body[rule.attribute], body


def names_out_of_limits(document: Document) -> Iterator[str]:
    """Physical names that their cloud refuses, or of which it is not known what it refuses."""
    for type_, rule, name, _ in physical_names(document):
        if len(name) > rule.longest or not re.fullmatch(rule.pattern, name):
            yield f"{type_} takes no {rule.attribute} {name!r}: {rule.pattern}, at most {rule.longest} characters"
    for type_, name, body in things(document):
        if type_ not in NAMES and not type_.startswith("kubernetes_") and any(is_written(body.get(a)) for a in _NAMING):
            yield f"{type_}.{name} has a name whose limits are not listed"


def names_used_twice(*environments: tuple[Environment, Documents]) -> Iterator[str]:
    """Physical names that two things have where each has to be the only one."""
    seen: dict[tuple[Any, ...], str] = {}
    for environment, documents in environments:
        for stack, document in documents.items():
            for type_, rule, name, body in physical_names(document):
                # Azure takes names that differ in case for the same.
                key = (type_, rule.attribute, name.lower(), _place(rule, body, stack, environment))
                if key in seen:
                    yield f"{stack} and {seen[key]} both have a {type_} {name!r}"
                seen[key] = stack


def _place(rule: Name, body: Body, stack: str, environment: Environment) -> tuple[Any, ...]:
    match rule.within:
        case Within.WORLD | Within.ACCOUNT:
            return ()
        case Within.REGION:
            return (regions_of(environment)[stack].region,)
        case arguments:
            held = [body.get(argument) for argument in arguments]
            return tuple(holder if is_written(holder) else (stack, holder) for holder in held)


def empty_blocks(document: Document) -> Iterator[str]:
    """Blocks and lists with nothing in them, which providers refuse or take for something else."""
    for section, allowed in (("resource", MEANT_EMPTY), ("ephemeral", set()), ("data", set())):
        for type_, _, body in things(document, section):
            # A thing itself may do without arguments.
            yield from sorted(set(_empty(body, type_)) - allowed - {type_})
    for name, provider in document["provider"].items():
        yield from set(_empty(provider, name)) - {f"{name}.features"}


def _empty(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict | list) and not value:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _empty(item, f"{path}.{key}")
    if isinstance(value, list):
        for item in value:
            yield from _empty(item, path)


def mentions_of_other_regions(stack: str, document: Document, environment: Environment) -> Iterator[str]:
    """Texts of a stack that name a region of the environment which is not the stack's.

    What is about other regions by its nature may name them; what a plan looks up, and where it does so, may not.
    """
    said = strings({key: value for key, value in document.items() if key not in ("//", "resource", "output")})
    if not _joins_regions(stack, environment):
        said += strings([body for _, name, body in things(document) if not name.startswith(_ABOUT_OTHERS)])
    own = regions_of(environment)[stack].region
    for other in {region.region for region in environment.regions.values()} - {own}:
        # A zone of AWS is its region's name and a letter; and `centralus` is no part of `southcentralus`.
        mention = re.compile(rf"(?<![a-z0-9]){re.escape(other)}(?![0-9]|[a-z]{{2}})")
        yield from (f"{stack} mentions {other}: {text}" for text in said if mention.search(text.replace(stack, "")))


def _joins_regions(stack: str, environment: Environment) -> bool:
    names = environment.names
    pushes = {names.link_stack(source.location, target.location) for source, target in links(environment)}
    return stack in {names.routing_stack(), *pushes, *pipeline_stacks(environment)}


def references_to_elsewhere(document: Document) -> Iterator[str]:
    """References to what the stack itself does not have."""
    if "terraform_remote_state" in document.get("data", {}):
        yield "the state of another stack is read"
    for text in strings(document):
        for section, type_, name in _REFERENCE.findall(text) if "${" in text else ():
            if name not in document.get(section or "resource", {}).get(type_, {}):
                yield f"{text} asks for {type_}.{name}, which is not in the stack"


def providers_out_of_use(document: Document) -> Iterator[str]:
    """Providers that are required, configured or used, but not all of the three."""
    types = {type_ for section in ("resource", "data", "ephemeral") for type_ in document.get(section, {})}
    used = {type_.split("_", 1)[0] for type_ in types} - {"terraform"}
    required, configured = set(document["terraform"]["required_providers"]), set(document["provider"])
    yield from (required | configured | used) - (required & configured & used)


def without_tags(document: Document, cloud: Cloud, tags: Mapping[str, str]) -> Iterator[str]:
    """Things that lack tags of the environment."""
    match cloud:
        case Cloud.AWS:
            if document["provider"]["aws"][0].get("default_tags") != [{"tags": tags}]:
                yield "the tags that the aws provider gives are others"
        case Cloud.GOOGLE:
            if document["provider"]["google"][0].get("default_labels") != labels(tags):
                yield "the labels that the google provider gives are others"
        case Cloud.AZURE:
            for type_, name, body in things(document):
                if not tags.items() <= body.get("tags", tags).items():
                    yield f"{type_}.{name} lacks tags"


def faults(environment: Environment, documents: Documents) -> list[str]:
    """Everything that is wrong with the stacks of an environment."""
    regions = regions_of(environment)
    found = [f"there is a stack {name} too many or too few" for name in set(documents) ^ set(regions)]
    found += names_used_twice((environment, documents))
    for stack, document in documents.items():
        found += names_out_of_limits(document)
        found += (f"{path} is empty" for path in empty_blocks(document))
        found += mentions_of_other_regions(stack, document, environment)
        found += references_to_elsewhere(document)
        found += (f"{stack} has no use for provider {name}" for name in providers_out_of_use(document))
        found += without_tags(document, regions[stack].cloud, environment.all_tags)
    return found
