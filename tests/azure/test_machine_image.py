"""Which image a GPU machine starts from."""

import pytest

from backstay.azure.machine_image import MachineImage, PublishedImage
from tests.azure.compute import A100
from tests.azure.surroundings import GROUPS, REGION

GALLERY = f"{GROUPS}/images/providers/Microsoft.Compute/galleries/acme/images/gpu"


def image(name: str | None, size: str = A100) -> MachineImage:
    return MachineImage.of(name, size=size, region=REGION)


def test_by_default_it_is_ubuntu_lts_and_the_driver_is_installed() -> None:
    default = image(None)
    assert default.published == PublishedImage("canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2", "latest")
    assert default.id is None
    assert default.lacks_driver
    assert default.moves_on


def test_an_own_image_is_taken_as_it_is() -> None:
    own = image(f"{GROUPS}/images/providers/Microsoft.Compute/images/gpu")
    assert own.id is not None
    assert own.published is None
    assert not own.lacks_driver


def test_an_image_of_the_marketplace_is_named_by_its_parts() -> None:
    hpc = image("microsoft-dsvm:ubuntu-hpc:2404:latest")
    assert hpc.published == PublishedImage("microsoft-dsvm", "ubuntu-hpc", "2404", "latest")
    assert not hpc.lacks_driver


@pytest.mark.parametrize(
    ("name", "moves_on"),
    [
        (GALLERY, True),
        (f"{GALLERY}/versions/1.2.3", False),
        (f"{GROUPS}/images/providers/Microsoft.Compute/images/gpu", False),
        ("microsoft-dsvm:ubuntu-hpc:2404:latest", False),
        ("microsoft-dsvm:ubuntu-hpc:2404:24.04.2026010101", False),
    ],
)
def test_only_an_own_image_in_a_gallery_moves_on_where_its_version_is_not_named(name: str, moves_on: bool) -> None:
    assert image(name).moves_on is moves_on


def test_an_own_image_may_run_on_a_size_that_is_not_known() -> None:
    assert image(GALLERY, size="Standard_NC_of_tomorrow").id == GALLERY


def test_a_size_without_a_driver_extension_needs_an_own_image() -> None:
    with pytest.raises(ValueError, match="has an ARM processor, for which Azure has no driver extension"):
        image(None, size="Standard_ND128isr_NDR_GB200_v6")
