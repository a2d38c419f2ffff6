"""The vector database and its copy in the embedded cloud, applied by Terraform with the real AWS provider."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc

from backstay.aws._vector_db import cluster_identifier
from backstay.aws.keys import Key
from backstay.aws.vector_db import VectorDb
from backstay.aws.vector_db_replica import VectorDbReplica
from backstay.outputs import NetworkOutputs
from backstay.sandbox import Sandbox
from backstay.terraform import Action, Outcome
from backstay.topology import Duration, aws_region
from backstay.topology.data import VectorDbSpec
from backstay.topology.keys import KeyUse
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES

HOME, AWAY = "us-east-1", "eu-west-1"
SPEC = VectorDbSpec(enforce_rpo=True)
RPO = Duration.parse("1m")

# Terraform's own word for it, with -detailed-exitcode.
NOTHING_TO_DO = 0

pytestmark = pytest.mark.sandbox


def network(stack: TerraformStack, region: str) -> NetworkOutputs:
    vpc = Vpc(stack, "vpc", cidr_block="10.0.0.0/16")
    subnets = [
        Subnet(stack, zone, vpc_id=vpc.id, availability_zone=f"{region}{zone}", cidr_block=f"10.0.{number}.0/24")
        for number, zone in enumerate("abc")
    ]
    return NetworkOutputs(
        id=vpc.id,
        cidr="10.0.0.0/16",
        private_subnets=tuple(subnet.id for subnet in subnets),
        public_subnets=(),
        zones=tuple(subnet.availability_zone for subnet in subnets),
    )


def database(kind: type[VectorDb | VectorDbReplica], region: str) -> Callable[[TerraformStack], Any]:
    def build(stack: TerraformStack) -> Any:
        stack.add_override("provider.aws.0.default_tags.0.tags", {"Environment": "production"})
        here = {"region": aws_region(region), "names": NAMES, "disposable": True}
        key = Key(stack, "key", purpose="data", uses={KeyUse.DATABASES, KeyUse.LOGS}, **here).outputs
        return kind(
            stack, "vector-db", spec=SPEC, network=network(stack, region), key=key, log_key=key, rpo=RPO, **here
        )

    return build


@pytest.fixture(scope="module")
def regions(
    emulated_cloud: Sandbox, terraform_on_path: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Deployment]:
    assert terraform_on_path
    emulated_cloud.reset()
    made = {
        region: Deployment(tmp_path_factory.mktemp(region), emulated_cloud, account="123456789012", region=region)
        for region in (HOME, AWAY)
    }
    made[HOME].synthesize(database(VectorDb, HOME))
    made[AWAY].synthesize(database(VectorDbReplica, AWAY))
    for deployment in made.values():
        applied = deployment.run(Action.APPLY)
        assert applied.outcome is Outcome.CHANGED, applied.errors
    return made


def plans(regions: dict[str, Deployment]) -> dict[str, int | None]:
    return {region: deployment.run(Action.PLAN).exit_status for region, deployment in regions.items()}


def members(deployment: Deployment) -> dict[str, bool]:
    """The regions of the global database, and whether each is the writer."""
    (found,) = deployment.client("rds").describe_global_clusters()["GlobalClusters"]
    return {member["DBClusterArn"].split(":")[3]: member["IsWriter"] for member in found["GlobalClusterMembers"]}


def cluster(deployment: Deployment) -> dict[str, Any]:
    (found,) = deployment.client("rds").describe_db_clusters()["DBClusters"]
    return found


def test_the_copy_joins_by_its_computed_name_and_second_plans_change_nothing(regions: dict[str, Deployment]) -> None:
    assert members(regions[AWAY]) == {HOME: True, AWAY: False}
    assert plans(regions) == {HOME: NOTHING_TO_DO, AWAY: NOTHING_TO_DO}


def test_each_region_encrypts_with_its_own_key(regions: dict[str, Deployment]) -> None:
    keys = [cluster(deployment)["KmsKeyId"].split(":")[3] for deployment in regions.values()]
    assert keys == [HOME, AWAY]


def test_the_password_is_neither_planned_nor_kept(regions: dict[str, Deployment]) -> None:
    state = json.loads((regions[HOME].folder / "terraform.tfstate").read_text())
    (kept,) = (resource for resource in state["resources"] if resource["type"] == "aws_rds_cluster")
    attributes = kept["instances"][0]["attributes"]
    assert attributes["master_username"] == "dba"
    assert (attributes["master_password"], attributes["master_password_wo"]) == (None, None)
    assert {resource["mode"] for resource in state["resources"]} == {"managed", "data"}


@pytest.mark.parametrize(("lost", "left"), [(HOME, AWAY), (AWAY, HOME)])
def test_a_region_is_planned_with_the_other_one_lost(regions: dict[str, Deployment], lost: str, left: str) -> None:
    regions[left].sandbox.lose(lost)
    try:
        assert regions[left].run(Action.PLAN).exit_status == NOTHING_TO_DO
    finally:
        regions[left].sandbox.restore(lost)


def promote(deployment: Deployment, **how: bool) -> None:
    """Let the region write from now on."""
    deployment.client("rds").failover_global_cluster(
        GlobalClusterIdentifier=cluster_identifier(NAMES),
        TargetDbClusterIdentifier=cluster(deployment)["DBClusterArn"],
        **how,
    )


def test_a_failover_is_not_undone_in_either_region(regions: dict[str, Deployment]) -> None:
    regions[AWAY].sandbox.lose(HOME)
    promote(regions[AWAY], AllowDataLoss=True)
    survivor = regions[AWAY].run(Action.APPLY)
    regions[AWAY].sandbox.restore(HOME)
    assert survivor.outcome is Outcome.UNCHANGED, survivor.errors
    assert members(regions[AWAY]) == {HOME: False, AWAY: True}
    assert cluster(regions[HOME])["ReplicationSourceIdentifier"] == cluster(regions[AWAY])["DBClusterArn"]
    assert plans(regions) == {HOME: NOTHING_TO_DO, AWAY: NOTHING_TO_DO}


def test_a_copy_that_was_taken_out_is_neither_deleted_nor_made_anew(regions: dict[str, Deployment]) -> None:
    promote(regions[HOME])
    regions[AWAY].client("rds").remove_from_global_cluster(
        GlobalClusterIdentifier=cluster_identifier(NAMES),
        DbClusterIdentifier=cluster(regions[AWAY])["DBClusterArn"],
    )
    assert plans(regions) == {HOME: NOTHING_TO_DO, AWAY: NOTHING_TO_DO}


def test_copies_go_first_and_nothing_is_left(regions: dict[str, Deployment]) -> None:
    for region in (AWAY, HOME):
        destroyed = regions[region].run(Action.DESTROY)
        assert destroyed.outcome is Outcome.CHANGED, destroyed.errors
        assert regions[region].client("rds").describe_db_clusters()["DBClusters"] == []
    assert regions[HOME].client("rds").describe_global_clusters()["GlobalClusters"] == []
