"""Auto Scaling, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def fleet(cloud: Cloud, *, desired: int = 2) -> Any:
    """A client of an account with one group, `fleet`, of up to four instances."""
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    data = {"ImageId": "ami-12c6146b", "InstanceType": "g5.xlarge"}
    cloud.client("ec2").create_launch_template(LaunchTemplateName="fleet", LaunchTemplateData=data)
    client = cloud.client("autoscaling")
    client.create_auto_scaling_group(
        AutoScalingGroupName="fleet",
        LaunchTemplate={"LaunchTemplateName": "fleet", "Version": "$Latest"},
        MinSize=1,
        MaxSize=4,
        DesiredCapacity=desired,
        VPCZoneIdentifier=subnet,
    )
    return client


def instances(client: Any) -> set[str]:
    (group,) = client.describe_auto_scaling_groups(AutoScalingGroupNames=["fleet"])["AutoScalingGroups"]
    return {instance["InstanceId"] for instance in group["Instances"]}


def test_target_tracking_policy_is_enabled_and_not_predictive(corrects) -> None:
    def policy(cloud: Cloud) -> tuple[bool, bool]:
        client = fleet(cloud)
        tracking = {
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
        }
        client.put_scaling_policy(
            AutoScalingGroupName="fleet",
            PolicyName="load",
            PolicyType="TargetTrackingScaling",
            TargetTrackingConfiguration=tracking,
        )
        (policy,) = client.describe_policies(AutoScalingGroupName="fleet")["ScalingPolicies"]
        return policy.get("Enabled", False), "PredictiveScalingConfiguration" in policy

    corrects(policy, (True, False))


def test_lifecycle_hook_has_no_target_that_nobody_gave_it(corrects) -> None:
    def invented(cloud: Cloud) -> set[str]:
        client = fleet(cloud)
        client.put_lifecycle_hook(
            AutoScalingGroupName="fleet",
            LifecycleHookName="drain",
            LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
        )
        (hook,) = client.describe_lifecycle_hooks(AutoScalingGroupName="fleet")["LifecycleHooks"]
        return {"RoleARN", "NotificationTargetARN"} & hook.keys()

    corrects(invented, set())


@pytest.mark.parametrize(("capacity", "bound"), [(5, "above max value 4"), (0, "below min value 1")])
def test_capacity_outside_the_bounds_is_refused(corrects, capacity: int, bound: str) -> None:
    def refused(cloud: Cloud) -> bool:
        client = fleet(cloud)
        try:
            client.set_desired_capacity(AutoScalingGroupName="fleet", DesiredCapacity=capacity)
        except ClientError as error:
            return bound in str(error) and len(instances(client)) == 2
        return False

    corrects(refused, True)


def test_capacity_within_the_bounds_is_launched(cloud: Cloud) -> None:
    client = fleet(cloud)
    client.set_desired_capacity(AutoScalingGroupName="fleet", DesiredCapacity=4)
    assert len(instances(client)) == 4


def test_instance_refresh_replaces_every_instance(corrects) -> None:
    def replaced(cloud: Cloud) -> tuple[int, bool, str]:
        client = fleet(cloud, desired=3)
        before = instances(client)
        client.start_instance_refresh(AutoScalingGroupName="fleet")
        (refresh,) = client.describe_instance_refreshes(AutoScalingGroupName="fleet")["InstanceRefreshes"]
        after = instances(client)
        return len(after), before.isdisjoint(after), refresh["Status"]

    corrects(replaced, (3, True, "Successful"))


def test_node_group_has_as_many_machines_as_it_is_to_have(corrects) -> None:
    def machines(cloud: Cloud) -> list[int]:
        clusters = cloud.client("eks")
        subnets = [subnet["SubnetId"] for subnet in cloud.client("ec2").describe_subnets()["Subnets"]]
        role = f"arn:aws:iam::{cloud.account}:role/any"
        clusters.create_cluster(name="main", roleArn=role, resourcesVpcConfig={"subnetIds": subnets})
        group = {"clusterName": "main", "nodegroupName": "gpu"}
        sizes = {"minSize": 1, "desiredSize": 1, "maxSize": 5}
        clusters.create_nodegroup(**group, subnets=subnets, nodeRole=role, scalingConfig=sizes)
        clusters.update_nodegroup_config(**group, scalingConfig={**sizes, "desiredSize": 4})
        found = clusters.describe_nodegroup(**group)["nodegroup"]["resources"]["autoScalingGroups"][0]["name"]
        groups = cloud.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[found])
        return [len(one["Instances"]) for one in groups["AutoScalingGroups"]]

    corrects(machines, [4])
