"""SQS, corrected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]})


def test_redrive_policy_reads_back_as_aws_writes_it(corrects) -> None:
    def policy(cloud: Cloud) -> str:
        sqs = cloud.client("sqs")
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        wanted = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3}, separators=(",", ":"))
        queue = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": wanted})["QueueUrl"]
        read = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])["Attributes"]
        return read["RedrivePolicy"].replace(cloud.account, "account")

    arn = "arn:aws:sqs:eu-west-1:account:dead"
    corrects(policy, f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":3}}')


def test_dead_letter_queue_keeps_who_may_fill_it(corrects) -> None:
    wanted = json.dumps({"redrivePermission": "denyAll"})

    def read(cloud: Cloud) -> str | None:
        sqs = cloud.client("sqs")
        queue = sqs.create_queue(QueueName="dead")["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedriveAllowPolicy": wanted})
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        return found.get("RedriveAllowPolicy")

    corrects(read, wanted)


@pytest.mark.parametrize("told", [[], ["RedriveAllowPolicy"]])
def test_queue_says_nothing_of_who_may_fill_it_unless_it_was_told(cloud: Cloud, told: list[str]) -> None:
    sqs = cloud.client("sqs")
    queue = sqs.create_queue(QueueName="dead")["QueueUrl"]
    for attribute in told:
        for value in (json.dumps({"redrivePermission": "denyAll"}), ""):
            sqs.set_queue_attributes(QueueUrl=queue, Attributes={attribute: value})
    assert "RedriveAllowPolicy" not in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]


def test_policy_outlives_the_change_of_another_attribute(corrects) -> None:
    def read(cloud: Cloud) -> str | None:
        sqs = cloud.client("sqs")
        queue = sqs.create_queue(QueueName="work", Attributes={"Policy": POLICY})["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "60"})
        return sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"].get("Policy")

    corrects(read, POLICY)


def test_policy_can_be_taken_away(cloud: Cloud) -> None:
    sqs = cloud.client("sqs")
    queue = sqs.create_queue(QueueName="work", Attributes={"Policy": POLICY})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
    assert "Policy" not in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
