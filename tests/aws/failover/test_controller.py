"""What the failover controller of a region becomes."""

import json
from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.failover.controller import FailoverController
from backstay.aws.failover.plan import Fleet, Pool, Stores, health_url
from backstay.aws.failover.table import ControlTable
from backstay.aws.policy import trust
from backstay.aws.role import Role
from backstay.outputs import TopicOutputs
from backstay.testing import Synthesized
from backstay.topology import CloudRegion, Duration, HealthCheckSpec, aws_region
from backstay.topology.failover import FailoverSpec
from tests.aws.policies import Request, actions, allows, statements
from tests.aws.surroundings import KEY, NAMES, REGION, in_region

OTHER, THIRD = aws_region("eu-west-1"), aws_region("ap-southeast-1")
TOPIC = TopicOutputs(
    name="alarms",
    id=f"arn:aws:sns:{REGION.name}:123456789012:alarms",
    key="arn:aws:kms:us-east-1:123456789012:key/alarms",
    told=(f"arn:aws:sns:{REGION.name}:123456789012:alarms",),
)
HEALTH = HealthCheckSpec()


def given(**changes: object) -> dict[str, Any]:
    return {
        "spec": FailoverSpec(),
        "region": REGION,
        "names": NAMES,
        "succession": [REGION, OTHER, THIRD],
        "host": "llm.example.com",
        "health_check": HEALTH,
        "rpo": Duration.parse("1m"),
        "topic": TOPIC,
        "log_key": KEY,
        "stores": Stores(vector_db="vectors", cache="cache"),
        "pools": (Pool("GPU nodes", NAMES.cluster(), "gpu", 10),),
        "fleets": (Fleet("GPU fleet", NAMES.machine("gpu-fleet"), 4),),
        "health_alarms": (NAMES.alarm("region-unfit"),),
    } | changes


def controller(**changes: object) -> Synthesized:
    return in_region(lambda scope: FailoverController(scope, "failover", **given(**changes)))


@pytest.fixture(scope="module")
def made() -> Synthesized:
    return controller()


@pytest.fixture(scope="module")
def policy(made: Synthesized) -> str:
    return made.one("aws_iam_role_policy", "failover_policy")["policy"]


def test_machine_runs_the_definition(made: Synthesized) -> None:
    machine = made.only("aws_sfn_state_machine")
    assert json.loads(machine["definition"])["StartAt"] == "Read the request"
    assert machine["logging_configuration"]["level"] == "ALL"


def test_it_starts_every_minute_and_says_so(made: Synthesized) -> None:
    schedule = made.one("aws_scheduler_schedule", "failover_schedule")
    assert schedule["schedule_expression"] == "rate(1 minute)"
    assert json.loads(schedule["target"]["input"]) == {"scheduled": True}


def test_heart_beats_in_its_own_item_only(made: Synthesized) -> None:
    beat = json.loads(made.one("aws_scheduler_schedule", "heartbeat")["target"]["input"])
    assert beat["Key"] == {"id": {"S": "beat#us-east-1"}}
    (statement,) = statements(made.one("aws_iam_role_policy", "heartbeat_policy")["policy"])
    assert statement["Action"] == ["dynamodb:UpdateItem"]
    assert statement["Condition"]["ForAllValues:StringEquals"] == {"dynamodb:LeadingKeys": ["beat#us-east-1"]}


def test_health_is_asked_for_at_the_regions_own_names() -> None:
    template = health_url(NAMES, "llm.example.com", REGION, HEALTH)
    for region in (REGION, OTHER, THIRD):
        assert template.format(region.name) == f"https://{NAMES.regional_host('llm.example.com', region)}/health"


def test_policy_names_no_action_by_a_wildcard(policy: str) -> None:
    assert not [action for action in actions(policy) if "*" in action]


def test_only_what_knows_no_resources_is_allowed_for_all(policy: str) -> None:
    for_all = {action for one in statements(policy) if one["Resource"] == ["*"] for action in one["Action"]}
    assert {action for action in for_all if not action.startswith("logs:")} == {
        "autoscaling:DescribeAutoScalingGroups",
        "cloudwatch:DescribeAlarms",
    }


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:UpdateItem", "arn:aws:dynamodb:us-east-1:123456789012:table/acme-production--control"),
        ("rds:FailoverGlobalCluster", "arn:aws:rds::123456789012:global-cluster:vectors"),
        ("rds:FailoverGlobalCluster", "arn:aws:rds:us-east-1:123456789012:cluster:vectors"),
        (
            "elasticache:FailoverGlobalReplicationGroup",
            "arn:aws:elasticache::123456789012:globalreplicationgroup:ldgnf-cache",
        ),
        ("eks:UpdateNodegroupConfig", "arn:aws:eks:us-east-1:123456789012:nodegroup/acme-production/gpu/1"),
        (
            "autoscaling:SetDesiredCapacity",
            "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/acme-production--gpu-fleet",
        ),
    ],
)
def test_it_may_do_its_part(policy: str, action: str, resource: str) -> None:
    assert allows(policy, Request(action, account="123456789012", resource=resource))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:DeleteItem", "arn:aws:dynamodb:us-east-1:123456789012:table/acme-production--control"),
        ("dynamodb:UpdateItem", "arn:aws:dynamodb:us-east-1:123456789012:table/acme-production--sessions"),
        ("dynamodb:UpdateItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/acme-production--control"),
        ("rds:FailoverGlobalCluster", "arn:aws:rds::123456789012:global-cluster:others"),
        ("rds:RemoveFromGlobalCluster", "arn:aws:rds::123456789012:global-cluster:vectors"),
        ("eks:UpdateNodegroupConfig", "arn:aws:eks:eu-west-1:123456789012:nodegroup/acme-production/gpu/1"),
        ("eks:UpdateNodegroupConfig", "arn:aws:eks:us-east-1:123456789012:nodegroup/acme-production/system/1"),
        (
            "autoscaling:SetDesiredCapacity",
            "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/others",
        ),
    ],
)
def test_it_may_do_nothing_else(policy: str, action: str, resource: str) -> None:
    assert not allows(policy, Request(action, account="123456789012", resource=resource))


