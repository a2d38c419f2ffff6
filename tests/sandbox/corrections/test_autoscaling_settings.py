"""What an auto-scaling group keeps of its settings, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

RESERVED = {
    "CapacityReservationPreference": "capacity-reservations-first",
    "CapacityReservationTarget": {"CapacityReservationIds": ["cr-0123456789abcdef0"]},
}


def settings(cloud: Cloud, *, updated: bool) -> tuple[object, object]:
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    cloud.client("ec2").create_launch_template(
        LaunchTemplateName="fleet", LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "g5.xlarge"}
    )
    client = cloud.client("autoscaling")
    kept = {"DefaultInstanceWarmup": 600, "CapacityReservationSpecification": RESERVED}
    client.create_auto_scaling_group(
        AutoScalingGroupName="fleet",
        LaunchTemplate={"LaunchTemplateName": "fleet", "Version": "1"},
        MinSize=0,
        MaxSize=1,
        VPCZoneIdentifier=subnet,
        **({} if updated else kept),
    )
    if updated:
        client.update_auto_scaling_group(AutoScalingGroupName="fleet", **kept)
    (group,) = client.describe_auto_scaling_groups()["AutoScalingGroups"]
    return group.get("DefaultInstanceWarmup"), group.get("CapacityReservationSpecification")


def test_group_is_made_with_its_warm_up_and_its_reservations(corrects) -> None:
    corrects(lambda cloud: settings(cloud, updated=False), (600, RESERVED))


def test_group_is_given_another_warm_up_and_other_reservations(corrects) -> None:
    corrects(lambda cloud: settings(cloud, updated=True), (600, RESERVED))
