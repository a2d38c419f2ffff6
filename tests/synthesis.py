"""The stacks of an environment as documents, synthesized once for all tests that read them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from cdktf import App

from backstay import environment_file
from backstay.testing import without_nulls
from backstay.topology import Environment, Region
from backstay.topology.links import links
from backstay.topology.pipeline_access import pipelines
from backstay.topology.routes import home, routes
from backstay.topology.state import is_made_by_backstay
from backstay.topology.stores import has_replicas
from stacks import add_stacks

PROJECT = Path(__file__).parents[1]
ENVIRONMENTS = environment_file.names(PROJECT)

Document = dict[str, Any]


def synthesize(environment: Environment, folder: Path) -> dict[str, Document]:
    """Synthesize an environment into a folder, and read every stack's document by the stack's name."""
    return {name: without_nulls(json.loads(text)) for name, text in written(environment, folder).items()}


def written(environment: Environment, folder: Path) -> dict[str, str]:
    """Synthesize an environment into a folder: every stack's file, as it is written, by the stack's name."""
    app = App(outdir=str(folder))
    add_stacks(app, environment)
    app.synth()
    return {stack.name: (stack / "cdk.tf.json").read_text() for stack in sorted((folder / "stacks").iterdir())}


def regions_of(environment: Environment) -> dict[str, Region]:
    """The region that each of an environment's stacks belongs to, by the stack's name."""
    names = environment.names
    found: dict[str, Region] = {}
    for region in environment.regions.values():
        place = region.location
        if is_made_by_backstay(environment.state_of(region)):
            found[names.state_stack(place)] = region
        found[names.region_stack(place)] = region
        if region.cluster:
            found[names.workloads_stack(place)] = region
        if has_replicas(environment, region):
            found[names.replicas_stack(place)] = region
    for source, target in links(environment):
        found[names.link_stack(source.location, target.location)] = source
    for cloud, region in pipelines(environment).items():
        found[names.pipeline_stack(cloud)] = region
    if role := home(environment):
        at_home = {
            names.zone_stack(): environment.service.zone.create,
            names.routing_stack(): routes(environment) is not None,
        }
        found |= {stack: environment.regions[role] for stack, is_there in at_home.items() if is_there}
    return found


@cache
def documents(name: str) -> dict[str, Document]:
    """The documents of a shipped environment."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return synthesize(environment(name), Path(folder))


@cache
def environment(name: str) -> Environment:
    """A shipped environment."""
    return environment_file.load(environment_file.find(name, PROJECT))


def strings(value: Any) -> list[str]:
    """Every string in a document, keys included."""
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *strings(item))]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []
