"""What is put into the embedded cloud beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.sandbox.seeds import HostedZone, MachineImage, Secret

if TYPE_CHECKING:
    from backstay.sandbox import Sandbox
    from tests.sandbox.conftest import Cloud

NVIDIA = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/nvidia/recommended/image_id"
UBUNTU = "/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id"


def test_zone_has_the_id_and_the_name_it_was_given(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.seed([HostedZone(id="Z0123456789", name="example.com")], account=cloud.account)
    found = cloud.client("route53").get_hosted_zone(Id="Z0123456789")
    assert found["HostedZone"]["Id"] == "/hostedzone/Z0123456789"
    assert found["HostedZone"]["Name"] == "example.com."
    assert not found["HostedZone"]["Config"]["PrivateZone"]
    assert len(found["DelegationSet"]["NameServers"]) == 4


def test_zone_takes_records(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.seed([HostedZone(id="Z0123456789", name="example.com")], account=cloud.account)
    record = {"Name": "llm.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    change = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    cloud.client("route53").change_resource_record_sets(HostedZoneId="Z0123456789", ChangeBatch=change)
    records = cloud.client("route53").list_resource_record_sets(HostedZoneId="Z0123456789")
    assert "llm.example.com." in [record["Name"] for record in records["ResourceRecordSets"]]


def test_secret_has_a_value_of_its_own_in_each_region(sandbox: Sandbox, cloud: Cloud) -> None:
    regions = ("eu-west-1", "us-east-1")
    sandbox.seed([Secret(region, "llm/api-key") for region in regions], account=cloud.account)
    values = {
        cloud.client("secretsmanager", region).get_secret_value(SecretId="llm/api-key")["SecretString"]
        for region in regions
    }
    assert len(values) == 2
    assert all(len(value) >= 24 for value in values)


def test_image_is_found_by_its_parameter_in_its_region(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.seed([MachineImage("eu-west-1", NVIDIA), MachineImage("us-east-1", NVIDIA)], account=cloud.account)
    ids = set()
    for region in ("eu-west-1", "us-east-1"):
        id_ = cloud.client("ssm", region).get_parameter(Name=NVIDIA)["Parameter"]["Value"]
        (image,) = cloud.client("ec2", region).describe_images(ImageIds=[id_])["Images"]
        assert (image["ImageOwnerAlias"], image["State"], image["Public"]) == ("amazon", "available", True)
        ids.add(id_)
    assert len(ids) == 2


def test_image_names_its_root_disk_as_its_system_does(sandbox: Sandbox, cloud: Cloud) -> None:
    images = [MachineImage("eu-west-1", NVIDIA), MachineImage("eu-west-1", UBUNTU)]
    sandbox.seed(list(images), account=cloud.account)
    found = cloud.client("ec2").describe_images(ImageIds=[image.id for image in images])["Images"]
    devices = {image["ImageId"]: image["RootDeviceName"] for image in found}
    assert devices == {images[0].id: "/dev/xvda", images[1].id: "/dev/sda1"}


def test_seeding_twice_changes_nothing(sandbox: Sandbox, cloud: Cloud) -> None:
    seeds = [
        HostedZone(id="Z0123456789", name="example.com"),
        Secret("eu-west-1", "llm/api-key"),
        MachineImage("eu-west-1", NVIDIA),
    ]
    sandbox.seed(list(seeds), account=cloud.account)
    before = cloud.client("secretsmanager").get_secret_value(SecretId="llm/api-key")
    sandbox.seed(list(seeds), account=cloud.account)
    after = cloud.client("secretsmanager").get_secret_value(SecretId="llm/api-key")
    assert before["VersionId"] == after["VersionId"]
    assert len(cloud.client("route53").list_hosted_zones()["HostedZones"]) == 1
    assert cloud.client("ssm").get_parameter(Name=NVIDIA)["Parameter"]["Version"] == 1
