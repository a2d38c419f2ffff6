"""EKS clusters and node groups, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

ROLE = "arn:aws:iam::{}:role/any"


def cluster(cloud: Cloud, **settings: object) -> Any:
    """A client of an account with one cluster, `main`, in the default network."""
    client = cloud.client("eks")
    subnets = [subnet["SubnetId"] for subnet in cloud.client("ec2").describe_subnets()["Subnets"]]
    client.create_cluster(
        name="main",
        version="1.35",
        roleArn=ROLE.format(cloud.account),
        **{"resourcesVpcConfig": {"subnetIds": subnets, "endpointPublicAccess": False}} | settings,
    )
    return client


def node_group(cloud: Cloud, **settings: object) -> dict[str, Any]:
    """A node group as it is read back."""
    client = cluster(cloud)
    client.create_nodegroup(
        clusterName="main",
        nodegroupName="gpu",
        subnets=client.describe_cluster(name="main")["cluster"]["resourcesVpcConfig"]["subnetIds"],
        nodeRole=ROLE.format(cloud.account),
        **settings,
    )
    return client.describe_nodegroup(clusterName="main", nodegroupName="gpu")["nodegroup"]


def test_cluster_keeps_its_settings(corrects) -> None:
    given = {
        "accessConfig": {"authenticationMode": "API"},
        "upgradePolicy": {"supportType": "STANDARD"},
        "zonalShiftConfig": {"enabled": True},
        "deletionProtection": True,
    }

    def kept(cloud: Cloud) -> dict[str, object]:
        found = cluster(cloud, **given).describe_cluster(name="main")["cluster"]
        return {setting: found.get(setting) for setting in given}

    corrects(kept, given)


def test_cluster_of_few_words_has_the_defaults_of_aws(corrects) -> None:
    def defaults(cloud: Cloud) -> tuple[object, ...]:
        found = cluster(cloud).describe_cluster(name="main")["cluster"]
        return found.get("accessConfig"), found.get("upgradePolicy"), found.get("zonalShiftConfig")

    corrects(defaults, ({"authenticationMode": "CONFIG_MAP"}, {"supportType": "EXTENDED"}, {"enabled": False}))


def test_cluster_has_a_security_group_in_its_network(corrects) -> None:
    def is_in_network(cloud: Cloud) -> bool:
        network = cluster(cloud).describe_cluster(name="main")["cluster"]["resourcesVpcConfig"]
        groups = cloud.client("ec2").describe_security_groups(GroupIds=[network["clusterSecurityGroupId"]])
        return groups["SecurityGroups"][0]["VpcId"] == network["vpcId"]

    corrects(lambda cloud: _or_missing(is_in_network, cloud), True)


def _or_missing(behaviour: Any, cloud: Cloud) -> object:
    try:
        return behaviour(cloud)
    except KeyError as missing:
        return missing


def test_security_group_of_a_cluster_goes_with_it(cloud: Cloud) -> None:
    client = cluster(cloud)
    before = cloud.client("ec2").describe_security_groups()["SecurityGroups"]
    client.delete_cluster(name="main")
    after = cloud.client("ec2").describe_security_groups()["SecurityGroups"]
    assert [group["GroupName"] for group in after] == ["default"]
    assert len(before) == 2


def test_change_of_a_cluster_leaves_the_rest_as_it_was(corrects) -> None:
    def changed(cloud: Cloud) -> tuple[object, ...]:
        client = cluster(cloud)
        before = client.describe_cluster(name="main")["cluster"]["resourcesVpcConfig"]
        answer = client.update_cluster_config(name="main", resourcesVpcConfig={"endpointPublicAccess": True})
        after = client.describe_cluster(name="main")["cluster"]["resourcesVpcConfig"]
        return answer.get("update", {}).get("status"), after == before | {"endpointPublicAccess": True}

    corrects(changed, ("Successful", True))


def test_node_group_has_no_remote_access_that_nobody_asked_for(corrects) -> None:
    corrects(lambda cloud: "remoteAccess" in node_group(cloud), False)


def test_node_group_keeps_update_and_repair_settings(corrects) -> None:
    given = {"updateConfig": {"maxUnavailable": 2}, "nodeRepairConfig": {"enabled": True}}

    def kept(cloud: Cloud) -> dict[str, object]:
        found = node_group(cloud, **given)
        return {setting: found.get(setting) for setting in given}

    corrects(kept, given)


def test_node_group_without_a_version_runs_that_of_its_cluster(corrects) -> None:
    corrects(lambda cloud: node_group(cloud)["version"], "1.35")
