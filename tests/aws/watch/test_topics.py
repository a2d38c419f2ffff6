"""Who is told by the alarms of a region."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.iam_role import IamRole

from backstay.aws.policy import trust
from backstay.aws.watch.topics import AlarmTopic
from backstay.testing import Synthesized
from backstay.topology.monitoring import MonitoringSpec
from tests.aws.policies import ACCOUNT, STRANGER, Request, actions, allows
from tests.aws.surroundings import KEY, NAMES, REGION, in_region

ONCALL = "arn:aws:sns:us-east-1:123456789012:oncall"
ELSEWHERE = "arn:aws:sns:eu-west-1:123456789012:oncall"
SPEC = MonitoringSpec(emails=("a@example.com", "b@example.com", "a@example.com"), topics=(ONCALL, ELSEWHERE))


@pytest.fixture(scope="module")
def topic() -> Synthesized:
    return in_region(lambda scope: AlarmTopic(scope, "topic", spec=SPEC, region=REGION, names=NAMES, key=KEY))


@pytest.fixture(scope="module")
def policy(topic: Synthesized) -> str:
    return topic.only("aws_sns_topic_policy")["policy"]


def publish(account: str, source: str) -> Request:
    context = {"aws:SourceAccount": account, "aws:SourceArn": source}
    return Request("sns:Publish", service="cloudwatch.amazonaws.com", resource="the topic", context=context)


def allowed(policy: str, request: Request) -> bool:
    """Whether the topic's policy lets a request through, whatever Terraform calls the topic."""
    document = json.loads(policy)
    for statement in document["Statement"]:
        statement["Resource"] = [request.resource]
    return allows(json.dumps(document), request)


def test_what_is_said_is_encrypted_with_a_key_of_its_own(topic: Synthesized) -> None:
    made = topic.only("aws_sns_topic")
    assert (made["name"], made["kms_master_key_id"]) == (NAMES.topic("alarms"), KEY.id)


def test_each_address_is_asked_once(topic: Synthesized) -> None:
    subscribed = [made["endpoint"] for made in topic.all("aws_sns_topic_subscription").values()]
    assert sorted(subscribed) == ["a@example.com", "b@example.com"]


def test_the_topics_that_people_had_before_are_told_by_their_own_region(topic: Synthesized) -> None:
    assert topic.construct.outputs.told[1:] == (ONCALL,)


def test_alarms_of_the_account_and_region_may_say_something(policy: str) -> None:
    assert allowed(policy, publish(ACCOUNT, f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:a"))


@pytest.mark.parametrize(
    ("account", "source"),
    [
        (STRANGER, f"arn:aws:cloudwatch:us-east-1:{STRANGER}:alarm:a"),
        (ACCOUNT, f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:a"),
        (ACCOUNT, f"arn:aws:events:us-east-1:{ACCOUNT}:rule/a"),
    ],
)
def test_nothing_else_may(policy: str, account: str, source: str) -> None:
    assert not allowed(policy, publish(account, source))


def test_a_role_is_let_say_something_with_the_key_that_it_takes() -> None:
    def build(scope: Any) -> AlarmTopic:
        made = AlarmTopic(scope, "topic", spec=SPEC, region=REGION, names=NAMES, key=KEY)
        made.grant_publish(IamRole(scope, "role", assume_role_policy=trust("states.amazonaws.com")))
        return made

    granted = in_region(build).only("aws_iam_role_policy")["policy"]
    assert actions(granted) == {"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"}
    assert "*" not in [resource for statement in json.loads(granted)["Statement"] for resource in statement["Resource"]]
