"""What a plan may do: read how things are set up, and none of what is in them."""

from collections.abc import Sequence

from backstay.aws.key_policy import DECRYPT
from backstay.aws.pipeline.reach import ANY, Reach, both
from backstay.aws.policy import Statement, allow, deny

# Nothing that begins so tells more than how a thing is set up, short of what `NEVER_READ` names.
_DESCRIBE = (
    "acm:DescribeCertificate",
    "acm:ListTagsForCertificate",
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeInstanceRefreshes",
    "autoscaling:DescribeLifecycleHooks",
    "autoscaling:DescribeLoadBalancerTargetGroups",
    "autoscaling:DescribePolicies",
    "autoscaling:DescribeScalingActivities",
    "autoscaling:DescribeTags",
    "autoscaling:DescribeTrafficSources",
    "autoscaling:DescribeWarmPool",
    "backup:DescribeBackupVault",
    "backup:GetBackupPlan",
    "backup:GetBackupSelection",
    "backup:GetBackupVaultNotifications",
    "backup:GetRestoreTestingPlan",
    "backup:GetRestoreTestingSelection",
    "backup:ListBackupVaults",
    "backup:ListTags",
    "cloudformation:DescribeStacks",
    "cloudformation:GetTemplate",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetDashboard",
    "cloudwatch:ListTagsForResource",
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeContributorInsights",
    "dynamodb:DescribeKinesisStreamingDestination",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTableReplicaAutoScaling",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:GetResourcePolicy",
    "dynamodb:ListTagsOfResource",
    "ecr:DescribeRegistry",
    "ecr:DescribeRepositories",
    "ecr:GetLifecyclePolicy",
    "ecr:ListTagsForResource",
    "eks:DescribeAccessEntry",
    "eks:DescribeAddon",
    "eks:DescribeAddonVersions",
    "eks:DescribeCluster",
    "eks:DescribeNodegroup",
    "eks:DescribePodIdentityAssociation",
    "eks:DescribeUpdate",
    "eks:ListAccessEntries",
    "eks:ListAssociatedAccessPolicies",
    "eks:ListPodIdentityAssociations",
    "eks:ListTagsForResource",
    "elasticache:DescribeCacheClusters",
    "elasticache:DescribeCacheParameterGroups",
    "elasticache:DescribeCacheParameters",
    "elasticache:DescribeCacheSubnetGroups",
    "elasticache:DescribeGlobalReplicationGroups",
    "elasticache:DescribeReplicationGroups",
    "elasticache:DescribeUserGroups",
    "elasticache:DescribeUsers",
    "elasticache:ListTagsForResource",
    "elasticloadbalancing:DescribeCapacityReservation",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "events:DescribeApiDestination",
    "events:DescribeConnection",
    "events:DescribeRule",
    "events:ListTagsForResource",
    "events:ListTargetsByRule",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListResourceTags",
    "logs:DescribeIndexPolicies",
    "logs:DescribeLogGroups",
    "logs:ListTagsForResource",
    "rds:DescribeDBClusterParameterGroups",
    "rds:DescribeDBClusterParameters",
    "rds:DescribeDBClusters",
    "rds:DescribeDBEngineVersions",
    "rds:DescribeDBInstances",
    "rds:DescribeDBSubnetGroups",
    "rds:DescribeGlobalClusters",
    "rds:DescribeOrderableDBInstanceOptions",
    "rds:ListTagsForResource",
    "scheduler:GetSchedule",
    "secretsmanager:DescribeSecret",
    # A new text, which is nobody's password yet.
    "secretsmanager:GetRandomPassword",
    "secretsmanager:GetResourcePolicy",
    "sns:GetSubscriptionAttributes",
    "sns:GetTopicAttributes",
    "sns:ListTagsForResource",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ListQueueTags",
    "ssm:DescribeParameters",
    "ssm:ListTagsForResource",
    "states:DescribeStateMachine",
    "states:ListStateMachineVersions",
    "states:ListTagsForResource",
    # Terraform has a definition checked while it plans.
    "states:ValidateStateMachineDefinition",
)
_DESCRIBE_NETWORK = (
    "ec2:DescribeAddresses",
    "ec2:DescribeAddressesAttribute",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeCapacityReservations",
    "ec2:DescribeFlowLogs",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeInstanceCreditSpecifications",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeNatGateways",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribePrefixLists",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVolumes",
    "ec2:DescribeVpcAttribute",
    "ec2:DescribeVpcEndpointServices",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
)
# These have no regions, or control planes of their own where the environment need have none.
_DESCRIBE_GLOBAL = (
    "globalaccelerator:DescribeAccelerator",
    "globalaccelerator:DescribeAcceleratorAttributes",
    "globalaccelerator:DescribeEndpointGroup",
    "globalaccelerator:DescribeListener",
    "globalaccelerator:ListTagsForResource",
    "route53-recovery-control-config:DescribeCluster",
    "route53-recovery-control-config:DescribeControlPanel",
    "route53-recovery-control-config:DescribeRoutingControl",
    "route53-recovery-control-config:DescribeSafetyRule",
    "route53-recovery-control-config:ListTagsForResource",
    "route53:GetChange",
    "route53:GetHealthCheck",
    "route53:GetHostedZone",
    "route53:ListHostedZones",
    "route53:ListResourceRecordSets",
    "route53:ListTagsForResource",
)
_DESCRIBE_ROLES = (
    "iam:GetInstanceProfile",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
)
# Whether somebody has changed by hand what workflows may do.
_DESCRIBE_PIPELINE = ("iam:GetOpenIDConnectProvider", "iam:GetPolicy", "iam:GetPolicyVersion")
_DESCRIBE_BUCKETS = (
    "s3:GetAccelerateConfiguration",
    "s3:GetBucketAcl",
    "s3:GetBucketCORS",
    "s3:GetBucketLogging",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketRequestPayment",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
    "s3:ListTagsForResource",
)
_SECRET_VALUE = ["secretsmanager:GetSecretValue"]
_NEVER_READ = (
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ec2:GetPasswordData",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "secretsmanager:BatchGetSecretValue",
    "sqs:ReceiveMessage",
    "states:GetExecutionHistory",
)


