"""Who workflows are on each cloud, computed, so that they store no name; and the stacks that make them."""

from backstay.topology.cloud import Cloud
from backstay.topology.environment import Environment
from backstay.topology.pipeline import Access
from backstay.topology.region import Region

BOUNDARY = "boundary"
"""The purpose of the policy on AWS that bounds the roles which a workflow makes."""


def pipelines(environment: Environment) -> dict[Cloud, Region]:
    """The region that keeps the state of the stack with the pipeline's identities, for each cloud that has one.

    That is the first of the cloud's regions; nothing without a pipeline.
    """
    if environment.pipeline is None:
        return {}
    first: dict[Cloud, Region] = {}
    for region in environment.regions.values():
        first.setdefault(region.cloud, region)
    return first


def pipeline_stacks(environment: Environment) -> frozenset[str]:
    """The stacks that people apply and no workflow does, since they say what workflows may do."""
    return frozenset(environment.names.pipeline_stack(cloud) for cloud in pipelines(environment))


def aws_role(environment: Environment, access: Access) -> str:
    """The ARN of the role that a workflow takes on AWS.

    Raises:
        ValueError: when the environment has no AWS account.
    """
    if environment.aws is None:
        raise ValueError(f"{environment.name} names no AWS account; add one as aws.account")
    # The catalog knows no region of another partition.
    return f"arn:aws:iam::{environment.aws.account}:role/{environment.names.pipeline_role(access)}"


def aws_role_boundary(environment: Environment) -> str | None:
    """The ARN of the policy that bounds the roles which a workflow makes; None where none makes any."""
    if environment.pipeline is None or environment.aws is None:
        return None
    return f"arn:aws:iam::{environment.aws.account}:policy/{environment.names.pipeline_role(BOUNDARY)}"


def google_service_account(environment: Environment, access: Access) -> str:
    """The address of the service account that a workflow takes on Google Cloud.

    Raises:
        ValueError: when the environment has no Google Cloud project.
    """
    if environment.google is None:
        raise ValueError(f"{environment.name} names no Google Cloud project; add one as google.project")
    return f"{environment.names.pipeline_account(access)}@{environment.google.project}.iam.gserviceaccount.com"
