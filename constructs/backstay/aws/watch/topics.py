"""Who is told by the alarms of a region."""

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from backstay.aws.policy import allow, document
from backstay.outputs import KeyOutputs, TopicOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.monitoring import MonitoringSpec


class AlarmTopic(Construct):
    """Tell people what goes wrong in a region, from within that region.

    Everybody who is named hears from every region. An address has to confirm to each region before it hears from it,
    which no apply can do for it: until then its subscription is pending, and Terraform cannot delete it.

    Survives: the loss of every other region, whose alarms other regions' people do not wait for.
    Does not survive: the loss of its region; the others then tell that it is lost, through topics of their own.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: MonitoringSpec,
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
    ) -> None:
        """Make the topic and subscribe people.

        Args:
            scope: where it belongs.
            id_: its id there.
            spec: who is told.
            region: the region.
            names: the environment's names.
            key: encrypts what is said; its policy has to let CloudWatch use it.
        """
        super().__init__(scope, id_)
        name = names.topic("alarms")
        account = DataAwsCallerIdentity(self, "account").account_id
        partition = DataAwsPartition(self, "partition").partition
        self.topic = SnsTopic(self, "topic", name=name, kms_master_key_id=key.id)
        alarms = f"arn:{partition}:cloudwatch:{region}:{account}:alarm:*"
        self.policy = SnsTopicPolicy(
            self,
            "policy",
            arn=self.topic.arn,
            policy=document(
                allow(
                    ["sns:Publish"],
                    [self.topic.arn],
                    sid="Alarms",
                    principal={"Service": "cloudwatch.amazonaws.com"},
                    condition={"ArnLike": {"aws:SourceArn": alarms}, "StringEquals": {"aws:SourceAccount": account}},
                )
            ),
        )
        self.subscriptions = [
            SnsTopicSubscription(self, f"email-{email}", topic_arn=self.topic.arn, protocol="email", endpoint=email)
            for email in dict.fromkeys(spec.emails)
        ]
        self.outputs = TopicOutputs(
            name=name, id=self.topic.arn, key=key.id, told=(self.topic.arn, *spec.topics_in(region.name))
        )

    def grant_publish(self, role: IamRole) -> IamRolePolicy:
        """Let a role tell people something."""
        # The role is the scope, since two roles of different constructs may have the same id.
        return IamRolePolicy(
            role,
            "tell-people",
            name="tell-people",
            role=role.name,
            policy=document(
                allow(["sns:Publish"], [self.outputs.id]),
                allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.outputs.key]),
            ),
        )
