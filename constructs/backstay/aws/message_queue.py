"""Messages that wait for somebody to work on them."""

import json

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from cdktf_cdktf_provider_aws.sqs_queue_policy import SqsQueuePolicy
from cdktf_cdktf_provider_aws.sqs_queue_redrive_allow_policy import SqsQueueRedriveAllowPolicy
from constructs import Construct

from backstay.aws.policy import allow, deny, document
from backstay.outputs import KeyOutputs, QueueOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.data import MessageQueueSpec

DEPTH = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)
"""The attributes that together say how many messages a queue holds. It is drained when all of them stay 0."""

# The longest that SQS keeps a message: what nobody could work on waits for people.
_DEAD_LETTER_SECONDS = 14 * 86_400
# The longest that SQS lets a receiver wait: fewer empty answers, and the same delay.
_WAIT_SECONDS = 20


class MessageQueue(Construct):
    """Keep work until it is done, in the region that took it in, and set aside what fails again and again.

    In flight when the region is lost is everything that was sent and not yet deleted: what waits, and what somebody
    has taken and not finished. SQS copies to no other region, so none of it can be read elsewhere. It is still there
    when the region is back, unless that takes longer than the spec's retention, counted from the sending.

    So the contract with whoever uses it:

    - A sender keeps what it must not lose until it has the answer, and sends it again when the answer does not come:
      to the region that serves then.
    - A message can be delivered twice: SQS delivers at least once, and after a failover the lost region's queue
      delivers what was sent again elsewhere. A receiver tells by an identifier of the sender's own, in the message,
      whether the work is done already, and asks a store that is in both regions, such as the sessions table.
    - A receiver deletes a message when its work is done, not before. One that dies gives its message back when the
      spec's visibility has passed; after the spec's deliveries it goes to the dead-letter queue.

    Before traffic goes back to a region, its queue is drained: its own receivers run, nobody sends, until all of
    `DEPTH` have been 0 for a minute. The numbers are approximate, and settle within that:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html

    Survives: the loss of a zone, of a receiver, and of every other region; an apply that would delete it, unless
    disposable.
    Does not survive: the loss of its region, until the region is back.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: MessageQueueSpec,
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
        disposable: bool = False,
    ) -> None:
        """Make the queue and its dead-letter queue.

        Args:
            scope: what the queue is part of.
            id_: its id there.
            spec: how long messages are hidden and kept, and how often they are delivered.
            region: where it lives.
            names: the environment's names.
            key: encrypts the messages; it must be for queues.
            disposable: whether an apply may delete it with all that waits in it.
        """
        super().__init__(scope, id_)
        self.region = region
        self._key = key
        kept = None if disposable else TerraformResourceLifecycle(prevent_destroy=True)
        self.dead_letters = SqsQueue(
            self,
            "dead-letters",
            name=names.queue("dead-letters"),
            kms_master_key_id=key.id,
            message_retention_seconds=_DEAD_LETTER_SECONDS,
            lifecycle=kept,
        )
        self.queue = SqsQueue(
            self,
            "queue",
            name=names.queue("messages"),
            kms_master_key_id=key.id,
            visibility_timeout_seconds=spec.visibility.seconds,
            message_retention_seconds=spec.retention.seconds,
            receive_wait_time_seconds=_WAIT_SECONDS,
            redrive_policy=json.dumps(
                {"deadLetterTargetArn": self.dead_letters.arn, "maxReceiveCount": spec.deliveries}
            ),
            lifecycle=kept,
        )
        self.admission = SqsQueueRedriveAllowPolicy(
            self,
            "admission",
            queue_url=self.dead_letters.url,
            redrive_allow_policy=json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [self.queue.arn]}),
        )
        self.policy = SqsQueuePolicy(self, "policy", queue_url=self.queue.url, policy=_tls_only(self.queue.arn))
        self.dead_letters_policy = SqsQueuePolicy(
            self, "dead-letters-policy", queue_url=self.dead_letters.url, policy=_tls_only(self.dead_letters.arn)
        )
        self.outputs = QueueOutputs(
            name=names.queue("messages"),
            url=self.queue.url,
            id=self.queue.arn,
            dead_letter_name=names.queue("dead-letters"),
            dead_letter_id=self.dead_letters.arn,
        )

    def grant_send(self, role: IamRole) -> IamRolePolicy:
        """Let `role` send messages."""
        return self._grant(role, "send-messages", ["sqs:SendMessage"], ["kms:Decrypt", "kms:GenerateDataKey"])

    def grant_receive(self, role: IamRole) -> IamRolePolicy:
        """Let `role` take messages, hide them for longer, and delete them when they are done."""
        actions = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"]
        return self._grant(role, "receive-messages", actions, ["kms:Decrypt"])

    def grant_observe(self, role: IamRole) -> IamRolePolicy:
        """Let `role` see how much waits, and so whether the queue is drained, but no message."""
        return self._grant(role, "observe-messages", [], [])

    def _grant(self, role: IamRole, name: str, actions: list[str], key_actions: list[str]) -> IamRolePolicy:
        everybody = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]
        statements = [allow([*everybody, *actions], [self.queue.arn])]
        if key_actions:
            through_queues = {"StringEquals": {"kms:ViaService": f"sqs.{self.region.name}.amazonaws.com"}}
            statements.append(allow(key_actions, [self._key.id], condition=through_queues))
        # The role is the scope, since two roles of different constructs may have the same id.
        return IamRolePolicy(role, name, name=name, role=role.name, policy=document(*statements))


def _tls_only(queue: str) -> str:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    return document(deny(["sqs:*"], [queue], sid="NoPlainText", principal="*", condition=condition))
