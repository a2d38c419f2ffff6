"""A GPU cluster in the embedded cloud, applied by Terraform with the real AWS provider."""

from collections.abc import Callable

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc

from backstay.aws.gpu_cluster import GpuCluster
from backstay.outputs import NetworkOutputs
from backstay.sandbox import Sandbox
from backstay.terraform import Action
from backstay.terraform.result import Outcome
from backstay.topology import AdminSpec, ClusterSpec
from tests.aws.deployment import Deployment
from tests.aws.surroundings import KEY, NAMES, NETWORK, REGION

TAGS = {"Environment": "production"}
DEPLOYER = "arn:aws:iam::123456789012:role/pipelines/deployer"
OPERATIONS = "arn:aws:iam::123456789012:role/operations"

# Terraform's own word for it, with -detailed-exitcode.
NOTHING_TO_DO = 0

pytestmark = pytest.mark.sandbox


def deployed_by(role: str) -> Callable[[TerraformStack], GpuCluster]:
    """A cluster in a network of its own, deployed by a role that is named as an administrator as well."""

    def build(stack: TerraformStack) -> GpuCluster:
        stack.add_override("provider.aws.0.assume_role", [{"role_arn": role}])
        stack.add_override("provider.aws.0.default_tags.0.tags", TAGS)
        vpc = Vpc(stack, "vpc", cidr_block=NETWORK.cidr)
        subnets = [
            Subnet(stack, zone, vpc_id=vpc.id, availability_zone=zone, cidr_block=f"10.0.{number}.0/24")
            for number, zone in enumerate(NETWORK.zones)
        ]
        network = NetworkOutputs(
            id=vpc.id,
            cidr=NETWORK.cidr,
            private_subnets=tuple(subnet.id for subnet in subnets),
            public_subnets=(),
            zones=tuple(subnet.availability_zone for subnet in subnets),
        )
        return GpuCluster(
            stack,
            "cluster",
            spec=ClusterSpec(admins=(AdminSpec(role_arn=DEPLOYER), AdminSpec(role_arn=OPERATIONS))),
            region=REGION,
            names=NAMES,
            network=network,
            key=KEY,
            log_key=KEY,
            tags=TAGS,
            disposable=True,
        )

    return build


def create_role(deployment: Deployment, arn: str) -> None:
    path, _, name = arn.partition(":role")[2].rpartition("/")
    iam = deployment.client("iam")
    iam.create_role(RoleName=name, Path=f"{path}/", AssumeRolePolicyDocument="{}")
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


@pytest.fixture(scope="module")
def deployed(emulated_cloud: Sandbox, terraform_on_path: str, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    assert terraform_on_path
    emulated_cloud.reset()
    deployment = Deployment(tmp_path_factory.mktemp("deployed"), emulated_cloud, account="123456789012")
    create_role(deployment, DEPLOYER)
    create_role(deployment, OPERATIONS)
    deployment.synthesize(deployed_by(DEPLOYER))
    applied = deployment.run(Action.APPLY)
    assert applied.outcome is Outcome.CHANGED, applied.errors
    return deployment


def test_a_second_plan_changes_nothing(deployed: Deployment) -> None:
    assert deployed.run(Action.PLAN).exit_status == NOTHING_TO_DO


def test_a_deployer_who_is_named_as_administrator_has_one_access_entry(deployed: Deployment) -> None:
    entries = deployed.client("eks").list_access_entries(clusterName=NAMES.cluster())["accessEntries"]
    assert sorted(entries) == sorted([DEPLOYER, OPERATIONS])


def test_a_plan_does_not_depend_on_who_makes_it(deployed: Deployment) -> None:
    deployed.synthesize(deployed_by(OPERATIONS))
    assert deployed.run(Action.PLAN).exit_status == NOTHING_TO_DO


def test_a_failover_that_added_nodes_is_not_undone(deployed: Deployment) -> None:
    deployed.client("eks").update_nodegroup_config(
        clusterName=NAMES.cluster(), nodegroupName=NAMES.node_group("gpu"), scalingConfig={"desiredSize": 6}
    )
    assert deployed.run(Action.PLAN).exit_status == NOTHING_TO_DO


def test_nothing_is_left_of_a_disposable_cluster(deployed: Deployment) -> None:
    destroyed = deployed.run(Action.DESTROY)
    assert destroyed.outcome is Outcome.CHANGED, destroyed.errors
    assert deployed.client("eks").list_clusters()["clusters"] == []
    assert deployed.client("logs").describe_log_groups()["logGroups"] == []
