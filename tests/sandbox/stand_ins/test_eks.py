"""What moto lacks of EKS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

ROLE = "arn:aws:iam::111122223333:role/any"
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def with_cluster(cloud: Cloud) -> Any:
    """A client of an account with one cluster, `main`."""
    eks = cloud.client("eks")
    subnets = [subnet["SubnetId"] for subnet in cloud.client("ec2").describe_subnets()["Subnets"]]
    eks.create_cluster(name="main", version="1.34", roleArn=ROLE, resourcesVpcConfig={"subnetIds": subnets})
    return eks


def test_addon_lives_and_dies(corrects) -> None:
    def life(cloud: Cloud) -> tuple[object, ...]:
        eks = with_cluster(cloud)
        addon = {"clusterName": "main", "addonName": "coredns"}
        eks.create_addon(**addon, configurationValues='{"replicaCount": 3}')
        created = eks.describe_addon(**addon)["addon"]
        update = eks.update_addon(**addon, addonVersion="v2.0.0-eksbuild.1")["update"]
        updated = eks.describe_addon(**addon)["addon"]
        listed = eks.list_addons(clusterName="main")["addons"]
        eks.delete_addon(**addon)
        return (
            created["status"],
            created["configurationValues"],
            update["status"],
            updated["addonVersion"],
            listed,
            eks.list_addons(clusterName="main")["addons"],
        )

    wanted = ("ACTIVE", '{"replicaCount": 3}', "Successful", "v2.0.0-eksbuild.1", ["coredns"], [])
    corrects(life, wanted)


def test_addon_gets_the_version_that_is_offered(cloud: Cloud) -> None:
    eks = with_cluster(cloud)
    (offer,) = eks.describe_addon_versions(addonName="vpc-cni", kubernetesVersion="1.34")["addons"]
    addon = eks.create_addon(clusterName="main", addonName="vpc-cni")["addon"]
    assert addon["addonVersion"] == offer["addonVersions"][0]["addonVersion"]


def test_access_entry_has_policies_until_it_is_deleted(corrects) -> None:
    def life(cloud: Cloud) -> tuple[object, ...]:
        eks = with_cluster(cloud)
        entry = {"clusterName": "main", "principalArn": ROLE}
        eks.create_access_entry(**entry)
        eks.update_access_entry(**entry, kubernetesGroups=["operators"])
        eks.associate_access_policy(**entry, policyArn=ADMIN, accessScope={"type": "cluster"})
        held = eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
        groups = eks.describe_access_entry(**entry)["accessEntry"]["kubernetesGroups"]
        eks.disassociate_access_policy(**entry, policyArn=ADMIN)
        left = eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
        listed = eks.list_access_entries(clusterName="main")["accessEntries"]
        eks.delete_access_entry(**entry)
        gone = eks.list_access_entries(clusterName="main")["accessEntries"]
        return [policy["policyArn"] for policy in held], groups, left, listed, gone

    corrects(life, ([ADMIN], ["operators"], [], [ROLE], []))


def test_service_account_has_one_role(corrects) -> None:
    def life(cloud: Cloud) -> tuple[object, ...]:
        eks = with_cluster(cloud)
        account = {"clusterName": "main", "namespace": "llm", "serviceAccount": "llm-service"}
        created = eks.create_pod_identity_association(**account, roleArn=ROLE)["association"]
        one = {"clusterName": "main", "associationId": created["associationId"]}
        eks.update_pod_identity_association(**one, roleArn=f"{ROLE}-2")
        with pytest.raises(ClientError, match="ResourceInUseException"):
            eks.create_pod_identity_association(**account, roleArn=ROLE)
        role = eks.describe_pod_identity_association(**one)["association"]["roleArn"]
        eks.delete_pod_identity_association(**one)
        return role, eks.list_pod_identity_associations(clusterName="main")["associations"]

    corrects(life, (f"{ROLE}-2", []))


def test_version_of_a_cluster_and_its_nodes_can_be_raised(corrects) -> None:
    def raised(cloud: Cloud) -> tuple[str, ...]:
        eks = with_cluster(cloud)
        group = {"clusterName": "main", "nodegroupName": "gpu"}
        eks.create_nodegroup(**group, subnets=["subnet-1"], nodeRole=ROLE)
        cluster = eks.update_cluster_version(name="main", version="1.35")["update"]
        eks.update_nodegroup_version(**group, version="1.35")
        return (
            eks.describe_update(name="main", updateId=cluster["id"])["update"]["status"],
            eks.describe_cluster(name="main")["cluster"]["version"],
            eks.describe_nodegroup(**group)["nodegroup"]["version"],
        )

    corrects(raised, ("Successful", "1.35", "1.35"))


def test_node_groups_and_addons_can_be_tagged_later(corrects) -> None:
    def tags(cloud: Cloud) -> list[dict[str, str]]:
        eks = with_cluster(cloud)
        group = eks.create_nodegroup(
            clusterName="main", nodegroupName="gpu", subnets=["subnet-1"], nodeRole=ROLE, tags={"a": "1"}
        )["nodegroup"]["nodegroupArn"]
        addon = eks.create_addon(clusterName="main", addonName="coredns", tags={"a": "1"})["addon"]["addonArn"]
        for arn in (group, addon):
            eks.tag_resource(resourceArn=arn, tags={"b": "2"})
            eks.untag_resource(resourceArn=arn, tagKeys=["a"])
        return [eks.list_tags_for_resource(resourceArn=arn)["tags"] for arn in (group, addon)]

    corrects(tags, [{"b": "2"}, {"b": "2"}])


def test_clusters_themselves_are_still_tagged_by_the_emulator(cloud: Cloud) -> None:
    eks = with_cluster(cloud)
    arn = eks.describe_cluster(name="main")["cluster"]["arn"]
    eks.tag_resource(resourceArn=arn, tags={"team": "ai"})
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "ai"}


def test_cluster_made_again_has_none_of_the_old_addons(cloud: Cloud) -> None:
    eks = with_cluster(cloud)
    eks.create_addon(clusterName="main", addonName="coredns")
    eks.delete_cluster(name="main")
    with_cluster(cloud)
    assert eks.list_addons(clusterName="main")["addons"] == []


@pytest.mark.parametrize("operation", ["describe_addon", "create_addon", "delete_addon"])
def test_addon_of_no_cluster_is_not_found(cloud: Cloud, operation: str) -> None:
    call = getattr(cloud.client("eks"), operation)
    with pytest.raises(ClientError, match="No cluster found for name: none"):
        call(clusterName="none", addonName="coredns")


def test_same_addon_twice_is_refused(cloud: Cloud) -> None:
    eks = with_cluster(cloud)
    eks.create_addon(clusterName="main", addonName="coredns")
    with pytest.raises(ClientError, match="ResourceInUseException"):
        eks.create_addon(clusterName="main", addonName="coredns")


def test_assumed_role_sees_what_is_in_its_account(cloud: Cloud) -> None:
    with_cluster(cloud).create_addon(clusterName="main", addonName="coredns")
    role = f"arn:aws:iam::{cloud.account}:role/deploy"
    given = (
        type(cloud)(cloud.endpoint).client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    )
    assumed = boto3.client(
        "eks",
        region_name="eu-west-1",
        endpoint_url=cloud.endpoint,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    assert assumed.list_addons(clusterName="main")["addons"] == ["coredns"]


def test_regions_and_accounts_do_not_see_each_other(cloud: Cloud) -> None:
    with_cluster(cloud).create_addon(clusterName="main", addonName="coredns")
    with pytest.raises(ClientError, match="No cluster found"):
        cloud.client("eks", "us-east-1").list_addons(clusterName="main")
    with pytest.raises(ClientError, match="No cluster found"):
        type(cloud)(cloud.endpoint).client("eks").list_addons(clusterName="main")


def test_creation_whose_answer_got_lost_succeeds_when_it_is_asked_for_again(cloud: Cloud) -> None:
    eks = with_cluster(cloud)
    attempts = iter((1, 2))

    def same_call(request: Any, **_: Any) -> None:
        request.headers["amz-sdk-invocation-id"] = f"one call of {cloud.account}"
        request.headers["amz-sdk-request"] = f"attempt={next(attempts)}; max=3"

    eks.meta.events.register("before-send.eks.CreateAddon", same_call)
    addons = [eks.create_addon(clusterName="main", addonName="coredns")["addon"] for _ in range(2)]
    assert addons[0] == addons[1]
