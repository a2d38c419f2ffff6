"""Things that a cloud holds already and a file names: each cloud writes their names in its own way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from backstay.topology.cloud import Cloud
from backstay.topology.forms import Form

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_AZURE_GROUP = rf"/subscriptions/{_UUID}/resourceGroups/[A-Za-z0-9._()-]{{1,90}}/providers"
_GOOGLE_PROJECT = r"[a-z][a-z0-9-]{4,28}[a-z0-9]"
_GOOGLE_NAME = r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
_EXAMPLE_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/gpu/providers"

Uuid = Annotated[str, Form("a UUID in lower case", _UUID, ("00000000-0000-0000-0000-000000000000",))]
GoogleProject = Annotated[str, Form("the id of a Google Cloud project", _GOOGLE_PROJECT, ("acme-production",))]
VaultId = Annotated[
    str,
    Form(
        "the resource id of a key vault",
        rf"{_AZURE_GROUP}/Microsoft\.KeyVault/vaults/[A-Za-z][A-Za-z0-9-]{{1,22}}[A-Za-z0-9]",
        (f"{_EXAMPLE_GROUP}/Microsoft.KeyVault/vaults/acme-secrets",),
    ),
]


@dataclass(frozen=True)
class Reference:
    """A kind of thing, and how each cloud that has it writes its name.

    Attributes:
        meaning: the kind, with its article.
        forms: how the clouds write it.
    """

    meaning: str
    forms: Mapping[Cloud, Form]

    @property
    def form(self) -> Form:
        """What a file may say, whatever the cloud; which cloud it has to be is known only beside a region."""
        return Form(
            self.meaning,
            "|".join(f"({form.pattern})" for form in self.forms.values()),
            tuple(form.examples[0] for form in self.forms.values()),
        )

    def misfit(self, value: str, cloud: Cloud) -> str | None:
        """What is wrong with naming the thing so on a cloud; None when nothing is."""
        form = self.forms.get(cloud)
        if form is None:
            return f"{self.meaning} cannot be named on {cloud}"
        if re.fullmatch(form.pattern, value, re.ASCII):
            return None
        return f"{value!r} does not name {self.meaning} of {cloud}; it must be {form.words}"


DNS_ZONE = Reference(
    "a DNS zone",
    {
        Cloud.AWS: Form("a hosted zone's id", r"Z[A-Z0-9]{1,31}", ("Z0123456789ABCDEFGHIJ",)),
        Cloud.AZURE: Form(
            "a DNS zone's resource id",
            rf"{_AZURE_GROUP}/Microsoft\.Network/dnsZones/[A-Za-z0-9_.-]{{1,253}}",
            (f"{_EXAMPLE_GROUP}/Microsoft.Network/dnsZones/example.com",),
        ),
        Cloud.GOOGLE: Form("a managed zone's name", _GOOGLE_NAME, ("example-com",)),
    },
)

RESERVATION = Reference(
    "a capacity reservation",
    {
        Cloud.AWS: Form("its id", r"cr-[0-9a-f]{8,17}", ("cr-0123456789abcdef0",)),
        Cloud.AZURE: Form(
            "the resource id of its group",
            rf"{_AZURE_GROUP}/Microsoft\.Compute/capacityReservationGroups/[A-Za-z0-9_.-]{{1,80}}",
            (f"{_EXAMPLE_GROUP}/Microsoft.Compute/capacityReservationGroups/gpu",),
        ),
        Cloud.GOOGLE: Form(
            "its name, with its project where that is another one",
            rf"(projects/{_GOOGLE_PROJECT}/reservations/)?{_GOOGLE_NAME}",
            ("gpu-reservation", "projects/acme-shared/reservations/gpu"),
        ),
    },
)

IMAGE = Reference(
    "a machine image",
    {
        Cloud.AWS: Form("its id", r"ami-[0-9a-f]{8,17}", ("ami-0123456789abcdef0",)),
        Cloud.AZURE: Form(
            "its resource id, or publisher:offer:sku:version",
            rf"{_AZURE_GROUP}/Microsoft\.Compute/(images/[A-Za-z0-9_.-]{{1,80}}"
            r"|galleries/[A-Za-z0-9_.]{1,80}/images/[A-Za-z0-9_.-]{1,80}(/versions/[0-9.]{1,32})?)"
            r"|[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+:([0-9.]+|latest)",
            (f"{_EXAMPLE_GROUP}/Microsoft.Compute/images/gpu", "canonical:ubuntu-24_04-lts:server:latest"),
        ),
        Cloud.GOOGLE: Form(
            "its path within Google Cloud",
            rf"projects/{_GOOGLE_PROJECT}/global/images/(family/)?{_GOOGLE_NAME}",
            ("projects/acme-images/global/images/family/gpu",),
        ),
    },
)

CERTIFICATE = Reference(
    "a certificate",
    {
        Cloud.AWS: Form(
            "its ARN in Certificate Manager",
            rf"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{{12}}:certificate/{_UUID}",
            ("arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",),
        ),
        Cloud.AZURE: Form(
            "the address of its secret in Key Vault, without a version",
            r"https://[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]\.vault\.azure\.net/secrets/[A-Za-z0-9-]{1,127}",
            ("https://acme-certificates.vault.azure.net/secrets/llm",),
        ),
        Cloud.GOOGLE: Form(
            "its path in Certificate Manager",
            rf"projects/{_GOOGLE_PROJECT}/locations/[a-z0-9-]+/certificates/{_GOOGLE_NAME}",
            ("projects/acme-production/locations/europe-west4/certificates/llm",),
        ),
    },
)
