"""Which image a GPU machine starts from."""

from cdktf_cdktf_provider_google.data_google_compute_image import DataGoogleComputeImage
from constructs import Construct

from backstay.google.gpu_size import require_gpu
from backstay.topology import CloudRegion

# Ubuntu 24.04 LTS with NVIDIA's driver 580, its long-term branch, for every GPU from Turing on, whose kernel modules
# Canonical has signed: https://docs.cloud.google.com/ai-hypercomputer/docs/images
_PROJECT = "ubuntu-os-accelerator-images"
_FAMILIES = {
    "x86_64": "ubuntu-accelerator-2404-amd64-with-nvidia-580",
    "arm64": "ubuntu-accelerator-2404-arm64-with-nvidia-580",
}


class MachineImage(Construct):
    """Start GPU machines from an image with a driver for their GPU: your own, or the newest that Google publishes.

    Google publishes such images every few weeks. What is made takes the newest and keeps it: `is_newest` tells whoever
    uses `id` to ignore later changes of it. A template that named the family would give the machines that a failover
    adds an image that has never served here. To move to another image, name it. An image of your own brings signed
    drivers, since machines start with Secure Boot.

    Survives: images that Google publishes later, and takes out of the family.
    Does not survive: the image itself being deleted; for years of the same machines, copy it and name the copy.

    Attributes:
        id: the image.
        is_newest: whether `id` changes whenever Google publishes an image.
    """

    def __init__(
        self, scope: Construct, id_: str, *, image: str | None, instance_type: str, region: CloudRegion
    ) -> None:
        super().__init__(scope, id_)
        gpu = require_gpu(instance_type, region)
        self.is_newest = image is None
        if image is None:
            self.newest = DataGoogleComputeImage(self, "newest", project=_PROJECT, family=_FAMILIES[gpu.architecture])
            self.id = self.newest.self_link
        else:
            self.id = image
