"""Whose clouds an environment is deployed into."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from backstay.topology.forms import Cidr, Form
from backstay.topology.references import GoogleProject, Uuid, VaultId
from backstay.topology.region import RegionName
from backstay.topology.spec import Spec

AwsAccount = Annotated[str, Form("the twelve digits of an AWS account", r"[0-9]{12}", ("123456789012",))]
RoleArn = Annotated[
    str,
    Form(
        "the ARN of an IAM role",
        r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[!-~]+",
        ("arn:aws:iam::123456789012:role/deploy",),
    ),
]


class AwsSpec(Spec):
    """The AWS account that the environment belongs to."""

    account: AwsAccount
    """The account's twelve digits, in quotes; a deployment into any other account is refused."""

    deploy_role: RoleArn | None = None
    """A role to assume for deploying."""


class AzureSpec(Spec):
    """The Azure subscription that the environment belongs to."""

    subscription: Uuid
    """The subscription's id; nothing is deployed into any other."""

    tenant: Uuid
    """The Entra tenant's id."""

    vaults: Mapping[RegionName, VaultId] = Field(default_factory=dict)
    """Existing key vaults with the secrets that the service needs, one for each region."""

    deploy_from: tuple[Cidr, ...] = ()
    """Public networks that deployments come from. Where given, key vaults and state storage answer these only."""


class GoogleSpec(Spec):
    """The Google Cloud project that the environment belongs to."""

    project: GoogleProject
    """The project's id; nothing is deployed into any other."""
