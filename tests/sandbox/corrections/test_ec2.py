"""EC2, corrected."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

IMAGE = "ami-12c6146b"


def test_monitoring_of_a_running_instance_can_be_turned_on(corrects) -> None:
    def state(cloud: Cloud) -> str:
        ec2 = cloud.client("ec2")
        (instance,) = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)["Instances"]
        ec2.monitor_instances(InstanceIds=[instance["InstanceId"]])
        (reservation,) = ec2.describe_instances()["Reservations"]
        return reservation["Instances"][0]["Monitoring"]["State"]

    corrects(state, "enabled")


def test_monitoring_can_be_turned_off_again(corrects) -> None:
    def state(cloud: Cloud) -> str:
        ec2 = cloud.client("ec2")
        run = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, Monitoring={"Enabled": True})
        (answer,) = ec2.unmonitor_instances(InstanceIds=[run["Instances"][0]["InstanceId"]])["InstanceMonitorings"]
        return answer["Monitoring"]["State"]

    corrects(state, "disabled")


def test_tags_of_a_launch_template_stay_out_of_its_data(corrects) -> None:
    def tagged(cloud: Cloud) -> tuple[list[str], list[str]]:
        ec2 = cloud.client("ec2")
        ec2.create_launch_template(
            LaunchTemplateName="fleet",
            TagSpecifications=[{"ResourceType": "launch-template", "Tags": [{"Key": "Team", "Value": "ai"}]}],
            LaunchTemplateData={
                "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "gpu"}]}]
            },
        )
        (template,) = ec2.describe_launch_templates()["LaunchTemplates"]
        versions = ec2.describe_launch_template_versions(LaunchTemplateName="fleet")["LaunchTemplateVersions"]
        in_data = versions[0]["LaunchTemplateData"].get("TagSpecifications", [])
        return [tag["Key"] for tag in template["Tags"]], [tags["ResourceType"] for tags in in_data]

    corrects(tagged, (["Team"], ["instance"]))


def test_group_launches_from_the_second_version_of_a_template(corrects) -> None:
    def launched(cloud: Cloud) -> int:
        ec2, autoscaling = cloud.client("ec2"), cloud.client("autoscaling")
        subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        data = {
            "ImageId": IMAGE,
            "InstanceType": "g5.xlarge",
            "UserData": base64.b64encode(b"#!/bin/sh").decode(),
        }
        ec2.create_launch_template(LaunchTemplateName="fleet", LaunchTemplateData=data)
        ec2.create_launch_template_version(LaunchTemplateName="fleet", LaunchTemplateData=data)
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName="fleet",
            LaunchTemplate={"LaunchTemplateName": "fleet", "Version": "2"},
            MinSize=0,
            MaxSize=3,
            DesiredCapacity=2,
            VPCZoneIdentifier=subnet,
        )
        return len(autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"])

    corrects(launched, 2)
