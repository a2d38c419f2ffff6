"""Reading off the stacks what has to exist before they are applied."""

import datetime
from pathlib import Path

import pytest

from backstay import environment_file
from backstay.cli import presumed
from backstay.sandbox.seeds import HostedZone, MachineImage, Secret
from backstay.terraform import manifest
from backstay.topology import Cloud, Environment
from tests.cli.conftest import ENVIRONMENT
from tests.terraform.apps import Stack, write_app

PROVIDER: Stack = {"provider": {"aws": [{"region": "eu-west-1"}]}}


@pytest.fixture
def environment() -> Environment:
    text = ENVIRONMENT.format(name="development", disposable="true", state="{backend: local}")
    return environment_file.parse(text, file="development.yaml", today=datetime.date(2026, 11, 24))


def seeds(environment: Environment, directory: Path, stack: Stack) -> list[object]:
    write_app(directory, {"east": PROVIDER | stack})
    zone, *others = presumed.seeds(environment, manifest.read(directory))
    assert zone == HostedZone(id="Z0123456789EXAMPLE", name="example.com")
    return others


def test_images_are_those_that_aws_publishes(environment: Environment, tmp_path: Path) -> None:
    names = {"image": {"name": "/aws/service/eks/image_id"}, "own": {"name": "/acme/license"}}
    found = seeds(environment, tmp_path, {"data": {"aws_ssm_parameter": names}})
    assert found == [MachineImage("eu-west-1", "/aws/service/eks/image_id")]


@pytest.mark.parametrize("block", ["data", "ephemeral"])
def test_secrets_are_those_that_are_looked_up_by_name(environment: Environment, tmp_path: Path, block: str) -> None:
    looked_up = {"aws_secretsmanager_secret_version": {"key": {"secret_id": "llm/key"}}}
    assert seeds(environment, tmp_path, {block: looked_up}) == [Secret("eu-west-1", "llm/key")]


def test_what_another_resource_names_is_not_presumed(environment: Environment, tmp_path: Path) -> None:
    looked_up = {"aws_secretsmanager_secret_version": {"key": {"secret_id": "${aws_secretsmanager_secret.key.id}"}}}
    assert seeds(environment, tmp_path, {"data": looked_up}) == []


def test_a_provider_is_emulated_whichever_way_its_source_is_written(tmp_path: Path) -> None:
    sources = {"short": "aws", "long": "registry.terraform.io/hashicorp/aws", "other": "hashicorp/kubernetes"}
    stacks = {
        name: {"terraform": {"required_providers": {"it": {"source": source}}}} for name, source in sources.items()
    }
    write_app(tmp_path, stacks)
    foreign = {stack.name: presumed.foreign_providers(stack) for stack in manifest.read(tmp_path)}
    assert foreign == {"short": [], "long": [], "other": ["hashicorp/kubernetes"]}


def test_a_zone_of_another_cloud_is_not_presumed_here(environment: Environment, tmp_path: Path) -> None:
    write_app(tmp_path, {"east": PROVIDER})
    zone = environment.service.zone.model_copy(update={"cloud": Cloud.GOOGLE, "id": "example-com"})
    service = environment.service.model_copy(update={"zone": zone})
    elsewhere = environment.model_copy(update={"service": service})
    assert presumed.seeds(elsewhere, manifest.read(tmp_path)) == []
