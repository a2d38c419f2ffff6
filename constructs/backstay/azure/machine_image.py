"""Which image a GPU machine starts from."""

from dataclasses import dataclass
from typing import Self

from backstay.azure.gpu_size import require_gpu
from backstay.topology import CloudRegion

# The newest Ubuntu LTS, for machines of the second generation, for which Azure keeps all that a GPU machine asks of it:
# the NVIDIA driver with CUDA (Ubuntu 24.04 gets the graphics driver only, as of April 2026)
# https://github.com/Azure/azhpc-extensions/blob/master/NvidiaGPU/resources.json
# and upgrades of a fleet's images
# https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-automatic-upgrade
_UBUNTU = ("canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2", "latest")


@dataclass(frozen=True)
class PublishedImage:
    """An image in Azure's marketplace."""

    publisher: str
    offer: str
    sku: str
    version: str


@dataclass(frozen=True)
class MachineImage:
    """Start GPU machines from an image of your own, or from Ubuntu LTS as Canonical publishes it.

    Ubuntu comes without a driver for the GPU, which an extension installs while a machine starts. An image of your
    own is taken as it is, driver included: building one saves those minutes on every new machine.

    Attributes:
        id: the image, where it is a resource.
        published: the image, where the marketplace has it.
        lacks_driver: whether the driver for the GPU has to be installed.
        moves_on: whether Azure moves a fleet to newer versions: of Ubuntu, and of an image in a gallery whose version
            is not named. Of the marketplace's other images it knows few.
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
        return cls(None, PublishedImage(*image.split(":")), lacks_driver=False, moves_on=False)
