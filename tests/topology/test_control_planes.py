"""Which control planes Terraform asks about a resource."""

import pytest

from backstay.topology.control_planes import control_plane_of


@pytest.mark.parametrize(
    ("resource_type", "title", "region"),
    [
        ("aws_iam_role_policy", "IAM", "us-east-1"),
        ("aws_route53_record", "Route 53", "us-east-1"),
        ("aws_cloudfront_distribution", "CloudFront", "us-east-1"),
        ("aws_globalaccelerator_endpoint_group", "Global Accelerator", "us-west-2"),
        ("aws_route53recoverycontrolconfig_cluster", "Application Recovery Controller", "us-west-2"),
    ],
)
def test_resources_of_global_services_are_asked_about_in_one_region(
    resource_type: str, title: str, region: str
) -> None:
    plane = control_plane_of(resource_type)
    assert plane is not None
    assert (plane.title, plane.region) == (title, region)


@pytest.mark.parametrize(
    "resource_type",
    ["aws_s3_bucket", "aws_route53_resolver_endpoint", "aws_iam_policy_document", "azurerm_resource_group"],
)
def test_all_else_is_asked_about_where_it_is(resource_type: str) -> None:
    assert control_plane_of(resource_type) is None
