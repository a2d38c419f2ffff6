"""What a deployment presumes to exist, read off its synthesized stacks, for a cloud that begins empty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backstay.sandbox import left_out
from backstay.sandbox.seeds import HostedZone, MachineImage, Secret, Seed
from backstay.topology import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backstay.terraform import SynthesizedStack
    from backstay.topology import Environment

_EMULATED = ("aws",)
# How each kind of look-up says which secret it wants.
_SECRETS = {"aws_secretsmanager_secret": "name", "aws_secretsmanager_secret_version": "secret_id"}


def foreign_providers(stack: SynthesizedStack) -> list[str]:
    """Return the providers that the stack needs and the embedded cloud does not emulate."""
    required = _configuration(stack).get("terraform", {}).get("required_providers", {})
    sources = (str(provider["source"]) for provider in required.values())
    return sorted(source for source in sources if source.rpartition("/")[2] not in _EMULATED)


def absent_types(stacks: Sequence[SynthesizedStack]) -> dict[str, list[str]]:
    """Return the resource types of each stack that the embedded cloud does not have, by the stack's name."""
    return {stack.name: left_out.types(_configuration(stack)) for stack in stacks}


def region_of(stack: SynthesizedStack) -> str:
    """Return the region of the stack's AWS provider."""
    return _region(_configuration(stack))


def seeds(environment: Environment, stacks: Sequence[SynthesizedStack]) -> list[Seed]:
    """Return the DNS zone, the machine images and the secrets that the stacks look up."""
    zone = environment.service.zone
    exists = zone.cloud is Cloud.AWS and not zone.create
    found: list[Seed] = [HostedZone(id=str(zone.id), name=zone.name)] if exists else []
    for stack in stacks:
        found += _looked_up(_configuration(stack))
    return list(dict.fromkeys(found))


def _looked_up(configuration: dict[str, Any]) -> Iterator[Seed]:
    region = _region(configuration)
    data = configuration.get("data", {})
    for parameter in data.get("aws_ssm_parameter", {}).values():
        # AWS publishes its images under this prefix; other parameters are somebody's own.
        if str(parameter.get("name", "")).startswith("/aws/service/"):
            yield MachineImage(region, parameter["name"])
    for block in (data, configuration.get("ephemeral", {})):
        for kind, argument in _SECRETS.items():
            for secret in block.get(kind, {}).values():
                name = str(secret.get(argument, ""))
                # A reference to another resource is not presumed but made.
                if name and "${" not in name:
                    yield Secret(region, name)


def _configuration(stack: SynthesizedStack) -> dict[str, Any]:
    return json.loads((stack.directory / "cdk.tf.json").read_text(encoding="utf-8"))


def _region(configuration: dict[str, Any]) -> str:
    # A stack belongs to one region and has one provider.
    (provider,) = configuration["provider"]["aws"]
    return provider["region"]
