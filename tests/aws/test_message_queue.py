"""Messages that wait for somebody to work on them."""

import json
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.message_queue import DEPTH, MessageQueue
from backstay.aws.policy import trust
from backstay.testing import Synthesized
from backstay.topology import Duration, aws_region
from backstay.topology.data import MessageQueueSpec
from tests.aws.policies import Request, actions, denies, statements
from tests.aws.surroundings import KEY, NAMES, REGION, in_region

GRANTS = ("send", "receive", "observe")


def queue(spec: MessageQueueSpec | None = None, **given: Any) -> Synthesized:
    def build(scope: TerraformStack) -> Construct:
        wiring = {"spec": spec or MessageQueueSpec(), "region": REGION, "names": NAMES, "key": KEY}
        made = MessageQueue(scope, "messages", **wiring | given)
        for grant in GRANTS:
            role = IamRole(Construct(scope, grant), "role", assume_role_policy=trust("ec2.amazonaws.com"))
            getattr(made, f"grant_{grant}")(role)
        for name in ("name", "url", "id", "dead_letter_name", "dead_letter_id"):
            TerraformOutput(scope, name, value=getattr(made.outputs, name), static_id=True)
        return made

    return in_region(build)


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return queue()


def main_queue(made: Synthesized) -> dict[str, Any]:
    return made.one("aws_sqs_queue", "messages_queue")


def dead_letters(made: Synthesized) -> dict[str, Any]:
    return made.one("aws_sqs_queue", "dead-letters")


def arn(made: Synthesized, containing: str) -> str:
    (name,) = [name for name in made.all("aws_sqs_queue") if containing in name]
    return f"${{aws_sqs_queue.{name}.arn}}"


def test_queues_are_found_by_computed_names(kept: Synthesized) -> None:
    outputs = {name: body["value"] for name, body in kept.document["output"].items()}
    assert main_queue(kept)["name"] == outputs["name"] == NAMES.queue("messages")
    assert dead_letters(kept)["name"] == outputs["dead_letter_name"] == NAMES.queue("dead-letters")
    assert outputs["id"] == arn(kept, "messages_queue")
    assert outputs["dead_letter_id"] == arn(kept, "dead-letters")


def test_queues_have_the_same_names_and_addresses_in_every_region(kept: Synthesized) -> None:
    elsewhere = queue(region=aws_region("eu-west-1"))
    assert elsewhere.addresses == kept.addresses
    assert main_queue(elsewhere)["name"] == main_queue(kept)["name"]


def test_messages_are_hidden_and_kept_as_the_spec_says() -> None:
    spec = MessageQueueSpec(visibility=Duration.parse("2m"), retention=Duration.parse("3d"), deliveries=7)
    made = main_queue(queue(spec))
    assert made["visibility_timeout_seconds"] == 120
    assert made["message_retention_seconds"] == 3 * 86_400
    assert json.loads(made["redrive_policy"])["maxReceiveCount"] == 7


def test_a_message_waits_for_a_lost_region_as_long_as_sqs_offers(kept: Synthesized) -> None:
    assert main_queue(kept)["message_retention_seconds"] == 14 * 86_400


def test_what_fails_goes_to_the_dead_letters_and_waits_there_as_long_as_sqs_offers(kept: Synthesized) -> None:
    redrive = json.loads(main_queue(kept)["redrive_policy"])
    assert redrive == {"deadLetterTargetArn": arn(kept, "dead-letters"), "maxReceiveCount": 5}
    assert dead_letters(kept)["message_retention_seconds"] == 14 * 86_400


def test_no_other_queue_fills_the_dead_letters(kept: Synthesized) -> None:
    admission = json.loads(kept.only("aws_sqs_queue_redrive_allow_policy")["redrive_allow_policy"])
    assert admission == {"redrivePermission": "byQueue", "sourceQueueArns": [arn(kept, "messages_queue")]}


def test_every_message_is_encrypted_with_the_given_key(kept: Synthesized) -> None:
    assert {made["kms_master_key_id"] for made in kept.all("aws_sqs_queue").values()} == {KEY.id}


def test_nobody_reaches_a_queue_in_the_clear(kept: Synthesized) -> None:
    policies = kept.all("aws_sqs_queue_policy").values()
    refused = {
        queue_arn
        for queue_arn in (arn(kept, "messages_queue"), arn(kept, "dead-letters"))
        for policy in policies
        if denies(
            policy["policy"],
            Request("sqs:SendMessage", resource=queue_arn, context={"aws:SecureTransport": "false"}),
        )
    }
    assert len(refused) == 2


def test_the_policies_let_nobody_in(kept: Synthesized) -> None:
    effects = {
        statement["Effect"]
        for policy in kept.all("aws_sqs_queue_policy").values()
        for statement in statements(policy["policy"])
    }
    assert effects == {"Deny"}


def test_an_apply_cannot_delete_what_waits_unless_disposable(kept: Synthesized) -> None:
    assert all(made["lifecycle"] == {"prevent_destroy": True} for made in kept.all("aws_sqs_queue").values())
    assert not any("lifecycle" in made for made in queue(disposable=True).all("aws_sqs_queue").values())


def granted(made: Synthesized, grant: str) -> str:
    return made.one("aws_iam_role_policy", f"{grant}_role")["policy"]


EVERYBODY = {"sqs:GetQueueAttributes", "sqs:GetQueueUrl"}


@pytest.mark.parametrize(
    ("grant", "rights"),
    [
        ("send", {"sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"}),
        ("receive", {"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage", "kms:Decrypt"}),
        ("observe", set()),
    ],
)
def test_a_grant_gives_what_it_says_and_no_more(kept: Synthesized, grant: str, rights: set[str]) -> None:
    assert actions(granted(kept, grant)) == EVERYBODY | rights


@pytest.mark.parametrize("grant", GRANTS)
def test_a_grant_is_for_this_queue_and_its_key(kept: Synthesized, grant: str) -> None:
    resources = {resource for statement in statements(granted(kept, grant)) for resource in statement["Resource"]}
    assert resources <= {arn(kept, "messages_queue"), KEY.id}


def test_a_queue_is_drained_when_nothing_waits_and_nothing_is_taken_or_delayed() -> None:
    assert {name.removeprefix("ApproximateNumberOfMessages") for name in DEPTH} == {"", "NotVisible", "Delayed"}
