"""Rules about what an environment has in its clouds already: accounts, secrets, images, reservations, certificates."""

from collections.abc import Iterator
from typing import Any

from backstay.topology.catalog import GpuType, catalog
from backstay.topology.cloud import Cloud
from backstay.topology.references import CERTIFICATE, IMAGE, RESERVATION, Reference
from backstay.topology.region import Region
from backstay.topology.rules.rule import Case, Finding, Place, RegionCase, region_rule, rule

_ACCOUNTS = {
    Cloud.AWS: ("account", 'aws: {account: "..."}'),
    Cloud.AZURE: ("subscription", "azure: {subscription: ..., tenant: ...}"),
    Cloud.GOOGLE: ("project", "google: {project: ...}"),
}


@rule("account-given")
def account_given(case: Case) -> Iterator[Finding]:
    """Without it a deployment could land in any account, subscription or project."""
    environment = case.environment
    owners = {Cloud.AWS: environment.aws, Cloud.AZURE: environment.azure, Cloud.GOOGLE: environment.google}
    told: set[Cloud] = set()
    for role, region in environment.regions.items():
        if owners[region.cloud] is None and region.cloud not in told:
            told.add(region.cloud)
            kind, example = _ACCOUNTS[region.cloud]
            yield (
                ("regions", role, "cloud"),
                f"region {role!r} is on {region.cloud}, and no {kind} is given; add {example} to the environment",
            )


def _references(region: Region) -> Iterator[tuple[Place, Reference, str | None]]:
    """Everything that a region names in its cloud."""
    nodes = region.cluster.gpu_nodes if region.cluster else None
    if nodes and nodes.reservation:
        yield ("cluster", "gpu_nodes", "reservation", "id"), RESERVATION, nodes.reservation.id
    for section, machines in (("fleet", region.fleet), ("instances", region.instances)):
        if machines and machines.reservation:
            yield (section, "reservation", "id"), RESERVATION, machines.reservation.id
        if machines:
            yield (section, "image"), IMAGE, machines.image
    if region.fleet:
        yield ("fleet", "certificate"), CERTIFICATE, region.fleet.certificate


@region_rule("reference-fits-cloud")
def reference_fits_cloud(case: RegionCase) -> Iterator[Finding]:
    """Clouds write the names of what they hold in their own ways, and find nothing by another's."""
    for place, reference, value in _references(case.region):
        if value is not None and (misfit := reference.misfit(value, case.region.cloud)):
            yield place, misfit


@region_rule("capacity-block-on-aws")
def capacity_block_on_aws(case: RegionCase) -> Iterator[Finding]:
    """Capacity blocks with an end date are something that only AWS sells."""
    region = case.region
    nodes = region.cluster.gpu_nodes if region.cluster else None
    holders: list[tuple[Place, Any]] = [
        (("cluster", "gpu_nodes"), nodes),
        (("fleet",), region.fleet),
        (("instances",), region.instances),
    ]
    for place, holder in holders:
        reservation = holder.reservation if holder else None
        if reservation and reservation.kind == "capacity-block" and region.cloud is not Cloud.AWS:
            yield (
                (*place, "reservation", "kind"),
                f"reservation {reservation.id!r} is a capacity-block, which {region.cloud} does not have; "
                "write on-demand",
            )


@region_rule("ssh-key-given")
def ssh_key_given(case: RegionCase) -> Iterator[Finding]:
    """Azure makes no machine without somebody who may log in."""
    region = case.region
    for section, machines in (("fleet", region.fleet), ("instances", region.instances)):
        if region.cloud is Cloud.AZURE and machines and machines.ssh_public_key is None:
            yield (
                (section, "ssh_public_key"),
                f"{section} in region {case.role!r} must have an ssh_public_key, since azure makes no machine without; "
                "give the public key of whoever may log in",
            )


@region_rule("image-given")
def image_given(case: RegionCase) -> Iterator[Finding]:
    """Public images lack a driver for some GPUs, and Azure's extension installs none on ARM processors."""
    region, types = case.region, catalog(case.region.cloud).gpu_types
    for section, machines in (("fleet", region.fleet), ("instances", region.instances)):
        size = types.get(machines.instance_type) if machines else None
        if machines and machines.image is None and size and _lacks_driver(region.cloud, size):
            yield (
                (section, "image"),
                f"{section} in region {case.role!r} must have an image, since {region.cloud} offers none with a driver "
                f"for {machines.instance_type!r} ({size.gpu}, {size.architecture}); name an image of your own",
            )


def _lacks_driver(cloud: Cloud, size: GpuType) -> bool:
    match cloud:
        case Cloud.AWS:
            # NVIDIA's open driver starts with the generation after Volta.
            return size.gpu == "V100"
        case Cloud.AZURE:
            return size.architecture == "arm64"
        case Cloud.GOOGLE:
            return False


@region_rule("certificate-given")
def certificate_given(case: RegionCase) -> Iterator[Finding]:
    """A certificate can be requested only where one cloud holds both the machines and the clients' zone."""
    region, zone = case.region, case.environment.service.zone
    requested = region.cloud is Cloud.AWS and zone.cloud is Cloud.AWS
    if region.fleet and region.fleet.certificate is None and not requested:
        form = CERTIFICATE.forms[region.cloud]
        yield (
            ("fleet", "certificate"),
            f"the fleet in region {case.role!r} has no certificate, and one is requested only where region and zone "
            f"are both on aws; name an existing one: {form.words}",
        )


@region_rule("vault-given")
def vault_given(case: RegionCase) -> Iterator[Finding]:
    """Azure keeps secrets in vaults, and their names are unique in the world, so that none can be guessed."""
    environment, region = case.environment, case.region
    stored = [secret.name for secret in environment.secrets if secret.stored_as]
    vaults = environment.azure.vaults if environment.azure else {}
    if region.cloud is Cloud.AZURE and region.cluster and stored and region.region not in vaults:
        yield (
            ("region",),
            f"region {region.region!r} has no vault, and {', '.join(stored)} must come from one; "
            f"add azure: {{vaults: {{{region.region}: ...}}}} to the environment",
        )


@region_rule("secrets-route-fits-cloud")
def secrets_route_fits_cloud(case: RegionCase) -> Iterator[Finding]:
    """EKS has the CSI driver as an add-on only, whose part for AWS stays away from tainted nodes, as GPU nodes are."""
    environment, region = case.environment, case.region
    mounted = [secret.name for secret in environment.mounted_secrets(region)]
    if region.cloud is Cloud.AWS and region.cluster and mounted:
        yield (
            ("secrets_route",) if region.secrets_route else ("cloud",),
            f"region {case.role!r} is on aws, where the secrets_route is ephemeral only, and {', '.join(mounted)} "
            "would come by csi; give the region a secrets_route: ephemeral of its own",
        )


@rule("secrets-distinct")
def secrets_distinct(case: Case) -> Iterator[Finding]:
    """One name holds one secret."""
    seen: set[str] = set()
    for index, secret in enumerate(case.environment.secrets):
        if secret.name in seen:
            yield ("secrets", index, "name"), f"secret {secret.name!r} is listed twice; names must be distinct"
        seen.add(secret.name)
