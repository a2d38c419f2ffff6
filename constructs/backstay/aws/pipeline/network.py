"""What an apply may do with networks and machines."""

from backstay.aws.pipeline.reach import ANY, Reach, both
from backstay.aws.policy import Statement, allow

_MAKE = (
    "ec2:AllocateAddress",
    "ec2:CreateFlowLogs",
    "ec2:CreateInternetGateway",
    "ec2:CreateLaunchTemplate",
    "ec2:CreateNatGateway",
    "ec2:CreateRouteTable",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSubnet",
    "ec2:CreateVpc",
    "ec2:CreateVpcEndpoint",
    "ec2:RunInstances",
)
_CHANGE = (
    "ec2:AssociateRouteTable",
    "ec2:AttachInternetGateway",
    "ec2:CreateLaunchTemplateVersion",
    "ec2:CreateRoute",
    "ec2:CreateTags",
    "ec2:DeleteFlowLogs",
    "ec2:DeleteInternetGateway",
    "ec2:DeleteLaunchTemplate",
    "ec2:DeleteLaunchTemplateVersions",
    "ec2:DeleteNatGateway",
    "ec2:DeleteRoute",
    "ec2:DeleteRouteTable",
    "ec2:DeleteSecurityGroup",
    "ec2:DeleteSubnet",
    "ec2:DeleteTags",
    "ec2:DeleteVpc",
    "ec2:DeleteVpcEndpoints",
    "ec2:DetachInternetGateway",
    "ec2:DisassociateAddress",
    "ec2:DisassociateRouteTable",
    "ec2:ModifyInstanceAttribute",
    "ec2:ModifyInstanceMetadataOptions",
    "ec2:ModifyLaunchTemplate",
    "ec2:ModifySubnetAttribute",
    "ec2:ModifyVpcAttribute",
    "ec2:ModifyVpcEndpoint",
    "ec2:MonitorInstances",
    "ec2:ReleaseAddress",
    "ec2:ReplaceRoute",
    "ec2:ReplaceRouteTableAssociation",
    "ec2:StartInstances",
    "ec2:StopInstances",
    "ec2:TerminateInstances",
)
# A network's default group, its rules and the interfaces that services leave behind have no tags of anybody's.
_CHANGE_UNTAGGED = (
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:DeleteNetworkInterface",
    "ec2:DetachNetworkInterface",
    "ec2:ModifySecurityGroupRules",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
)
# To these the provider gives tags only when they are there. With machines it must not: whoever may tag another's, and
# then change it, can run anything with the rights that it has.
_TAGGED_LATER = (
    "network-acl",
    "network-interface",
    "route-table",
    "security-group",
    "security-group-rule",
    "volume",
)
_GROUPS = (
    "autoscaling:AttachLoadBalancerTargetGroups",
    "autoscaling:AttachTrafficSources",
    "autoscaling:CancelInstanceRefresh",
    "autoscaling:CreateAutoScalingGroup",
    "autoscaling:CreateOrUpdateTags",
    "autoscaling:DeleteAutoScalingGroup",
    "autoscaling:DeletePolicy",
    "autoscaling:DeleteTags",
    "autoscaling:DetachLoadBalancerTargetGroups",
    "autoscaling:DetachTrafficSources",
    "autoscaling:DisableMetricsCollection",
    "autoscaling:EnableMetricsCollection",
    "autoscaling:PutScalingPolicy",
    "autoscaling:ResumeProcesses",
    "autoscaling:SetInstanceProtection",
    "autoscaling:StartInstanceRefresh",
    "autoscaling:SuspendProcesses",
    "autoscaling:UpdateAutoScalingGroup",
)
_LOAD_BALANCERS = (
    "elasticloadbalancing:AddTags",
    "elasticloadbalancing:CreateListener",
    "elasticloadbalancing:CreateLoadBalancer",
    "elasticloadbalancing:CreateRule",
    "elasticloadbalancing:CreateTargetGroup",
    "elasticloadbalancing:DeleteListener",
    "elasticloadbalancing:DeleteLoadBalancer",
    "elasticloadbalancing:DeleteRule",
    "elasticloadbalancing:DeleteTargetGroup",
    "elasticloadbalancing:ModifyListener",
    "elasticloadbalancing:ModifyListenerAttributes",
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "elasticloadbalancing:ModifyRule",
    "elasticloadbalancing:ModifyTargetGroup",
    "elasticloadbalancing:ModifyTargetGroupAttributes",
    "elasticloadbalancing:RemoveTags",
    "elasticloadbalancing:SetSecurityGroups",
    "elasticloadbalancing:SetSubnets",
)


def network(reach: Reach) -> list[Statement]:
    """Make networks and machines in the environment's regions, and change those that have its tag."""
    making = {"Null": {"ec2:CreateAction": "false"}}
    parts = reach.regional("ec2", *(f"{kind}/*" for kind in _TAGGED_LATER))
    return [
        allow(_MAKE, ANY, sid="MakeNetwork", condition=reach.here),
        allow(_CHANGE, ANY, sid="ChangeNetwork", condition=both(reach.here, reach.tagged)),
        allow(_CHANGE_UNTAGGED, ANY, sid="ChangeParts", condition=both(reach.here, reach.untagged)),
        allow(["ec2:CreateTags"], ANY, sid="TagWhatIsMade", condition=both(reach.here, making)),
        allow(["ec2:CreateTags"], parts, sid="TagParts", condition=both(reach.here, reach.untagged)),
    ]


def machines(reach: Reach) -> list[Statement]:
    """Likewise, groups of machines and what leads clients to them."""
    prefix = reach.names.prefix
    groups = reach.regional("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{reach.names.own}*")
    # These names have no two hyphens, so the tag tells whose they are.
    balancers = reach.regional(
        "elasticloadbalancing",
        f"loadbalancer/*/{prefix}-*",
        f"listener/*/{prefix}-*",
        f"listener-rule/*/{prefix}-*",
        f"targetgroup/{prefix}-*",
    )
    return [
        allow(_GROUPS, groups, sid="Groups", condition=reach.here),
        allow(_LOAD_BALANCERS, balancers, sid="LoadBalancers", condition=both(reach.here, reach.untagged)),
    ]
