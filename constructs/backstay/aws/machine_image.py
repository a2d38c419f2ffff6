"""Which image a GPU machine starts from."""

from cdktf_cdktf_provider_aws.data_aws_ami import DataAwsAmi, DataAwsAmiFilter
from cdktf_cdktf_provider_aws.data_aws_ssm_parameter import DataAwsSsmParameter
from constructs import Construct

from backstay.topology.catalog import closest
from backstay.topology.catalog.aws import CATALOG

# https://docs.aws.amazon.com/dlami/latest/devguide/find-dlami-id.html
_PUBLIC_IMAGE = (
    "/aws/service/deeplearning/ami/{architecture}/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id"
)
_AMAZON_LINUX_ROOT_DEVICE = "/dev/xvda"
# NVIDIA's open driver, the one in the public image, starts with Turing; Volta is the generation before.
_GPUS_WITHOUT_OPEN_DRIVER = frozenset({"V100"})


class MachineImage(Construct):
    """Start GPU machines from an image with a driver for their GPU: one of your own, or the newest that AWS publishes.

    AWS publishes such images up to once a night. What is made takes the newest and keeps it: `is_newest` tells
    whoever uses `id` to ignore later changes of it. EC2 could resolve the parameter at each launch instead
    (`resolve:ssm:`), but then the machines that a failover adds would start from an image that has never served
    here, and Auto Scaling cannot roll back a template that names a parameter:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
    To move to another image, name it.

    Survives: images that AWS publishes later, and withdraws from the parameter.
    Does not survive: the image itself being withdrawn; for years of the same machines, copy it and name the copy.

    Attributes:
        id: the image.
        root_device: the name under which the image expects its root volume.
        is_newest: whether `id` changes whenever AWS publishes an image.
    """

    def __init__(self, scope: Construct, id_: str, *, image: str | None, instance_type: str) -> None:
        super().__init__(scope, id_)
        self.is_newest = image is None
        if image is None:
            parameter = DataAwsSsmParameter(self, "parameter", name=public_image_parameter(instance_type))
            # `value` is the same, but marked sensitive: a plan would hide which image it is about.
            self.id = parameter.insecure_value
            self.root_device = _AMAZON_LINUX_ROOT_DEVICE
        else:
            given = DataAwsAmi(self, "given", filter=[DataAwsAmiFilter(name="image-id", values=[image])])
            self.id = image
            self.root_device = given.root_device_name


def public_image_parameter(instance_type: str) -> str:
    """The public SSM parameter that holds the newest image with NVIDIA drivers for a machine size.

    Raises:
        ValueError: when the size is not a GPU size that Backstay knows, or its GPU has no driver in that image.
    """
    gpu = CATALOG.gpu_types.get(instance_type)
    if gpu is None:
        meant = closest(instance_type, CATALOG.gpu_types)
        hint = f"did you mean {meant!r}?" if meant else "name an image of your own if it is one"
        raise ValueError(f"instance type {instance_type!r} is not an aws GPU size; {hint}")
    if gpu.gpu in _GPUS_WITHOUT_OPEN_DRIVER:
        raise ValueError(
            f"instance type {instance_type!r} has a {gpu.gpu}, which the driver in the public image "
            "does not support; name an image of your own"
        )
    return _PUBLIC_IMAGE.format(architecture=gpu.architecture)
