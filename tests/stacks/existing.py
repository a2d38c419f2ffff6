"""What an environment may name that its clouds hold already."""

from typing import Any

from backstay.topology import Cloud

ACCOUNT, PROJECT = "123456789012", "acme-production"
UUID = "00000000-0000-0000-0000-000000000000"
GROUP = f"/subscriptions/{UUID}/resourceGroups/shared/providers"
VAULT = f"{GROUP}/Microsoft.KeyVault/vaults/acme-secrets"
DEPLOY_ROLE = "arn:aws:iam::123456789012:role/deploy"
# The key is nobody's: it is zero.
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

ZONES = {
    Cloud.AWS: "Z0123456789EXAMPLE",
    Cloud.AZURE: f"{GROUP}/Microsoft.Network/dnsZones/example.com",
    Cloud.GOOGLE: "example-com",
}
CERTIFICATES = {
    Cloud.AWS: "arn:aws:acm:{region}:123456789012:certificate/" + UUID,
    Cloud.AZURE: "https://acme-certificates.vault.azure.net/secrets/llm",
    Cloud.GOOGLE: "projects/acme-production/locations/{region}/certificates/llm",
}
RESERVATIONS = {
    Cloud.AWS: ["cr-0123456789abcdef0"],
    Cloud.AZURE: [f"{GROUP}/Microsoft.Compute/capacityReservationGroups/gpu"],
    Cloud.GOOGLE: ["gpu", "projects/acme-shared/reservations/gpu"],
}
IMAGES = {
    Cloud.AWS: ["ami-0123456789abcdef0"],
    Cloud.AZURE: [
        f"{GROUP}/Microsoft.Compute/images/gpu",
        f"{GROUP}/Microsoft.Compute/galleries/shared/images/gpu",
        f"{GROUP}/Microsoft.Compute/galleries/shared/images/gpu/versions/1.0.0",
        "canonical:ubuntu-24_04-lts:server:latest",
    ],
    Cloud.GOOGLE: ["projects/acme-images/global/images/gpu", "projects/acme-images/global/images/family/gpu"],
}
ADMINS = [
    {"role_arn": "arn:aws:iam::123456789012:role/platform"},
    {"entra_group": UUID},
    {"google_member": "group:platform@example.com"},
]
BACKENDS = {Cloud.AWS: "s3", Cloud.AZURE: "azurerm", Cloud.GOOGLE: "gcs"}
STATES: list[dict[str, Any]] = [
    {"backend": "native"},
    {"backend": "azurerm", "resource_group": "terraform", "storage_account": "acmestate", "container": "tfstate"},
    {"backend": "gcs", "bucket": "acme-state"},
    {"backend": "cloud", "organization": "acme"},
]
SECRETS = [
    {"name": "VLLM_API_KEY", "variable": "llm_api_key"},
    {"name": "HF_TOKEN", "stored_as": "acme/production/hf-token"},
    {"name": "OTHER_TOKEN", "stored_as": "acme_other.token@1", "revision": 2},
]
