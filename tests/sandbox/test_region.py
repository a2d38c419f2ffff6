"""Real Terraform and the real AWS provider against the embedded cloud."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backstay.sandbox.seeds import HostedZone, MachineImage, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from backstay.sandbox import Sandbox
    from tests.sandbox.conftest import Cloud, Terraform

STACKS = Path(__file__).parent / "stacks"
ZONE = "Z0123456789ABCDEFGHIJ"
IMAGES = (
    "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/nvidia/recommended/image_id",
    "/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id",
)


def leftovers(cloud: Cloud) -> dict[str, object]:
    """What a destroy should have taken away, by kind."""
    networks = cloud.client("ec2").describe_vpcs()["Vpcs"]
    reservations = cloud.client("ec2").describe_instances()["Reservations"]
    instances = [instance for reservation in reservations for instance in reservation["Instances"]]
    found = {
        "networks": [network["VpcId"] for network in networks if not network["IsDefault"]],
        "instances": [instance for instance in instances if instance["State"]["Name"] != "terminated"],
        "clusters": cloud.client("eks").list_clusters()["clusters"],
        "groups": cloud.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"],
        "load balancers": cloud.client("elbv2").describe_load_balancers()["LoadBalancers"],
        "buckets": cloud.client("s3").list_buckets()["Buckets"],
        "tables": cloud.client("dynamodb").list_tables()["TableNames"],
        "roles": cloud.client("iam").list_roles()["Roles"],
    }
    return {kind: left for kind, left in found.items() if left}


@pytest.mark.sandbox
def test_region_is_applied_kept_changed_and_destroyed(
    sandbox: Sandbox, cloud: Cloud, terraform: Callable[[Path], Terraform]
) -> None:
    presumed = [MachineImage("eu-west-1", parameter) for parameter in IMAGES]
    sandbox.seed(
        [HostedZone(ZONE, "example.com"), Secret("eu-west-1", "llm/api-key"), *presumed], account=cloud.account
    )
    region = terraform(STACKS / "region")
    account = f"-var=account={cloud.account}"

    region.apply(account)
    assert region.changes(account) == ""

    upgrade = (
        account,
        "-var=kubernetes_version=1.35",
        "-var=gpu_instance_type=g6.2xlarge",
        '-var=cluster_log_types=["api"]',
    )
    region.apply(*upgrade)
    assert region.changes(*upgrade) == ""
    (group,) = cloud.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert {instance["InstanceType"] for instance in group["Instances"]} == {"g6.2xlarge"}
    assert cloud.client("eks").describe_cluster(name="main")["cluster"]["version"] == "1.35"

    region.run("destroy", "-auto-approve", "-input=false", *upgrade)
    assert leftovers(cloud) == {}


@pytest.mark.sandbox
def test_replicas_are_applied_kept_and_destroyed(cloud: Cloud, terraform: Callable[[Path], Terraform]) -> None:
    replicas = terraform(STACKS / "replicas")
    namespace = f"-var=namespace=acme-{cloud.account}"
    replicas.apply(namespace)
    assert replicas.changes(namespace) == ""
    peer = cloud.client("s3", "eu-central-1")
    assert peer.get_object(Bucket=f"acme-{cloud.account}-peer", Key="models/current")["Body"].read() == b"v1"
    replicas.run("destroy", "-auto-approve", "-input=false", namespace)
    assert cloud.client("dynamodb", "eu-central-1").list_tables()["TableNames"] == []
    assert leftovers(cloud) == {}


@pytest.mark.sandbox
def test_failover_is_applied_kept_and_destroyed(cloud: Cloud, terraform: Callable[[Path], Terraform]) -> None:
    failover = terraform(STACKS / "failover")
    failover.apply()
    assert failover.changes() == ""
    failover.run("destroy", "-auto-approve", "-input=false")
    assert leftovers(cloud) == {}


@pytest.mark.sandbox
def test_account_other_than_the_stack_names_is_refused(terraform: Callable[[Path], Terraform]) -> None:
    refused = terraform(STACKS / "region").run("plan", "-input=false", "-var=account=999999999999", succeeds=False)
    assert refused.returncode == 1
    assert "AWS account ID not allowed" in refused.stderr


@pytest.mark.sandbox
def test_stack_is_planned_while_another_region_is_lost(
    sandbox: Sandbox, cloud: Cloud, terraform: Callable[[Path], Terraform]
) -> None:
    store = terraform(STACKS / "store")
    store.apply()
    assert cloud.client("dynamodb").list_tables()["TableNames"] == ["locks"]
    sandbox.lose("us-east-1")
    try:
        assert store.changes() == ""
        sandbox.lose("eu-west-1")
        assert "the region is lost" in store.changes()
    finally:
        sandbox.restore("us-east-1")
        sandbox.restore("eu-west-1")
    assert store.changes() == ""
