"""SQS, corrected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


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
