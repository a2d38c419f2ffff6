"""What runs in the regions, and how clients find it."""

from typing import Annotated, Literal

from pydantic import Field

from backstay.topology.cloud import Cloud
from backstay.topology.forms import LABEL, Form, HostName, Path, Printable, between
from backstay.topology.quantities import Duration
from backstay.topology.references import DNS_ZONE
from backstay.topology.routing import RoutingSpec
from backstay.topology.spec import Spec

KubernetesName = Annotated[str, Form("a Kubernetes name in lower case", LABEL, ("llm",), longest=63)]


# Four seconds to connect and two to answer:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
_ANSWER_SECONDS = 6


class ZoneSpec(Spec):
    """A public DNS zone: one that exists already, or on AWS one that Backstay makes."""

    name: HostName
    """The zone's domain, such as `example.com`."""

    cloud: Cloud = Cloud.AWS
    """The cloud that holds the zone. Regions of that cloud publish their own names in it."""

    id: Annotated[str, DNS_ZONE.form] | None = None
    """The zone's id, given so that no plan has to look it up: Route 53's, a resource id, or a managed zone's name.
    Only a zone that Backstay makes may do without, and is looked up by its name."""

    create: bool = Field(default=False, strict=True)
    """Whether Backstay makes the zone, on AWS, in a stack of its own, which is deployed first. It puts out the name
    servers that the domain above has to name before anybody finds the zone, and before certificates are issued."""

    def contradiction(self) -> str | None:
        """The zone can be found, and its id is written as its cloud writes it."""
        if self.create and self.cloud is not Cloud.AWS:
            return f"zone {self.name!r} cannot be made on {self.cloud}, but only on aws; name the id of an existing one"
        if self.id is None:
            return None if self.create else f"zone {self.name!r} has no id; name it, or say create: true on aws"
        return DNS_ZONE.misfit(self.id, self.cloud)


class HealthCheckSpec(Spec):
    """The question that decides whether a region serves."""

    path: Path = "/health"
    """A path that answers 200 only when the model is loaded and a GPU is there."""

    interval: Duration = Duration.parse("10s")
    """Time between two checks: `10s` or `30s`."""

    threshold: int = Field(strict=True, default=3, ge=1, le=10)
    """Failures in a row until the region counts as unhealthy."""

    @property
    def slowest_detection(self) -> Duration:
        """The most that passes from the loss of a region until a checker of Route 53 counts it as unhealthy."""
        return Duration(self.threshold * self.interval.seconds + _ANSWER_SECONDS)


class ServiceSpec(Spec):
    """The name that clients use."""

    host: HostName
    """The host name, such as `llm.example.com`."""

    zone: ZoneSpec
    """The DNS zone that holds the host name."""

    ttl: Annotated[Duration, between(Duration.parse("0s"), Duration.parse("1d"))] = Duration.parse("60s")
    """How long resolvers may keep an answer."""

    health_check: HealthCheckSpec = HealthCheckSpec()
    """How a region's health is asked for."""

    routing: RoutingSpec = RoutingSpec()
    """How clients are led to a region."""

    @property
    def holds_addresses(self) -> bool:
        """Whether the host name has to hold addresses, as a zone's own name and an accelerator's do.

        It is then written as aliases, which takes the regions' names to be there already.
        """
        return self.host == self.zone.name or self.routing.accelerator is not None


class LlmServiceSpec(Spec):
    """The language model server in the cluster."""

    replicas: int = Field(strict=True, default=1, ge=0, le=10_000)
    """Copies that serve; each takes its GPUs."""

    maximum_replicas: int | None = Field(strict=True, default=None, ge=1, le=10_000)
    """Copies that the autoscaler may reach; by default twice the replicas."""

    image: Printable = "vllm/vllm-openai:v0.31.0"
    """The container image. The default is vLLM's public one; for production name one by digest."""

    model: Printable = "Qwen/Qwen2.5-7B-Instruct"
    """The model to serve, as the image's server understands it."""

    gpus: int = Field(strict=True, default=1, ge=1, le=16)
    """GPUs for one copy."""

    port: int = Field(strict=True, default=8000, ge=1, le=65_535)
    """The port on which a copy serves."""

    arguments: tuple[str, ...] = ()
    """Further arguments for the server."""

    namespace: KubernetesName = "llm"
    """The Kubernetes namespace."""

    warm_up: Annotated[Duration, between(Duration.parse("1s"), Duration.parse("1d"))] = Duration.parse("15m")
    """The longest that a copy may take to load its weights before it is restarted."""

    @property
    def ceiling(self) -> int:
        """Copies that there can be."""
        return max(1, 2 * self.replicas) if self.maximum_replicas is None else self.maximum_replicas

    def contradiction(self) -> str | None:
        """The autoscaler can reach what it starts from."""
        if self.replicas > self.ceiling:
            return f"llm_service has {self.replicas} replicas and maximum_replicas {self.ceiling}; raise the maximum"
        return None


Role = Literal["primary", "replica"]
Readiness = Literal["active", "standby"]
