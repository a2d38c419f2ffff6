"""GPU clusters, and GPU machines outside them."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from backstay.topology.forms import Cidr, Form, MachineSize, Reason, between, must_be
from backstay.topology.logs import LogDays
from backstay.topology.quantities import Duration, Percentage, Size
from backstay.topology.references import CERTIFICATE, IMAGE, RESERVATION, Uuid
from backstay.topology.spec import Spec
from backstay.topology.ssh import SshPublicKey

# A current small GPU of AWS: one NVIDIA L4 with 24 GB. An environment chooses by each region's cloud.
DEFAULT_GPU_TYPE = "g6.xlarge"
DEFAULT_KUBERNETES = "1.35"

_MOST = 1_000

Disk = Annotated[Size, between(Size.parse("20GiB"), Size.parse("16TiB"))]
"""A root volume: no smaller than what the public images need, no larger than gp3 has always been."""

ClusterName = Annotated[
    str,
    Form(
        "letters, digits, hyphens and underscores, starting with a letter or digit",
        r"[A-Za-z0-9][A-Za-z0-9_-]*",
        ("ai-production-cluster",),
        longest=100,
    ),
]
KubernetesVersion = Annotated[str, Form("a Kubernetes version", r"1\.[0-9]{1,3}", (DEFAULT_KUBERNETES,))]
# EC2 takes 16 KB of user data; Azure and Google Cloud take more.
Script = Annotated[
    str, Form("a script that begins with #!", r"#![\s\S]+", ("#!/bin/bash followed by commands",), longest=16_384)
]
PrincipalArn = Annotated[
    str,
    Form(
        "the ARN of an IAM role or user",
        r"arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[!-~]+",
        ("arn:aws:iam::123456789012:role/platform",),
    ),
]
GoogleMember = Annotated[
    str,
    Form(
        "a group, user or service account of Google Cloud",
        r"(group|user|serviceAccount):[A-Za-z0-9._%+-]+@[a-z0-9.-]+",
        ("group:platform@example.com",),
    ),
]


class ReservationSpec(Spec):
    """GPU capacity that is already paid for, so that a region grows when everybody else wants to grow too."""

    id: Annotated[str, RESERVATION.form]
    """The reservation, as its cloud names it: by id on AWS, by its group on Azure, by name on Google Cloud."""

    kind: Literal["on-demand", "capacity-block"] = "on-demand"
    """An open-ended reservation, or (AWS only) a capacity block for machine learning with an end date."""


class Scale(Spec):
    """How many machines: a floor, a wish and a ceiling."""

    desired: int = Field(strict=True, default=3, ge=0, le=_MOST)
    """Machines to start with. Afterwards autoscalers and failovers own the number, and an apply leaves it alone."""

    minimum: int | None = Field(strict=True, default=None, ge=0, le=_MOST)
    """The floor; by default the desired number, so that capacity is there before it is needed."""

    maximum: int | None = Field(strict=True, default=None, ge=1, le=_MOST)
    """The ceiling; by default twice the desired number, so that one region can carry another's load."""

    @property
    def floor(self) -> int:
        """Machines that are always there."""
        return self.desired if self.minimum is None else self.minimum

    @property
    def ceiling(self) -> int:
        """Machines that there can be."""
        return max(1, 2 * self.desired, self.floor) if self.maximum is None else self.maximum

    def contradiction(self) -> str | None:
        """The three numbers are in order."""
        if self.floor <= self.desired <= self.ceiling:
            return None
        return (
            f"minimum {self.floor}, desired {self.desired}, maximum {self.ceiling} are out of order; "
            "minimum <= desired <= maximum must hold"
        )


class SystemNodesSpec(Scale):
    """Nodes without GPUs, for what every cluster runs: DNS, autoscalers, agents."""

    desired: int = Field(strict=True, default=3, ge=1, le=_MOST)
    """Machines to start with: one per zone."""

    instance_type: MachineSize = "m7i.large"
    """The machine size."""

    disk: Disk = Size.parse("50GiB")
    """The root volume."""


