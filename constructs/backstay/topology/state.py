"""Where Terraform's state is kept."""

from typing import Annotated, Literal

from pydantic import Field

from backstay.topology.cloud import Cloud
from backstay.topology.forms import Form, HostName
from backstay.topology.spec import Spec

# The limits are those of each service's naming rules.
ResourceGroup = Annotated[str, Form("a resource group", r"[A-Za-z0-9._()-]+", ("rg-terraform",), longest=90)]
StorageAccount = Annotated[
    str, Form("a storage account: 3 to 24 lower-case letters and digits", r"[a-z0-9]{3,24}", ("acmetfstate",))
]
Container = Annotated[
    str,
    Form(
        "a container: 3 to 63 lower-case letters, digits and single hyphens",
        r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*",
        ("tfstate",),
    ),
]
Bucket = Annotated[
    str,
    Form(
        "a bucket: 3 to 63 lower-case letters, digits, hyphens and underscores",
        r"[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]",
        ("acme-terraform-state",),
    ),
]
Organization = Annotated[
    str,
    Form("an organization: 3 to 40 letters, digits, hyphens and underscores", r"[A-Za-z0-9_-]{3,40}", ("acme",)),
]


class S3State(Spec):
    """A bucket and a lock table in each region, made by Backstay: a region's state lives in that region."""

    backend: Literal["s3"]
    """Amazon S3."""

    lock: Literal["table-and-file", "file", "table"] = "table-and-file"
    """What locks the state: a DynamoDB table, a lock file in the bucket (Terraform 1.10 and newer), or both."""


class AzureState(Spec):
    """Azure Blob Storage, in each region; the blob's lease is the lock.

    Made by Backstay, unless an account that exists already is named, which then holds the state of every region.
    """

    backend: Literal["azurerm"]
    """Azure Blob Storage."""

    resource_group: ResourceGroup | None = None
    """The resource group of an existing storage account."""

    storage_account: StorageAccount | None = None
    """An existing storage account."""

    container: Container | None = None
    """An existing container in it."""

    def contradiction(self) -> str | None:
        """An existing container is named in full."""
        given = {name: getattr(self, name) for name in ("resource_group", "storage_account", "container")}
        missing = [name for name, value in given.items() if value is None]
        if 0 < len(missing) < len(given):
            return (
                f"state backend 'azurerm' lacks {' and '.join(missing)}; name all three of an existing container, "
                "or none, so that Backstay makes them"
            )
        return None


class GoogleState(Spec):
    """Google Cloud Storage, in each region; it locks by itself.

    Made by Backstay, unless a bucket that exists already is named, which then holds the state of every region.
    """

    backend: Literal["gcs"]
    """Google Cloud Storage."""

    bucket: Bucket | None = None
    """An existing bucket."""


class NativeState(Spec):
    """Each region's state in that region, in the store of its own cloud: `s3`, `azurerm` or `gcs`, made by Backstay."""

    backend: Literal["native"]
    """The store of the region's own cloud."""


class TerraformCloudState(Spec):
    """Terraform Cloud, with a workspace per stack named like the stack."""

    backend: Literal["cloud"]
    """Terraform Cloud."""

    organization: Organization
    """The organization that owns the workspaces."""

    hostname: HostName = "app.terraform.io"
    """The host, for a Terraform Enterprise of your own."""


class LocalState(Spec):
    """A file beside the stack. Only for environments that may be lost."""

    backend: Literal["local"]
    """The local disk."""


StateSpec = Annotated[
    S3State | AzureState | GoogleState | NativeState | TerraformCloudState | LocalState,
    Field(discriminator="backend"),
]
RegionalState = S3State | AzureState | GoogleState | TerraformCloudState | LocalState

_OF_CLOUD: dict[Cloud, RegionalState] = {
    Cloud.AWS: S3State(backend="s3"),
    Cloud.AZURE: AzureState(backend="azurerm"),
    Cloud.GOOGLE: GoogleState(backend="gcs"),
}


def state_on(cloud: Cloud, state: StateSpec) -> RegionalState:
    """What an environment's state means for the regions of one cloud."""
    return _OF_CLOUD[cloud] if isinstance(state, NativeState) else state


def is_made_by_backstay(state: RegionalState) -> bool:
    """Whether each region has a stack that makes the place of its state."""
    match state:
        case S3State() | AzureState(storage_account=None) | GoogleState(bucket=None):
            return True
        case _:
            return False
