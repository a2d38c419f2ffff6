"""Network interfaces, security groups and reservations of EC2 instances, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def instance_with_an_interface(cloud: Cloud) -> tuple[str, dict[str, Any]]:
    """A security group, and an instance that was asked for with it and without a public address."""
    ec2 = cloud.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.create_security_group(GroupName="gpu", Description="gpu", VpcId=subnet["VpcId"])["GroupId"]
    interface = {
        "DeviceIndex": 0,
        "SubnetId": subnet["SubnetId"],
        "AssociatePublicIpAddress": False,
        "Groups": [group],
    }
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, NetworkInterfaces=[interface])
    return group, ec2.describe_instances()["Reservations"][0]["Instances"][0]


def test_instance_without_a_public_address_has_no_association(corrects) -> None:
    def associations(cloud: Cloud) -> list[bool]:
        _, instance = instance_with_an_interface(cloud)
        return ["Association" in interface for interface in instance["NetworkInterfaces"]]

    corrects(associations, [False])


def test_instance_is_in_the_groups_of_its_interface(corrects) -> None:
    def is_in_its_group(cloud: Cloud) -> bool:
        group, instance = instance_with_an_interface(cloud)
        return [given["GroupId"] for given in instance["SecurityGroups"]] == [group]

    corrects(is_in_its_group, True)


def test_protected_instance_keeps_its_protection(corrects) -> None:
    def is_protected(cloud: Cloud) -> bool:
        ec2 = cloud.client("ec2")
        made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, DisableApiTermination=True)
        id_ = made["Instances"][0]["InstanceId"]
        found = ec2.describe_instance_attribute(InstanceId=id_, Attribute="disableApiTermination")
        return found["DisableApiTermination"]["Value"]

    corrects(is_protected, True)


def test_public_address_is_still_associated(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
    instance = ec2.describe_instances()["Reservations"][0]["Instances"][0]
    (interface,) = instance["NetworkInterfaces"]
    assert interface["Association"]["PublicIp"] == instance["PublicIpAddress"]


def test_rule_that_names_another_group_keeps_its_description(corrects) -> None:
    def description(cloud: Cloud) -> str | None:
        ec2 = cloud.client("ec2")
        network = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        machines, balancer = (
            ec2.create_security_group(GroupName=name, Description=name, VpcId=network)["GroupId"]
            for name in ("machines", "balancer")
        )
        pair = {"GroupId": balancer, "Description": "requests"}
        permission = {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8000, "UserIdGroupPairs": [pair]}
        ec2.authorize_security_group_ingress(GroupId=machines, IpPermissions=[permission])
        found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [machines]}])
        return next(rule.get("Description") for rule in found["SecurityGroupRules"] if not rule["IsEgress"])

    corrects(description, "requests")


def test_instance_keeps_the_reservation_that_it_was_launched_into(corrects) -> None:
    def reservation(cloud: Cloud) -> object:
        ec2 = cloud.client("ec2")
        wanted = {"CapacityReservationTarget": {"CapacityReservationId": "cr-0123456789abcdef0"}}
        launch = {"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1}
        reserved = ec2.run_instances(CapacityReservationSpecification=wanted, **launch)["Instances"][0]["InstanceId"]
        ec2.run_instances(**launch)
        found = ec2.describe_instances()["Reservations"]
        kept = {i["InstanceId"]: i.get("CapacityReservationSpecification") for r in found for i in r["Instances"]}
        return kept.pop(reserved) == wanted, [*kept.values()]

    corrects(reservation, (True, [None]))