def test_it_may_ask_the_regions_for_their_health_and_nobody_else(made: Synthesized, policy: str) -> None:
    asking = next(one for one in statements(policy) if one["Action"] == ["states:InvokeHTTPEndpoint"])
    assert asking["Condition"]["StringEquals"]["states:HTTPEndpoint"] == [
        f"https://{region}.llm.example.com/health" for region in ("us-east-1", "eu-west-1", "ap-southeast-1")
    ]
    assert made.only("aws_cloudwatch_event_connection")["name"] == "acme-production--failover-health"


def test_staleness_stays_known_when_its_source_is_gone(made: Synthesized) -> None:
    alarm = made.only("aws_cloudwatch_metric_alarm")
    assert alarm["treat_missing_data"] == "ignore"
    assert alarm["threshold"] == 60_000
    assert not alarm.get("alarm_actions")


@pytest.mark.parametrize("observe", ["2m", "3m", "1h"])
def test_lag_behind_a_source_that_is_silent_does_not_keep_its_region_from_being_replaced(observe: str) -> None:
    spec = FailoverSpec(observe=observe)
    alarm = controller(spec=spec).only("aws_cloudwatch_metric_alarm")
    (metric,) = {query["metric"]["period"] for query in alarm["metric_query"] if query.get("metric")}
    # The lag grows from the loss on, and each period of it may count.
    assert alarm["evaluation_periods"] * metric > spec.detection.seconds
    assert (alarm["evaluation_periods"] - 1) * metric <= spec.detection.seconds


def test_accepted_loss_of_the_spec_comes_before_the_objective() -> None:
    alarm = controller(spec=FailoverSpec(accepted_loss="5m")).only("aws_cloudwatch_metric_alarm")
    assert alarm["threshold"] == 300_000


def test_without_stores_nothing_is_promoted_or_allowed_to_be() -> None:
    document = controller(stores=None)
    rights = document.one("aws_iam_role_policy", "failover_policy")["policy"]
    assert not [action for action in actions(rights) if action.startswith(("rds:", "elasticache:"))]
    assert document.all("aws_cloudwatch_metric_alarm") == {}


def test_nothing_refers_to_another_stack(made: Synthesized) -> None:
    assert "terraform_remote_state" not in json.dumps(made.document)


@pytest.mark.parametrize("succession", [[], [REGION], [OTHER, THIRD]])
def test_controller_without_anybody_to_take_over_from_is_refused(succession: list[CloudRegion]) -> None:
    with pytest.raises(ValueError, match="does not let us-east-1 take over from anybody"):
        controller(succession=succession)


def table(**changes: object) -> dict[str, object]:
    given = {"spec": FailoverSpec(), "region": REGION, "names": NAMES, "others": [OTHER, THIRD], "tags": {"Team": "ml"}}
    made = in_region(lambda scope: ControlTable(scope, "table", **(given | changes)))
    return json.loads(made.only("aws_cloudformation_stack")["template_body"])["Resources"]["Table"]


def test_control_table_is_in_every_region_and_kept() -> None:
    made = table()
    assert [copy["Region"] for copy in made["Properties"]["Replicas"]] == ["us-east-1", "eu-west-1", "ap-southeast-1"]
    assert all(copy["DeletionProtectionEnabled"] for copy in made["Properties"]["Replicas"])
    assert made["DeletionPolicy"] == "Retain"
    assert "MultiRegionConsistency" not in made["Properties"]


def test_control_table_waits_for_no_key_of_ours() -> None:
    assert "SSESpecification" not in json.dumps(table())


def test_control_table_of_two_regions_that_decide_together_has_a_witness() -> None:
    made = table(spec=FailoverSpec(consistency="strong"), others=[aws_region("us-west-2")])
    assert made["Properties"]["MultiRegionConsistency"] == "STRONG"
    assert made["Properties"]["GlobalTableWitnesses"] == [{"Region": "us-east-2"}]
    assert "StreamSpecification" not in made["Properties"]


def test_regions_that_cannot_decide_together_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot agree with strong consistency"):
        table(spec=FailoverSpec(consistency="strong"))


def test_disposable_table_goes_with_its_stack() -> None:
    made = table(disposable=True)
    assert made["DeletionPolicy"] == "Delete"
    assert not any(copy["DeletionProtectionEnabled"] for copy in made["Properties"]["Replicas"])


def test_people_may_start_it_follow_it_and_read_its_record() -> None:
    def build(scope: TerraformStack) -> None:
        made = FailoverController(scope, "failover", **given())
        made.grant_start(Role(scope, "people", name="people", assume_role_policy=trust("ec2.amazonaws.com")))

    policy = in_region(build).one("aws_iam_role_policy", "people_start-failover")["policy"]
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/acme-production--control"
    assert allows(policy, Request("dynamodb:GetItem", account="123456789012", resource=table))
    assert not allows(policy, Request("dynamodb:UpdateItem", account="123456789012", resource=table))
    assert {action for action in actions(policy) if action.startswith("states:")} == {
        "states:DescribeExecution",
        "states:DescribeStateMachine",
        "states:GetExecutionHistory",
        "states:ListExecutions",
        "states:SendTaskFailure",
        "states:SendTaskSuccess",
        "states:StartExecution",
        "states:StopExecution",
    }
