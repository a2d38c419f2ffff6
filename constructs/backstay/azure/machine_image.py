"""Which image a GPU machine starts from."""

from dataclasses import dataclass
from typing import Self

from backstay.azure.gpu_size import require_gpu
from backstay.topology import CloudRegion

# Ubuntu's newest long-term support, of the second generation of machines, which all current GPU sizes are.
# https://documentation.ubuntu.com/azure/azure-how-to/instances/find-ubuntu-images/
_UBUNTU = ("canonical", "ubuntu-24_04-lts", "server", "latest")
_NEWEST = "latest"


@dataclass(frozen=True)
class PublishedImage:
    """An image in Azure's marketplace."""

    publisher: str
    offer: str
    sku: str
    version: str


@dataclass(frozen=True)
class MachineImage:
    """Start GPU machines from an image of your own, or from Canonical's newest Ubuntu LTS.

    Ubuntu comes without a driver for the GPU, which an extension installs while a machine starts. An image of your
    own is taken as it is, driver included: building one saves those minutes on every new machine.

    Attributes:
        id: the image, where it is a resource.
        published: the image, where the marketplace has it.
        lacks_driver: whether the driver for the GPU has to be installed.
        moves_on: whether machines made later may start from a newer version.
    """

    id: str | None
    published: PublishedImage | None
    lacks_driver: bool
    moves_on: bool

    @classmethod
    def of(cls, image: str | None, *, size: str, region: CloudRegion) -> Self:
        """The image that is meant by its resource id, by `publisher:offer:sku:version`, or by nothing.

        Raises:
            ValueError: when no image is given, and the size has no GPU that the driver's extension knows.
        """
        if image is None:
            if require_gpu(size, region).architecture != "x86_64":
                raise ValueError(
                    f"machine size {size!r} has an ARM processor, for which Azure has no driver extension; "
                    "name an image of your own"
                )
            return cls(None, PublishedImage(*_UBUNTU), lacks_driver=True, moves_on=True)
        if image.startswith("/"):
            of_a_gallery = "/galleries/" in image
            return cls(image, None, lacks_driver=False, moves_on=of_a_gallery and "/versions/" not in image)
        published = PublishedImage(*image.split(":"))
        return cls(None, published, lacks_driver=False, moves_on=published.version == _NEWEST)
