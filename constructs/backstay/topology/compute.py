"""GPU clusters, and GPU machines outside them."""

import re
from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from backstay.topology.quantities import Percentage, Size
from backstay.topology.spec import Spec

# A current small GPU: one NVIDIA L4 with 24 GB.
DEFAULT_GPU_TYPE = "g6.xlarge"
DEFAULT_KUBERNETES = "1.35"


def _is_reservation(value: str) -> str:
    if not re.fullmatch(r"cr-[0-9a-f]{8,17}", value):
        raise ValueError(f"{value!r} is not a capacity reservation; its id looks like cr-0123456789abcdef0")
    return value


class ReservationSpec(Spec):
    """GPU capacity that is already paid for, so that a region grows when everybody else wants to grow too."""

    id: Annotated[str, AfterValidator(_is_reservation)]
    """The reservation's id, such as `cr-0123456789abcdef0`."""

    kind: Literal["on-demand", "capacity-block"] = "on-demand"
    """An open-ended on-demand reservation, or a capacity block for machine learning with an end date."""


class Scale(Spec):
    """How many machines: a floor, a wish and a ceiling."""

    desired: int = Field(strict=True, default=3, ge=0)
    """Machines to start with. Afterwards autoscalers and failovers own the number, and an apply leaves it alone."""

    minimum: int | None = Field(strict=True, default=None, ge=0)
    """The floor; by default the desired number, so that capacity is there before it is needed."""

    maximum: int | None = Field(strict=True, default=None, ge=1)
    """The ceiling; by default twice the desired number, so that one region can carry another's load."""

    @property
    def floor(self) -> int:
        """Machines that are always there."""
        return self.desired if self.minimum is None else self.minimum

    @property
    def ceiling(self) -> int:
        """Machines that there can be."""
        return max(1, 2 * self.desired, self.floor) if self.maximum is None else self.maximum

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.floor <= self.desired <= self.ceiling:
            raise ValueError(
                f"minimum {self.floor}, desired {self.desired}, maximum {self.ceiling} are out of order; "
                "minimum <= desired <= maximum must hold"
            )
        return self


class SystemNodesSpec(Scale):
    """Nodes without GPUs, for what every cluster runs: DNS, autoscalers, agents."""

    desired: int = Field(strict=True, default=3, ge=1)
    """Machines to start with: one per zone."""

    instance_type: str = "m7i.large"
    """The machine size."""

    disk: Size = Size.parse("50GiB")
    """The root volume."""


class GpuNodesSpec(Scale):
    """A group of GPU nodes in a cluster."""

    instance_type: str = DEFAULT_GPU_TYPE
    """The machine size; it must have a GPU."""

    disk: Size = Size.parse("200GiB")
    """The root volume: model images take 15 to 20 GB each, and the weights come on top."""

    purchase: Literal["on-demand", "spot"] = "on-demand"
    """How capacity is bought when nothing is reserved."""

    reservation: ReservationSpec | None = None
    """Reserved capacity that the nodes start in."""


class ApiAccessSpec(Spec):
    """Who reaches the cluster's API from outside its network. By default nobody."""

    cidrs: tuple[IPv4Network, ...] = Field(min_length=1)
    """Networks that may connect."""

    reason: str = Field(min_length=1)
    """Why the API is not private."""

    @model_validator(mode="after")
    def _not_everybody(self) -> Self:
        for cidr in self.cidrs:
            if cidr.prefixlen < 8:
                raise ValueError(f"public_api admits {cidr}, which is nearly everybody; name your own networks")
        return self


class AdminSpec(Spec):
    """Who may administer the cluster."""

    role_arn: str = Field(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:(role|user)/.+$")
    """The IAM role that gets cluster administration."""


class ClusterSpec(Spec):
    """A Kubernetes cluster with GPU nodes."""

    name: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_-]*$", max_length=100)
    """The cluster's name. By default computed from the environment; the same in every region."""

    kubernetes_version: str = DEFAULT_KUBERNETES
    """The Kubernetes version, within its standard support."""

    public_api: ApiAccessSpec | None = None
    """Opens the API to named networks, with a reason."""

    admins: tuple[AdminSpec, ...] = ()
    """IAM roles that administer the cluster, besides whoever deploys."""

    system_nodes: SystemNodesSpec = SystemNodesSpec()
    """Nodes without GPUs."""

    gpu_nodes: GpuNodesSpec = GpuNodesSpec()
    """Nodes with GPUs."""

    log_days: int = Field(strict=True, default=90, ge=1)
    """How long control-plane logs are kept, in days."""


def _is_image(value: str) -> str:
    if not re.fullmatch(r"ami-[0-9a-f]{8,17}", value):
        raise ValueError(f"{value!r} is not a machine image; its id looks like ami-0123456789abcdef0")
    return value


class MachineSpec(Spec):
    """What a GPU machine outside Kubernetes is."""

    instance_type: str = DEFAULT_GPU_TYPE
    """The machine size; it must have a GPU."""

    disk: Size = Size.parse("100GiB")
    """The encrypted root volume."""

    image: Annotated[str, AfterValidator(_is_image)] | None = None
    """A machine image of your own. By default the newest public image with NVIDIA drivers, when a machine is made."""

    reservation: ReservationSpec | None = None
    """Reserved capacity that the machines start in."""


class InstancesSpec(MachineSpec):
    """Single GPU machines, spread over the zones in turn."""

    count: int = Field(strict=True, default=1, ge=1)
    """How many machines."""


class FleetSpec(MachineSpec, Scale):
    """GPU machines that scale by load behind a load balancer."""

    port: int = Field(strict=True, default=8000, ge=1, le=65_535)
    """The port on which a machine serves."""

    target_cpu: Percentage = Percentage.parse("60%")
    """The mean CPU utilisation that scaling aims at."""

    warm_up: int = Field(strict=True, default=600, ge=0)
    """Seconds until a new machine counts as warm: GPU driver, image and weights take minutes."""
