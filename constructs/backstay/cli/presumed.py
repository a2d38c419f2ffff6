"""What a deployment presumes to exist, read off its synthesized stacks, for a cloud that begins empty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backstay.sandbox.seeds import HostedZone, MachineImage, Secret, Seed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backstay.terraform import SynthesizedStack
    from backstay.topology import Environment

_EMULATED = ("aws",)


def foreign_providers(stack: SynthesizedStack) -> list[str]:
    """Return the providers that the stack needs and the embedded cloud does not emulate."""
    required = _configuration(stack).get("terraform", {}).get("required_providers", {})
    sources = (str(provider["source"]) for provider in required.values())
    return sorted(source for source in sources if source.rpartition("/")[2] not in _EMULATED)


def seeds(environment: Environment, stacks: Sequence[SynthesizedStack]) -> list[Seed]:
    """Return the DNS zone, the machine images and the secrets that the stacks look up."""
    zone = environment.service.zone
    found: list[Seed] = [HostedZone(id=zone.id, name=zone.name)]
    for stack in stacks:
        found += _looked_up(_configuration(stack))
    return list(dict.fromkeys(found))


def _looked_up(configuration: dict[str, Any]) -> Iterator[Seed]:
    region = region_of(configuration)
    data = configuration.get("data", {})
    for parameter in data.get("aws_ssm_parameter", {}).values():
        # AWS publishes its images under this prefix; other parameters belong to somebody.
        if str(parameter.get("name", "")).startswith("/aws/service/"):
            yield MachineImage(region, parameter["name"])
    ephemeral = configuration.get("ephemeral", {})
    for kind in (data, ephemeral):
        for name in ("aws_secretsmanager_secret", "aws_secretsmanager_secret_version"):
            for secret in kind.get(name, {}).values():
                yield Secret(region, secret.get("name") or secret["secret_id"])


def region_of(configuration: dict[str, Any]) -> str:
    """Return the region of a stack's one AWS provider."""
    (provider,) = configuration["provider"]["aws"]
    return provider["region"]


def _configuration(stack: SynthesizedStack) -> dict[str, Any]:
    return json.loads((stack.directory / "cdk.tf.json").read_text(encoding="utf-8"))