class GpuNodesSpec(Scale):
    """A group of GPU nodes in a cluster."""

    instance_type: MachineSize = DEFAULT_GPU_TYPE
    """The machine size; it must have a GPU."""

    disk: Disk = Size.parse("200GiB")
    """The root volume: model images take 15 to 20 GB each, and the weights come on top."""

    purchase: Literal["on-demand", "spot"] = "on-demand"
    """How capacity is bought when nothing is reserved."""

    reservation: ReservationSpec | None = None
    """Reserved capacity that the nodes start in."""


def _not_everybody(network: IPv4Network) -> IPv4Network:
    if network.prefixlen < 8:
        raise must_be("a network of your own, /8 or smaller")
    return network


class ApiAccessSpec(Spec):
    """Who reaches the cluster's API from outside its network. By default nobody."""

    cidrs: tuple[Annotated[Cidr, AfterValidator(_not_everybody)], ...] = Field(min_length=1)
    """Networks that may connect."""

    reason: Reason
    """Why the API is not private."""


class AdminSpec(Spec):
    """Who may administer the clusters of one cloud; clusters of other clouds leave the entry alone."""

    role_arn: PrincipalArn | None = None
    """AWS: the IAM role or user, with its path. A role with a path that deploys has to be here, too."""

    entra_group: Uuid | None = None
    """Azure: the object id of the Entra group."""

    google_member: GoogleMember | None = None
    """Google Cloud: the group, user or service account."""

    def contradiction(self) -> str | None:
        """An entry names one administrator."""
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) == 1:
            return None
        return (
            f"an admin must have exactly one of role_arn, entra_group and google_member; "
            f"given: {' and '.join(given) or 'none'}"
        )


class ClusterSpec(Spec):
    """A Kubernetes cluster with GPU nodes."""

    name: ClusterName | None = None
    """The cluster's name. By default computed from the environment; the same in every region."""

    kubernetes_version: KubernetesVersion = DEFAULT_KUBERNETES
    """The Kubernetes version, within its standard support."""

    public_api: ApiAccessSpec | None = None
    """Opens the API to named networks, with a reason."""

    admins: tuple[AdminSpec, ...] = ()
    """Who administers the cluster, besides whoever deploys."""

    system_nodes: SystemNodesSpec = SystemNodesSpec()
    """Nodes without GPUs."""

    gpu_nodes: GpuNodesSpec = GpuNodesSpec()
    """Nodes with GPUs."""

    log_days: LogDays = 90
    """How long control-plane logs are kept, in days."""


class MachineSpec(Spec):
    """What a GPU machine outside Kubernetes is."""

    instance_type: MachineSize = DEFAULT_GPU_TYPE
    """The machine size; it must have a GPU."""

    disk: Disk = Size.parse("100GiB")
    """The encrypted root volume."""

    image: Annotated[str, IMAGE.form] | None = None
    """A machine image of your own. By default the newest public image with NVIDIA drivers, when a machine is made."""

    ssh_public_key: SshPublicKey | None = None
    """Who may log in, where a cloud asks for it (Azure). AWS has Session Manager for that, Google Cloud OS Login."""

    reservation: ReservationSpec | None = None
    """Reserved capacity that the machines start in."""


class InstancesSpec(MachineSpec):
    """Single GPU machines, spread over the zones in turn."""

    count: int = Field(strict=True, default=1, ge=1, le=_MOST)
    """How many machines."""


class FleetSpec(MachineSpec, Scale):
    """GPU machines that scale by load behind a load balancer."""

    start: Script | None = None
    """The script that a new machine runs, such as one that starts the server; all who see the machine may read it."""

    certificate: Annotated[str, CERTIFICATE.form] | None = None
    """A certificate that exists already. By default one is requested, where AWS holds both the region and the zone."""

    public: Reason | None = None
    """The reason for answering the whole internet. By default the load balancer answers the region's network only."""

    port: int = Field(strict=True, default=8000, ge=1, le=65_535)
    """The port on which a machine serves."""

    target_cpu: Annotated[Percentage, between(Percentage.parse("10%"), Percentage.parse("100%"))] = Percentage.parse(
        "60%"
    )
    """The mean CPU utilisation that scaling aims at."""

    warm_up: Annotated[Duration, between(Duration.parse("0s"), Duration.parse("2h"))] = Duration.parse("10m")
    """The time until a new machine counts as warm: GPU driver, image and weights take minutes."""
