"""What an apply may do with roles, and what no role that it makes may ever do."""

from backstay.aws.pipeline.reach import ANY, Reach
from backstay.aws.policy import Statement, allow, deny
from backstay.topology.pipeline_access import BOUNDARY

# What Terraform hands roles to.
_SERVICES = ("backup", "ec2", "eks", "events", "pods.eks", "s3", "scheduler", "states", "vpc-flow-logs")
# What AWS makes roles of its own for, the first time that an account uses it.
_LINKED = (
    "apidestinations.events",
    "autoscaling",
    "backup",
    "eks",
    "eks-nodegroup",
    "elasticache",
    "elasticloadbalancing",
    "globalaccelerator",
    "rds",
    "replication.dynamodb",
    "replication.ecr",
    "restore-testing.backup",
)
_BOUNDED = ("iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy")
_LESS = (
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
_PROFILES = (
    "iam:AddRoleToInstanceProfile",
    "iam:CreateInstanceProfile",
    "iam:DeleteInstanceProfile",
    "iam:RemoveRoleFromInstanceProfile",
    "iam:TagInstanceProfile",
    "iam:UntagInstanceProfile",
)
# What the environment's roles have to do with, by their own policies and by AWS's that are attached to them. Functions,
# builds, stacks, and commands on machines are not among it: they run with the rights of whoever made them.
_WITHIN_REACH = (
    "autoscaling:*",
    "backup:*",
    "backup-storage:*",
    "cloudwatch:*",
    "dynamodb:*",
    "ebs:*",
    "ec2:*",
    "ec2messages:*",
    "ecr:*",
    "eks:Describe*",
    "eks:List*",
    "eks:UpdateNodegroupConfig",
    "eks-auth:AssumeRoleForPodIdentity",
    "elasticache:*",
    "elasticloadbalancing:*",
    "events:*",
    "iam:*",
    "kms:*",
    "logs:*",
    "rds:*",
    "s3:*",
    "secretsmanager:*",
    "sns:*",
    "sqs:*",
    "ssm:Describe*",
    "ssm:Get*",
    "ssm:List*",
    "ssm:Put*",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:*",
    "states:Describe*",
    "states:InvokeHTTPEndpoint",
    "states:StartExecution",
    "tag:GetResources",
)
# By these a machine of another team, which has no tag of any environment, would run what the role wants.
_OF_MACHINES = ("ec2:ModifyInstanceAttribute", "ec2:ReplaceIamInstanceProfileAssociation")
# What a role may ask of IAM at run time, and hand on.
_AT_RUN_TIME = ["iam:CreateServiceLinkedRole", "iam:GetRole", "iam:PassRole"]


def identities(reach: Reach) -> list[Statement]:
    """Make roles with the environment's names and within their boundary, and hand them to services."""
    own = f"{reach.names.own}*"
    roles, profiles = reach.iam(f"role/{own}"), reach.iam(f"instance-profile/{own}")
    (limit,) = reach.iam(f"policy/{reach.names.pipeline_role(BOUNDARY)}")
    services = [f"{service}.amazonaws.com" for service in _SERVICES]
    linked = [f"{service}.amazonaws.com" for service in _LINKED]
    return [
        allow(_BOUNDED, roles, sid="BoundRoles", condition={"StringEquals": {"iam:PermissionsBoundary": limit}}),
        allow(_LESS, roles, sid="Roles"),
        allow(_PROFILES, profiles, sid="Profiles"),
        allow(["iam:PassRole"], roles, sid="PassRoles", condition={"StringEquals": {"iam:PassedToService": services}}),
        allow(
            ["iam:CreateServiceLinkedRole"],
            reach.iam("role/aws-service-role/*"),
            sid="LinkedRoles",
            condition={"StringEquals": {"iam:AWSServiceName": linked}},
        ),
        *untouchable(reach),
    ]


def untouchable(reach: Reach) -> list[Statement]:
    """Refuse to change the pipeline's own roles and policies, to unbind a role, and to reach for what is another's."""
    pipeline = reach.names.pipeline_role("*")
    own = reach.iam(f"role/{pipeline}", f"policy/{pipeline}", "oidc-provider/*")
    return [
        {"Effect": "Deny", "Sid": "NotItself", "NotAction": ["iam:Get*", "iam:List*"], "Resource": own},
        deny(["iam:DeleteRolePermissionsBoundary"], ANY, sid="KeepBoundaries"),
        deny(ANY, ANY, sid="NotOthers", condition=_of_another(reach)),
    ]


def bounds(reach: Reach) -> list[Statement]:
    """The most that a role of the environment may do: never make or become another identity or run anything as one, nor
    touch what has another environment's tag. The role's own policies, which are exact, say what it does of that.

    S3 does not look at the tags of buckets, so that another environment's in the same account are out of reach by the
    role's own policies alone.
    """
    roles = reach.iam(f"role/{reach.names.own}*", "role/aws-service-role/*")
    return [
        allow(_WITHIN_REACH, ANY, sid="AsItsPoliciesSay"),
        deny(_OF_MACHINES, ANY, sid="NoMachines"),
        {"Effect": "Deny", "Sid": "NoIdentities", "Action": ["iam:*"], "NotResource": roles},
        {"Effect": "Deny", "Sid": "NoChanges", "NotAction": _AT_RUN_TIME, "Resource": roles},
        deny(["account:*", "organizations:*", "sts:AssumeRole"], ANY, sid="NoAccounts"),
        deny(["s3:DeleteObject", "s3:PutObject"], reach.states(reach.pipeline_state), sid="NotThePipeline"),
        deny(ANY, ANY, sid="NotOthers", condition=_of_another(reach)),
    ]


def _of_another(reach: Reach) -> dict[str, dict[str, str]]:
    """The condition that something has the tag of another environment."""
    # A negated operator takes what has no tag as well.
    tag = "aws:ResourceTag/Environment"
    return {"StringNotEquals": {tag: reach.names.environment}, "Null": {tag: "false"}}
