"""Whose tokens a role takes: those of one environment's jobs in one repository."""

from backstay.aws.policy import document
from backstay.topology import Access, PipelineSpec
from backstay.topology.pipeline import ISSUER

AUDIENCE = "sts.amazonaws.com"
"""Whom the tokens are for, as the action that logs in to AWS asks for them."""

HOST = ISSUER.removeprefix("https://")
"""The issuer, as ARNs and condition keys name it."""


def trust(spec: PipelineSpec, *, provider: str, environment: str, access: Access) -> str:
    """The trust policy of a role that the jobs of a GitHub environment take.

    A plan runs on any branch that a pull request comes from; what is applied is on the default branch. AWS compares
    claims besides the subject since January 2026:
    https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/

    Args:
        spec: the repository.
        provider: the ARN of the account's provider for GitHub.
        environment: the environment's name.
        access: what the role is for.
    """
    claims = {"aud": AUDIENCE, "sub": list(spec.subjects(environment, access))}
    if spec.repository_id is not None:
        claims["repository_id"] = str(spec.repository_id)
    if access is Access.APPLY:
        claims["ref"] = spec.ref
    return document(
        {
            "Effect": "Allow",
            "Action": ["sts:AssumeRoleWithWebIdentity"],
            "Principal": {"Federated": provider},
            "Condition": {"StringEquals": {f"{HOST}:{claim}": wanted for claim, wanted in claims.items()}},
        }
    )
