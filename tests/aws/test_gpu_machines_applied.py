"""GPU machines and a fleet in the embedded cloud, applied by Terraform with the real AWS provider."""

from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc

from backstay.aws.gpu_fleet import GpuFleet
from backstay.aws.gpu_instances import GpuInstances
from backstay.aws.machine_image import public_image_parameter
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.sandbox.seeds import MachineImage
from backstay.terraform import Action, Outcome
from backstay.topology import FleetSpec, InstancesSpec, ReservationSpec, Size
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES, REGION

TAGS = {"Application": "ai-llm"}
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
RESERVED = FleetSpec(desired=2, reservation=ReservationSpec(id="cr-0123456789abcdef0"))
IN_A_BLOCK = InstancesSpec(reservation=ReservationSpec(id="cr-0fedcba9876543210", kind="capacity-block"))


def synthesize(deployment: Deployment, fleet: FleetSpec) -> None:
    def build(scope: TerraformStack) -> None:
        vpc = Vpc(scope, "vpc", cidr_block="10.0.0.0/16")
        subnets = tuple(
            Subnet(scope, zone, vpc_id=vpc.id, availability_zone=zone, cidr_block=f"10.0.{number}.0/24").id
            for number, zone in enumerate(ZONES)
        )
        network = NetworkOutputs(id=vpc.id, cidr="10.0.0.0/16", private_subnets=subnets, public_subnets=(), zones=ZONES)
        wiring: dict[str, Any] = {
            "region": REGION,
            "names": NAMES,
            "network": network,
            "key": KeyOutputs(id=KmsKey(scope, "key").arn, alias=NAMES.key_alias("data")),
            "tags": TAGS,
            "user_data": "#!/bin/sh\necho ${HOME}\n",
            "disposable": True,
        }
        GpuFleet(scope, "fleet", spec=fleet, **wiring)
        GpuInstances(scope, "instances", spec=IN_A_BLOCK, **wiring)

    deployment.synthesize(build)


def group(deployment: Deployment) -> dict[str, Any]:
    (found,) = deployment.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return found


def machines(deployment: Deployment, name: str) -> list[dict[str, Any]]:
    found = deployment.client("ec2").describe_instances(Filters=[{"Name": "tag:Name", "Values": [name]}])
    return [machine for reservation in found["Reservations"] for machine in reservation["Instances"]]


@pytest.mark.sandbox
def test_machines_are_kept_scaled_and_rolled_out(deployment: Deployment) -> None:
    image = MachineImage(REGION.name, public_image_parameter(RESERVED.instance_type))
    deployment.sandbox.seed([image], account=deployment.account)
    synthesize(deployment, RESERVED)
    assert deployment.run(Action.APPLY).outcome is Outcome.CHANGED
    # The reservations too: what the provider does not read back would replace a machine here.
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED
    launched = machines(deployment, NAMES.machine("gpu-fleet"))
    assert {machine["ImageId"] for machine in launched} == {image.id}
    tags = [{tag["Key"]: tag["Value"] for tag in machine["Tags"]} for machine in launched]
    assert [(tag["Application"], tag["accelerator"]) for tag in tags] == [("ai-llm", "gpu")] * 2

    # A failover asks for more machines; the next apply does not take them away.
    name = NAMES.machine("gpu-fleet")
    deployment.client("autoscaling").set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=4)
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED

    synthesize(deployment, RESERVED.model_copy(update={"disk": Size.parse("200GiB")}))
    assert deployment.run(Action.APPLY).outcome is Outcome.CHANGED
    assert {machine["LaunchTemplate"]["Version"] for machine in group(deployment)["Instances"]} == {"2"}
    assert len(group(deployment)["Instances"]) == 4
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED

    assert deployment.run(Action.DESTROY).outcome is Outcome.CHANGED
    assert deployment.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
