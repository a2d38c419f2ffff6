"""Where Terraform's state is kept."""

from typing import Annotated, Literal

from pydantic import Field

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
    """A container in an Azure storage account that exists already; the blob lease is the lock."""

    backend: Literal["azurerm"]
    """Azure Blob Storage."""

    resource_group: ResourceGroup
    """The storage account's resource group."""

    storage_account: StorageAccount
    """The storage account."""

    container: Container
    """The container."""


class GoogleState(Spec):
    """A Google Cloud Storage bucket that exists already; it locks by itself."""

    backend: Literal["gcs"]
    """Google Cloud Storage."""

    bucket: Bucket
    """The bucket."""


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
    S3State | AzureState | GoogleState | TerraformCloudState | LocalState, Field(discriminator="backend")
]
