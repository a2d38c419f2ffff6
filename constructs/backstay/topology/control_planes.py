"""Where AWS's global services are changed and read: each has one control plane, in one region.

Source: AWS Fault Isolation Boundaries, appendix A (partitional services) and B (edge services),
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/appendix-a---partitional-service-guidance.html
"""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class ControlPlane:
    """The API by which a global service is changed and read; what it has set up goes on without it.

    Attributes:
        service: the name that requests are signed for.
        title: the name that people know.
        region: where it is.
    """

    service: str
    title: str
    region: str

    def __str__(self) -> str:
        return f"{self.title}'s control plane in {self.region}"


CONTROL_PLANES = {
    plane.service: plane
    for plane in (
        ControlPlane("account", "Account Management", "us-east-1"),
        ControlPlane("cloudfront", "CloudFront", "us-east-1"),
        ControlPlane("iam", "IAM", "us-east-1"),
        ControlPlane("organizations", "Organizations", "us-east-1"),
        ControlPlane("route53", "Route 53", "us-east-1"),
        ControlPlane("route53domains", "Route 53 Domains", "us-east-1"),
        ControlPlane("shield", "Shield", "us-east-1"),
        ControlPlane("globalaccelerator", "Global Accelerator", "us-west-2"),
        ControlPlane("networkmanager", "Network Manager", "us-west-2"),
        ControlPlane("route53-recovery-control-config", "Application Recovery Controller", "us-west-2"),
    )
}
"""By the name that requests are signed for."""

_BY_TYPE = {
    "aws_account_": "account",
    "aws_cloudfront_": "cloudfront",
    "aws_iam_": "iam",
    "aws_organizations_": "organizations",
    "aws_route53_": "route53",
    "aws_route53domains_": "route53domains",
    "aws_shield_": "shield",
    "aws_globalaccelerator_": "globalaccelerator",
    "aws_networkmanager_": "networkmanager",
    "aws_route53recoverycontrolconfig_": "route53-recovery-control-config",
}
# Resolvers are regional, and a policy document is put together by the provider itself.
_NOT_OF_THEM = ("aws_route53_resolver_", "aws_iam_policy_document")


def control_plane_of(resource_type: str) -> ControlPlane | None:
    """The control plane that Terraform asks about resources of a type; None where that is in their own region."""
    if resource_type.startswith(_NOT_OF_THEM):
        return None
    service = next((service for prefix, service in _BY_TYPE.items() if resource_type.startswith(prefix)), None)
    return CONTROL_PLANES[service] if service else None
