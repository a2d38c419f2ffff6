"""Which image a GPU machine starts from."""

import pytest

from backstay.google.machine_image import MachineImage
from backstay.testing import Synthesized
from tests.google.surroundings import REGION, in_region

OWN_IMAGE = "projects/acme-images/global/images/gpu-2026-11"


def image(image: str | None = None, instance_type: str = "g2-standard-8") -> Synthesized:
    return in_region(
        lambda scope: MachineImage(scope, "image", image=image, instance_type=instance_type, region=REGION)
    )


def test_the_newest_ubuntu_with_a_driver_is_looked_up() -> None:
    made = image()
    assert made.only("google_compute_image", section="data") == {
        "project": "ubuntu-os-accelerator-images",
        "family": "ubuntu-accelerator-2404-amd64-with-nvidia-580",
    }
    assert made.construct.is_newest


def test_an_image_of_ones_own_needs_no_look_up() -> None:
    made = image(image=OWN_IMAGE)
    assert made.all("google_compute_image", section="data") == {}
    assert made.construct.id == OWN_IMAGE
    assert not made.construct.is_newest


def test_a_size_without_a_gpu_is_refused() -> None:
    with pytest.raises(ValueError, match=r"machine size 'g2-standard-9' is not a known size with a GPU"):
        image(instance_type="g2-standard-9")
