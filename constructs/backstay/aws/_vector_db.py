"""What a region's part of the vector database is made of, be it the writer or a copy."""

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster, RdsClusterServerlessv2ScalingConfiguration
from cdktf_cdktf_provider_aws.rds_cluster_instance import RdsClusterInstance
from cdktf_cdktf_provider_aws.rds_cluster_parameter_group import (
    RdsClusterParameterGroup,
    RdsClusterParameterGroupParameter,
)
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from backstay.aws.policy import allow, document
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, Duration, Names
from backstay.topology.backups import BACKED_UP
from backstay.topology.data import VectorDbSpec

ENGINE = "aurora-postgresql"
PORT = 5432
_SLOW_STATEMENT_MILLISECONDS = 1_000
# What Performance Insights keeps without a charge.
_INSIGHTS_DAYS = 7

# Who writes and who follows moves at run time, and an upgrade goes through the global cluster. A plan that set the
# first two back would take the cluster out of the global one, or promote it
# (https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/rds_cluster).
_RUN_TIME_OWNS = ("global_cluster_identifier", "replication_source_identifier", "engine_version")


class VectorDbFoundation(Construct):
    """Give a region's cluster its subnets, its firewall, its parameters and an encrypted place for its logs."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: VectorDbSpec,
        names: Names,
        network: NetworkOutputs,
        log_key: KeyOutputs,
        rpo: Duration,
        disposable: bool,
    ) -> None:
        super().__init__(scope, id_)
        self.identifier = cluster_identifier(names)
        tags = {"Name": names.machine("vector-db")}
        self.subnets = DbSubnetGroup(
            self, "subnets", name=self.identifier, subnet_ids=list(network.private_subnets), tags=tags
        )
        self.security_group = SecurityGroup(
            self,
            "security-group",
            name=names.machine("vector-db"),
            description="Clients of the vector database",
            vpc_id=network.id,
            tags=tags,
        )
        self.clients = VpcSecurityGroupIngressRule(
            self,
            "clients",
            security_group_id=self.security_group.id,
            description="PostgreSQL from within the network",
            ip_protocol="tcp",
            from_port=PORT,
            to_port=PORT,
            cidr_ipv4=network.cidr,
        )
        major = spec.engine_version.partition(".")[0]
        self.parameters = RdsClusterParameterGroup(
            self,
            "parameters",
            # A group belongs to a major version, so the next one's stands beside it until the upgrade is done.
            name=names.identifier(f"vector-db-{major}"),
            family=f"{ENGINE}{major}",
            description="Encrypted connections, and a log of what is slow or changes the schema",
            parameter=[
                RdsClusterParameterGroupParameter(name=name, value=value)
                for name, value in _parameters(rpo if spec.enforce_rpo else None).items()
            ],
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        self.logs = CloudwatchLogGroup(
            self,
            "logs",
            # Aurora writes here, and would make the group itself: unencrypted, and to be kept for ever.
            name=f"/aws/rds/cluster/{self.identifier}/postgresql",
            retention_in_days=spec.log_days,
            kms_key_id=log_key.id,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.logs.add_override("//.checkov", {"CKV_AWS_338": "how long logs are kept is the environment's to say"})


def cluster_identifier(names: Names) -> str:
    """The clusters' name, the same in every region, which leaves room for an instance's number; RDS allows 63."""
    return names.identifier("vector-db", limit=60)


def cluster_settings(
    foundation: VectorDbFoundation,
    *,
    spec: VectorDbSpec,
    global_cluster: str,
    names: Names,
    key: KeyOutputs,
    disposable: bool,
) -> dict[str, Any]:
    """What the writer's cluster and a copy's have in common: either becomes the other in a failover."""
    return {
        "cluster_identifier": foundation.identifier,
        "global_cluster_identifier": global_cluster,
        "engine": ENGINE,
        "engine_version": spec.engine_version,
        "port": PORT,
        "db_subnet_group_name": foundation.subnets.name,
        "vpc_security_group_ids": [foundation.security_group.id],
        "db_cluster_parameter_group_name": foundation.parameters.name,
        "storage_encrypted": True,
        "kms_key_id": key.id,
        "iam_database_authentication_enabled": True,
        "serverlessv2_scaling_configuration": RdsClusterServerlessv2ScalingConfiguration(
            min_capacity=spec.min_capacity, max_capacity=spec.max_capacity
        ),
        # Or a change would wait for a night in the week, and every plan until then show it again.
        "apply_immediately": True,
        "backup_retention_period": spec.backup_days,
        "copy_tags_to_snapshot": True,
        "tags": dict(BACKED_UP),
        "enabled_cloudwatch_logs_exports": ["postgresql"],
        "deletion_protection": not disposable,
        "skip_final_snapshot": disposable,
        "final_snapshot_identifier": None if disposable else names.identifier("vector-db-final"),
        "lifecycle": TerraformResourceLifecycle(
            ignore_changes=list(_RUN_TIME_OWNS), prevent_destroy=None if disposable else True
        ),
        "depends_on": [foundation.logs],
    }


def instances(
    scope: Construct, cluster: RdsCluster, *, spec: VectorDbSpec, network: NetworkOutputs, key: KeyOutputs
) -> list[RdsClusterInstance]:
    """The machines of a cluster, each in the next zone."""
    waivers = {"CKV2_AWS_8": "backups beyond the region's own are the environment's backup plan's to make"}
    if not cluster.deletion_protection_input:
        waivers["CKV_AWS_139"] = "a disposable environment may be deleted whole"
    cluster.add_override("//.checkov", waivers)
    return [
        _instance(scope, cluster, number, zone=network.zones[number % len(network.zones)], key=key)
        for number in range(spec.instances)
    ]


def _instance(scope: Construct, cluster: RdsCluster, number: int, *, zone: str, key: KeyOutputs) -> RdsClusterInstance:
    instance = RdsClusterInstance(
        scope,
        f"instance-{number}",
        identifier=f"{cluster.cluster_identifier_input}-{number}",
        cluster_identifier=cluster.id,
        engine=ENGINE,
        instance_class="db.serverless",
        availability_zone=zone,
        # Instances of the first two tiers grow and shrink with the writer, so that any of them can take over at once.
        promotion_tier=min(number, 1),
        publicly_accessible=False,
        copy_tags_to_snapshot=True,
        performance_insights_enabled=True,
        performance_insights_kms_key_id=key.id,
        performance_insights_retention_period=_INSIGHTS_DAYS,
    )
    instance.add_override(
        "//.checkov",
        {
            "CKV_AWS_118": "Performance Insights tells what the database waits for; the machine under it is AWS's",
            "CKV_AWS_226": "it does nothing in a global database, whose clusters are upgraded together",
        },
    )
    return instance


def connection(role: IamRole, user: str, *, cluster: RdsCluster, region: CloudRegion) -> IamRolePolicy:
    """Let a role log in to a cluster as a user who has been granted `rds_iam`."""
    account = DataAwsCallerIdentity(role, f"{user}-account").account_id
    partition = DataAwsPartition(role, f"{user}-partition").partition
    login = f"arn:{partition}:rds-db:{region.name}:{account}:dbuser:{cluster.cluster_resource_id}/{user}"
    # The role is the scope, since two roles of different constructs may have the same id.
    name = f"connect-as-{user}"
    return IamRolePolicy(role, name, name=name, role=role.name, policy=document(allow(["rds-db:connect"], [login])))


def _parameters(rpo: Duration | None) -> dict[str, str]:
    always = {
        "rds.force_ssl": "1",
        "log_statement": "ddl",
        "log_min_duration_statement": str(_SLOW_STATEMENT_MILLISECONDS),
    }
    return always | ({"rds.global_db_rpo": str(rpo.seconds)} if rpo else {})
