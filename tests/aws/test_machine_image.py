"""Which image a GPU machine starts from."""

import pytest

from backstay.aws.machine_image import MachineImage, public_image_parameter
from backstay.testing import Synthesized
from backstay.topology.catalog.aws import CATALOG
from tests.aws.surroundings import in_region

OWN_IMAGE = "ami-0123456789abcdef0"


def image(image: str | None = None, instance_type: str = "g6.xlarge") -> Synthesized:
    return in_region(lambda scope: MachineImage(scope, "image", image=image, instance_type=instance_type))


def test_the_public_image_is_found_by_its_parameter_in_plain_sight() -> None:
    made = image()
    assert made.only("aws_ssm_parameter", section="data")["name"] == (
        "/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id"
    )
    assert made.construct.is_newest
    assert made.construct.root_device == "/dev/xvda"


def test_an_image_of_ones_own_needs_no_parameter() -> None:
    made = image(image=OWN_IMAGE)
    assert made.all("aws_ssm_parameter", section="data") == {}
    assert made.only("aws_ami", section="data")["filter"] == [{"name": "image-id", "values": [OWN_IMAGE]}]
    assert made.construct.id == OWN_IMAGE
    assert not made.construct.is_newest


@pytest.mark.parametrize("instance_type", sorted(CATALOG.gpu_types))
def test_every_gpu_size_has_an_image_of_its_architecture_or_says_why_not(instance_type: str) -> None:
    gpu = CATALOG.gpu_types[instance_type]
    if gpu.gpu == "V100":
        with pytest.raises(ValueError, match="which the driver in the public image does not support"):
            public_image_parameter(instance_type)
    else:
        assert public_image_parameter(instance_type).split("/")[5] == gpu.architecture


def test_arm_machines_start_from_an_arm_image() -> None:
    assert "/arm64/" in public_image_parameter("g5g.xlarge")


@pytest.mark.parametrize(
    ("instance_type", "message"),
    [
        ("g6.xlrage", "instance type 'g6.xlrage' is not an aws GPU size; did you mean 'g6.xlarge'?"),
        ("zz", "instance type 'zz' is not an aws GPU size; name an image of your own if it is one"),
        (
            "p3dn.24xlarge",
            "instance type 'p3dn.24xlarge' has a V100, which the driver in the public image does not support; "
            "name an image of your own",
        ),
    ],
)
def test_a_size_without_a_public_image_is_refused(instance_type: str, message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole message is compared
        public_image_parameter(instance_type)
    assert str(refused.value) == message


def test_an_own_image_lifts_the_refusal() -> None:
    assert image(image=OWN_IMAGE, instance_type="p3dn.24xlarge").construct.id == OWN_IMAGE