def descriptions(reach: Reach) -> list[Statement]:
    """Read how everything is set up: what Terraform asks when it refreshes a state."""
    own = f"{reach.names.own}*"
    return [
        allow(_DESCRIBE, ANY, sid="Describe", condition=reach.here),
        allow(_DESCRIBE_GLOBAL, ANY, sid="DescribeGlobal"),
        allow(_DESCRIBE_ROLES, reach.iam(f"role/{own}", f"instance-profile/{own}"), sid="DescribeRoles"),
        allow(_DESCRIBE_PIPELINE, reach.iam(f"policy/{own}", "oidc-provider/*"), sid="DescribePipeline"),
    ]


def network_and_buckets(reach: Reach) -> list[Statement]:
    """Likewise, for networks, machines and buckets."""
    parameters = reach.regional("ssm", f"parameter{reach.names.parameter('*')}")
    return [
        allow(_DESCRIBE_NETWORK, ANY, sid="DescribeNetwork", condition=reach.here),
        allow(_DESCRIBE_BUCKETS, reach.buckets(), sid="DescribeBuckets"),
        allow(["ssm:GetParameter", "ssm:GetParameters"], parameters, sid="ReadParameters"),
    ]


def states(reach: Reach) -> list[Statement]:
    """Read the states of the environment, and nothing else that is encrypted or kept."""
    return [
        allow(["s3:GetObject"], reach.states(f"/{reach.names.state_key('*')}"), sid="ReadStates"),
        # Beside the locks lie the checksums of the states.
        allow(["dynamodb:GetItem"], reach.named("dynamodb", "table/", purpose="locks-"), sid="ReadChecksums"),
        allow(
            DECRYPT,
            reach.regional("kms", "key/*"),
            sid="DecryptStates",
            condition=_key(reach, "ForAnyValue:StringEquals"),
        ),
    ]


def secrets(reach: Reach, named: Sequence[str]) -> list[Statement]:
    """Read the values of these secrets, where the environment file lets whoever plans do so."""
    if not named:
        return []
    return [
        allow(_SECRET_VALUE, reach.secrets(named), sid="ReadSecrets"),
        allow(
            DECRYPT, reach.regional("kms", "key/*"), sid="DecryptSecrets", condition=_for_secrets(reach, "StringEquals")
        ),
    ]


def never(reach: Reach, but: Sequence[str]) -> list[Statement]:
    """Refuse values whatever else would allow them, such as a policy that somebody attaches later.

    Args:
        reach: how far the environment reaches.
        but: the secrets that may be read all the same.
    """
    no_state_key = _key(reach, "ForAllValues:StringNotEquals")
    if but:
        no_state_key = both(no_state_key, _for_secrets(reach, "StringNotEquals"))
        other_secrets: Statement = {
            "Effect": "Deny",
            "Sid": "NoOtherSecrets",
            "Action": _SECRET_VALUE,
            "NotResource": reach.secrets(but),
        }
    else:
        other_secrets = deny(_SECRET_VALUE, ANY, sid="NoSecrets")
    return [
        deny(_NEVER_READ, ANY, sid="NoValues"),
        other_secrets,
        {"Effect": "Deny", "Sid": "NoObjects", "Action": ["s3:GetObject"], "NotResource": reach.states("/*")},
        deny(["kms:Decrypt"], ANY, sid="NoOtherKeys", condition=no_state_key),
    ]


def _for_secrets(reach: Reach, operator: str) -> dict[str, dict[str, list[str]]]:
    """The condition that a key is, or is not, used by a region's Secrets Manager for whoever asks it."""
    services = [f"secretsmanager.{region.name}.amazonaws.com" for region in reach.regions]
    return {operator: {"kms:ViaService": services}}


def _key(reach: Reach, operator: str) -> dict[str, dict[str, str]]:
    """The condition that a key is, or is not, one that encrypts states; its id is not known."""
    return {operator: {"kms:ResourceAliases": reach.names.key_alias("state")}}
