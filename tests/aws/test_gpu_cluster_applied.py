"""A GPU cluster in the embedded cloud, applied by Terraform with the real AWS provider."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from cdktf import App, LocalBackend, TerraformStack
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc

from backstay import sandbox
from backstay.aws.gpu_cluster import GpuCluster
from backstay.aws.provider import attach_provider
from backstay.outputs import NetworkOutputs
from backstay.sandbox import Sandbox
from backstay.terraform import ProviderMirrorError, TerraformNotFoundError, binary, mirror, settings
from backstay.topology import AdminSpec, ClusterSpec
from tests.aws.surroundings import KEY, NAMES, REGION
from tests.conftest import require

ACCOUNT = "123456789012"
DEPLOYER, OPERATIONS = "pipelines/deployer", "operations"
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")


class Deployment:
    """A cluster in a stack of its own, and whoever deploys it."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        try:
            self._terraform = binary.find(os.environ).command
            self._variables = settings.child_environment(folder=folder / "shared", mirror=mirror.find(None))
        except (TerraformNotFoundError, ProviderMirrorError) as error:
            require(present=False, reason=str(error))
            raise
        self._endpoint = endpoint
        app = App(outdir=str(folder / "out"))
        self._build(app)
        app.synth()
        self._stack = folder / "out" / "stacks" / "region"
        sandbox.write_override(self._stack, local_state=folder)
        for role in (DEPLOYER, OPERATIONS):
            self._create_role(role)

    def _build(self, app: App) -> None:
        stack = TerraformStack(app, "region")
        LocalBackend(stack, path="terraform.tfstate")
        attach_provider(stack, region=REGION, tags={"Environment": "production"})
        vpc = Vpc(stack, "vpc", cidr_block="10.0.0.0/16")
        subnets = [
            Subnet(stack, zone, vpc_id=vpc.id, availability_zone=zone, cidr_block=f"10.0.{number}.0/24")
            for number, zone in enumerate(ZONES)
        ]
        network = NetworkOutputs(
            id=vpc.id,
            cidr="10.0.0.0/16",
            private_subnets=tuple(subnet.id for subnet in subnets),
            public_subnets=(),
            zones=tuple(subnet.availability_zone for subnet in subnets),
        )
        admins = tuple(AdminSpec(role_arn=self.arn(role)) for role in (DEPLOYER, OPERATIONS))
        GpuCluster(
            stack,
            "cluster",
            spec=ClusterSpec(admins=admins),
            region=REGION,
            names=NAMES,
            network=network,
            key=KEY,
            log_key=KEY,
            tags={"Environment": "production"},
            disposable=True,
        )

    @staticmethod
    def arn(role: str) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{role}"

    def client(self, service: str) -> Any:
        variables = sandbox.environment(self._endpoint, account=ACCOUNT)
        return boto3.client(
            service,
            region_name=REGION.name,
            endpoint_url=self._endpoint,
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        )

    def _create_role(self, role: str) -> None:
        path, _, name = f"/{role}".rpartition("/")
        iam = self.client("iam")
        iam.create_role(RoleName=name, Path=f"{path}/", AssumeRolePolicyDocument="{}")
        iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")

    def _credentials(self, role: str) -> dict[str, str]:
        session = self.client("sts").assume_role(RoleArn=self.arn(role), RoleSessionName="deployment")
        return {
            "AWS_ACCESS_KEY_ID": session["Credentials"]["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": session["Credentials"]["SecretAccessKey"],
            "AWS_SESSION_TOKEN": session["Credentials"]["SessionToken"],
        }

    def run(self, *arguments: str, role: str = DEPLOYER) -> subprocess.CompletedProcess[str]:
        inside = sandbox.environment(self._endpoint, account=ACCOUNT, base=self._variables)
        command = [*self._terraform, f"-chdir={self._stack}", *arguments, "-input=false", "-no-color"]
        variables = inside | self._credentials(role)
        return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=600)

    def plan(self, *, role: str = DEPLOYER) -> str:
        done = self.run("plan", "-detailed-exitcode", role=role)
        assert done.returncode != 1, done.stderr
        return done.stdout

    def entries(self) -> list[str]:
        return self.client("eks").list_access_entries(clusterName=NAMES.cluster())["accessEntries"]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    cloud = Sandbox.start(tmp_path_factory.mktemp("cloud"))
    made = Deployment(tmp_path_factory.mktemp("deployment"), cloud.endpoint)
    begun = made.run("init")
    require(begun.returncode == 0, f"no AWS provider at hand: {begun.stderr}")
    applied = made.run("apply", "-auto-approve")
    assert applied.returncode == 0, applied.stderr
    yield made
    cloud.stop()


@pytest.mark.sandbox
def test_a_second_plan_changes_nothing(deployment: Deployment) -> None:
    assert "No changes." in deployment.plan()


@pytest.mark.sandbox
def test_a_deployer_who_is_named_as_administrator_has_one_access_entry(deployment: Deployment) -> None:
    assert sorted(deployment.entries()) == sorted(deployment.arn(role) for role in (DEPLOYER, OPERATIONS))


@pytest.mark.sandbox
def test_a_plan_does_not_depend_on_who_makes_it(deployment: Deployment) -> None:
    assert "No changes." in deployment.plan(role=OPERATIONS)


@pytest.mark.sandbox
def test_a_failover_that_added_nodes_is_not_undone(deployment: Deployment) -> None:
    eks = deployment.client("eks")
    eks.update_nodegroup_config(
        clusterName=NAMES.cluster(), nodegroupName=NAMES.node_group("gpu"), scalingConfig={"desiredSize": 6}
    )
    assert "No changes." in deployment.plan()


@pytest.mark.sandbox
def test_nothing_is_left_of_a_disposable_cluster(deployment: Deployment) -> None:
    destroyed = deployment.run("destroy", "-auto-approve")
    assert destroyed.returncode == 0, destroyed.stderr
    assert deployment.client("eks").list_clusters()["clusters"] == []
    assert deployment.client("logs").describe_log_groups()["logGroups"] == []
