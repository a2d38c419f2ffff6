"""Where Terraform's state is kept."""

from typing import Annotated, Literal

from pydantic import Field

from backstay.topology.spec import Spec


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

    resource_group: str = Field(pattern=r"^[A-Za-z0-9._()-]{1,90}$")
    """The storage account's resource group."""

    storage_account: str = Field(pattern=r"^[a-z0-9]{3,24}$")
    """The storage account."""

    container: str = Field(pattern=r"^[a-z0-9](-?[a-z0-9]){2,62}$")
    """The container."""


class GoogleState(Spec):
    """A Google Cloud Storage bucket that exists already; it locks by itself."""

    backend: Literal["gcs"]
    """Google Cloud Storage."""

    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$")
    """The bucket."""


class TerraformCloudState(Spec):
    """Terraform Cloud, with a workspace per stack named like the stack."""

    backend: Literal["cloud"]
    """Terraform Cloud."""

    organization: str = Field(pattern=r"^[A-Za-z0-9_-]{3,40}$")
    """The organization that owns the workspaces."""

    hostname: str = "app.terraform.io"
    """The host, for a Terraform Enterprise of your own."""


class LocalState(Spec):
    """A file beside the stack. Only for environments that may be lost."""

    backend: Literal["local"]
    """The local disk."""


StateSpec = Annotated[
    S3State | AzureState | GoogleState | TerraformCloudState | LocalState, Field(discriminator="backend")
]
