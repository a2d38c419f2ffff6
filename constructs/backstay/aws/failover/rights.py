"""What a failover controller may do: its own region's part of the failover, and nothing else."""

from dataclasses import dataclass

from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.policy import Statement, allow

_LOG_DELIVERY = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
# Actions that know no resources: they can be allowed for all or for none.
_ALL = ("*",)


@dataclass(frozen=True)
class Surroundings:
    """What ARNs are made of; all but the names may be tokens.

    Attributes:
        account: the account.
        machine: the state machine's name.
        connection: the name of the connection that health is asked through.
        topic_key: the ARN of the key that encrypts what people are told.
    """

    account: str
    machine: str
    connection: str
    topic_key: str


def rights(plan: FailoverPlan, at: Surroundings) -> list[Statement]:
    """The statements of the controller's policy."""
    return [*_always(plan, at), *_vector_db(plan, at), *_cache(plan, at), *_machines(plan, at)]


def table_arn(plan: FailoverPlan, account: str) -> str:
    """The ARN of this region's copy of the control table."""
    return f"arn:{plan.partition}:dynamodb:{plan.region}:{account}:table/{plan.table}"


def _always(plan: FailoverPlan, at: Surroundings) -> list[Statement]:
    here = f"{plan.region}:{at.account}"
    machine = f"arn:{plan.partition}:states:{here}:stateMachine:{at.machine}"
    executions = f"arn:{plan.partition}:states:{here}:execution:{at.machine}:*"
    secret = f"arn:{plan.partition}:secretsmanager:{here}:secret:events!connection/{at.connection}/*"
    questions = {
        "StringEquals": {
            "states:HTTPEndpoint": [plan.health_url.format(region) for region in plan.succession],
            "states:HTTPMethod": "GET",
        }
    }
    items = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    return [
        allow(items, [table_arn(plan, at.account)], sid="ControlTable"),
        allow(["states:DescribeExecution"], [executions], sid="OwnRuns"),
        allow(["states:InvokeHTTPEndpoint"], [machine], sid="AskForHealth", condition=questions),
        allow(["events:RetrieveConnectionCredentials"], [plan.connection], sid="Connection"),
        # EventBridge keeps what a connection sends in a secret of its own.
        allow(["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], [secret], sid="ConnectionSecret"),
        allow(["sns:Publish"], [plan.topic], sid="TellPeople"),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], [at.topic_key], sid="EncryptNotices"),
        allow(["cloudwatch:DescribeAlarms"], _ALL, sid="LookAtAlarms"),
        allow(_LOG_DELIVERY, _ALL, sid="DeliverLogs"),
    ]


def _vector_db(plan: FailoverPlan, at: Surroundings) -> list[Statement]:
    if (name := plan.stores.vector_db) is None:
        return []
    whole = f"arn:{plan.partition}:rds::{at.account}:global-cluster:{name}"
    members = [f"arn:{plan.partition}:rds:{region}:{at.account}:cluster:{name}" for region in plan.succession]
    return [
        allow(["rds:DescribeGlobalClusters"], [whole], sid="LookAtVectorDb"),
        allow(["rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster"], [whole, *members], sid="PromoteVectorDb"),
    ]


def _cache(plan: FailoverPlan, at: Surroundings) -> list[Statement]:
    if (name := plan.stores.cache) is None:
        return []
    own = f"arn:{plan.partition}:elasticache:{plan.region}:{at.account}:replicationgroup:{name}"
    # AWS puts five letters before the name of a global datastore.
    whole = f"arn:{plan.partition}:elasticache::{at.account}:globalreplicationgroup:?????-{name}"
    return [
        allow(["elasticache:DescribeReplicationGroups"], [own], sid="LookAtCache"),
        allow(["elasticache:FailoverGlobalReplicationGroup"], [whole, own], sid="PromoteCache"),
    ]


def _machines(plan: FailoverPlan, at: Surroundings) -> list[Statement]:
    here = f"{plan.region}:{at.account}"
    pools = [f"arn:{plan.partition}:eks:{here}:nodegroup/{pool.cluster}/{pool.name}/*" for pool in plan.pools]
    fleets = [
        f"arn:{plan.partition}:autoscaling:{here}:autoScalingGroup:*:autoScalingGroupName/{fleet.name}"
        for fleet in plan.fleets
    ]
    grow = [allow(["eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"], pools, sid="GrowNodeGroups")] if pools else []
    if fleets:
        grow.append(allow(["autoscaling:SetDesiredCapacity"], fleets, sid="GrowFleets"))
    if grow:
        grow.append(allow(["autoscaling:DescribeAutoScalingGroups"], _ALL, sid="CountMachines"))
    return grow
