"""A record of who talked to whom in a network."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws.policy import allow, document
from backstay.aws.role import Role
from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion, Names


class FlowLogs(Construct):
    """See, weeks later, which connections a network accepted and refused.

    Survives: the network, unless disposable: an apply cannot delete the log group.
    Does not survive: the loss of its region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: str,
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
        keep_days: int,
        disposable: bool = False,
    ) -> None:
        """Record a network's traffic.

        Args:
            scope: the network.
            id_: its id there.
            vpc: the network's id.
            region: where the network lives.
            names: the environment's names.
            key: encrypts the log; it must admit CloudWatch Logs.
            keep_days: how long records are kept, in days; CloudWatch Logs offers certain terms only.
            disposable: whether an apply may delete the records.
        """
        super().__init__(scope, id_)
        self.log_group = CloudwatchLogGroup(
            self,
            "log-group",
            name=names.log_group("network", "flow"),
            retention_in_days=keep_days,
            kms_key_id=key.id,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.log_group.add_override(
            "//.checkov", {"CKV_AWS_338": "records are kept for as long as the environment says, 90 days by default"}
        )
        self.role = Role(self, "role", name=names.role("flow-logs", region), assume_role_policy=self._trust(region))
        self.write = IamRolePolicy(
            self,
            "write",
            name="write",
            role=self.role.name,
            policy=document(
                allow(
                    [
                        "logs:CreateLogStream",
                        "logs:DescribeLogGroups",
                        "logs:DescribeLogStreams",
                        "logs:PutLogEvents",
                    ],
                    [f"{self.log_group.arn}:*"],
                )
            ),
        )
        self.flow_log = FlowLog(
            self,
            "flow-log",
            vpc_id=vpc,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=self.log_group.arn,
            iam_role_arn=self.role.arn,
            tags={"Name": names.network()},
            # Without it the first records are refused, and the flow log says so until somebody looks.
            depends_on=[self.write],
        )

    def _trust(self, region: CloudRegion) -> str:
        account = DataAwsCallerIdentity(self, "account").account_id
        partition = DataAwsPartition(self, "partition").partition
        return document(
            {
                "Effect": "Allow",
                "Action": ["sts:AssumeRole"],
                "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                # The service works for every account, so it is told for which one it may take this role.
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account},
                    "ArnLike": {"aws:SourceArn": f"arn:{partition}:ec2:{region.name}:{account}:vpc-flow-log/*"},
                },
            }
        )
