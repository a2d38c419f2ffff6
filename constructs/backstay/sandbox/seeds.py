"""What an environment presumes to exist, put into the embedded cloud before the apply."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class HostedZone:
    """A public Route 53 zone with a given id."""

    id: str
    name: str


@dataclass(frozen=True)
class Secret:
    """A Secrets Manager secret; its value is random and known to nobody."""

    region: str
    name: str


@dataclass(frozen=True)
class MachineImage:
    """An AMI that AWS publishes, and the public SSM parameter that holds its id.

    The parameter's value is the plain id, as under `/aws/service/eks/...` and
    `/aws/service/deeplearning/ami/...`.
    """

    region: str
    parameter: str

    @property
    def root_device(self) -> str:
        """What the image calls its root disk: Ubuntu has a name of its own for it."""
        return "/dev/sda1" if "ubuntu" in self.parameter else "/dev/xvda"

    @property
    def id(self) -> str:
        """The same id for the same parameter and region, in every run."""
        return "ami-" + hashlib.sha256(f"{self.region} {self.parameter}".encode()).hexdigest()[:17]


Seed = HostedZone | Secret | MachineImage

_KINDS: dict[str, type[Seed]] = {kind.__name__: kind for kind in (HostedZone, Secret, MachineImage)}


def packed(seeds: Sequence[Seed]) -> list[dict[str, Any]]:
    """Seeds as JSON values, for the way to the emulator."""
    return [{"kind": type(seed).__name__, **asdict(seed)} for seed in seeds]


def plant(account: str, seeds: list[dict[str, Any]]) -> None:
    """Put packed seeds into the emulator that runs in this process; planting twice changes nothing."""
    for packed_seed in seeds:
        seed = _KINDS[packed_seed["kind"]](**{k: v for k, v in packed_seed.items() if k != "kind"})
        match seed:
            case HostedZone():
                _plant_zone(account, seed)
            case Secret():
                _plant_secret(account, seed)
            case MachineImage():
                _plant_image(account, seed)


def _plant_zone(account: str, zone: HostedZone) -> None:
    from moto.route53.models import route53_backends

    backend = route53_backends[account]["aws"]
    if zone.id in backend.zones:
        return
    created = backend.create_hosted_zone(f"{zone.name.rstrip('.')}.", private_zone=False)
    del backend.zones[created.resource_id]
    created.resource_id = zone.id
    backend.zones[zone.id] = created


def _plant_secret(account: str, secret: Secret) -> None:
    from moto.secretsmanager.models import secretsmanager_backends

    backend = secretsmanager_backends[account][secret.region]
    if secret.name in backend.secrets:
        return
    backend.create_secret(
        name=secret.name,
        secret_string=secrets.token_urlsafe(24),
        secret_binary=None,
        description="presumed to exist",
        tags=[],
        kms_key_id=None,
        client_request_token=None,
        replica_regions=[],
        force_overwrite=False,
    )


def _plant_image(account: str, image: MachineImage) -> None:
    from moto.ec2.models import ec2_backends
    from moto.ec2.models.amis import Ami
    from moto.ssm.models import Parameter, ssm_backends

    images = ec2_backends[account][image.region]
    if image.id in images.amis:
        return
    ami: Any = Ami(
        images,
        image.id,
        name=image.parameter.strip("/").replace("/", "-"),
        owner_id="801119661308",  # Amazon's own account for public images
        owner_alias="amazon",
        public=True,
        virtualization_type="hvm",
        architecture="arm64" if "arm64" in image.parameter else "x86_64",
        image_type="machine",
        hypervisor="xen",
        root_device_type="ebs",
        root_device_name=image.root_device,
        region_name=f"{image.region}a",
    )
    images.amis[image.id] = ami
    published: Any = Parameter(
        account_id=account,
        name=image.parameter,
        value=image.id,
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=datetime.now(UTC),
        version=1,
        data_type="text",
    )
    # PutParameter refuses the /aws/ namespace, as AWS does, so the store itself is written.
    ssm_backends[account][image.region]._parameters[image.parameter].append(published)
