"""Physical names, computed: how regions know each other without reading each other's state."""

import hashlib
from dataclasses import dataclass

from backstay.topology.cloud import Cloud, CloudRegion

# The hash that replaces what was cut off; 40 bits, so that two long names of one account do not meet.
_DIGEST = 10


def shorten(name: str, limit: int) -> str:
    """Fit a name into a limit: what is too long keeps its beginning and gets a hash of the whole at its end.

    Two different names never become one: the hash is taken of the whole name, and a name that was cut
    cannot equal a name that fits, short of a collision of the hash.

    Raises:
        ValueError: when the limit leaves no room for the hash.
    """
    if len(name) <= limit:
        return name
    if limit <= _DIGEST + 1:
        raise ValueError(f"a limit of {limit} characters is too short to shorten {name!r} into")
    return _hashed(name, limit)


def _hashed(name: str, limit: int) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{name[: limit - _DIGEST - 1].rstrip('-')}-{digest}"


@dataclass(frozen=True)
class Names:
    """Every physical name of an environment, as a pure function of namespace, environment and region.

    Attributes:
        namespace: the organisation's short name, which keeps globally unique names apart.
        environment: the environment's name.
        cluster_name: the cluster's name where the environment chooses it.
    """

    namespace: str
    environment: str
    cluster_name: str | None = None

    @property
    def prefix(self) -> str:
        """How names of the environment begin, as those of an environment may whose name is longer."""
        return f"{self.namespace}-{self.environment}"

    @property
    def own(self) -> str:
        """How names of the environment begin that keep two hyphens, as no name of another environment does."""
        return f"{self.prefix}--"

    def _name(self, *parts: str, limit: int) -> str:
        # Two hyphens, which no environment's name has, so that `prod` with the purpose `eu-logs`
        # and `prod-eu` with the purpose `logs` never meet.
        return shorten(f"{self.own}{'-'.join(parts)}" if parts else self.prefix, limit)

    def bucket(self, purpose: str, region: CloudRegion) -> str:
        """A storage bucket; S3 and Cloud Storage allow 63 characters, and the name is unique in the world."""
        return self._name(purpose, region.name, limit=63)

    def lock_table(self, region: CloudRegion) -> str:
        """The table that locks a region's state; DynamoDB allows 255 characters."""
        return self._name("locks", region.name, limit=255)

    def key_alias(self, purpose: str) -> str:
        """A key's alias, the same in every region; KMS allows 256 characters with the prefix."""
        return f"alias/{self.namespace}/{shorten(f'{self.environment}/{purpose}', 200)}"

    def network(self) -> str:
        """The network's name, the same in every region."""
        return self._name("network", limit=128)

    def cluster(self) -> str:
        """The Kubernetes cluster, the same in every region; EKS allows 100 characters, GKE 40."""
        return self.cluster_name or self._name(limit=100)

    def node_group(self, purpose: str) -> str:
        """A node group within its cluster; EKS allows 63 characters."""
        return shorten(purpose, 63)

    def role(self, purpose: str, region: CloudRegion) -> str:
        """An IAM role, policy or instance profile; IAM is global, so the region is part of the name; 64 allowed."""
        return self._name(region.name, purpose, limit=64)

    def machine(self, purpose: str) -> str:
        """Machines, launch templates and auto-scaling groups, which are regional; 128 characters allowed."""
        return self._name(purpose, limit=128)

    def load_balancer(self, purpose: str) -> str:
        """A load balancer or target group; AWS allows 32 characters, no leading `internal-` and no `--`.

        So the hash keeps apart what two hyphens keep apart in other names, however short the name is.
        """
        return _hashed(self._name(purpose, limit=255), 32).replace("--", "-")

    def resource(self, purpose: str, *, limit: int = 63) -> str:
        """Anything regional that has no method of its own; Google Cloud allows 63 characters nearly everywhere."""
        return self._name(purpose, limit=limit)

    def identifier(self, purpose: str, *, limit: int = 63) -> str:
        """Anything whose name may not hold two hyphens in a row: databases (63 characters), caches (40).

        So the hash keeps apart what two hyphens keep apart in other names, however short the name is.
        """
        return _hashed(self._name(purpose, limit=255), limit).replace("--", "-")

    def queue(self, purpose: str) -> str:
        """A queue, the same in every region; SQS allows 80 characters."""
        return self._name(purpose, limit=80)

    def table(self, purpose: str) -> str:
        """A table, the same in every region, as a global table has to be; DynamoDB allows 255 characters."""
        return self._name(purpose, limit=255)

    def repository(self, name: str) -> str:
        """A repository of container images, the same in every region; ECR allows 256 characters."""
        return f"{self.namespace}/{self.environment}/{name}"

    def topic(self, purpose: str) -> str:
        """A topic that people subscribe to, the same in every region; SNS allows 256 characters."""
        return self._name(purpose, limit=256)

    def state_machine(self, purpose: str) -> str:
        """A state machine, the same in every region; Step Functions allows 80 characters."""
        return self._name(purpose, limit=80)

    def backup_vault(self) -> str:
        """The vault of a region's backups, the same in every region; AWS Backup allows 50 characters."""
        return self._name("backups", limit=50)

    def alarm(self, purpose: str) -> str:
        """An alarm, the same in every region; CloudWatch allows 255 characters."""
        return self._name(purpose, limit=255)

    def parameter(self, *parts: str) -> str:
        """A parameter, the same in every region; Systems Manager allows 1,011 characters."""
        return "/".join(("", self.namespace, self.environment, *parts))

    def resource_group(self, purpose: str, region: CloudRegion) -> str:
        """A resource group; a subscription holds those of all regions; Azure allows 90 characters."""
        return self._name(purpose, region.name, limit=90)

    def storage_account(self, purpose: str, region: CloudRegion) -> str:
        """A storage account; Azure allows 24 lower-case letters and digits, and the name is unique in the world."""
        return _hashed(self._name(purpose, region.name, limit=255), 24).replace("-", "")

    def vault(self, purpose: str, region: CloudRegion) -> str:
        """A key vault; Azure allows 24 characters and no `--`, and the name is unique in the world."""
        return _hashed(self._name(purpose, region.name, limit=255), 24).replace("--", "-")

    def service_account(self, purpose: str, region: CloudRegion) -> str:
        """A service account's id; a project holds those of all regions; Google Cloud allows 6 to 30 characters."""
        return self._name(purpose, region.name, limit=30)

    def pipeline_role(self, purpose: str) -> str:
        """A role, policy or identity of the pipeline; an account holds one of each per environment; 64 allowed."""
        return self._name("pipeline", purpose, limit=64)

    def pipeline_account(self, purpose: str) -> str:
        """A service account of the pipeline; a project holds one of each per environment; 30 characters allowed."""
        return self._name("ci", purpose, limit=30)

    def pipeline_pool(self) -> str:
        """A workload identity pool and its provider; Google Cloud allows 4 to 32 characters."""
        return self._name("ci", limit=32)

    def log_group(self, *parts: str) -> str:
        """A log group; CloudWatch allows 512 characters."""
        return "/".join(("", self.namespace, self.environment, *parts))

    def regional_host(self, host: str, region: CloudRegion) -> str:
        """The name under which one region answers, such as `us-east-1.llm.example.com`."""
        return f"{region.name}.{host}"

    def state_key(self, stack: str) -> str:
        """Where a stack's state lies in its bucket."""
        return f"{self.environment}/{stack}.tfstate"

    def state_stack(self, region: CloudRegion) -> str:
        """The stack that holds a region's state bucket."""
        return f"{self.environment}-state-{region.name}"

    def region_stack(self, region: CloudRegion) -> str:
        """The stack that holds a region."""
        return f"{self.environment}-{region.name}"

    def workloads_stack(self, region: CloudRegion) -> str:
        """The stack that holds what runs in a region's cluster."""
        return f"{self.environment}-{region.name}-workloads"

    def replicas_stack(self, region: CloudRegion) -> str:
        """The stack that holds a region's live copies of what another region owns."""
        return f"{self.environment}-{region.name}-replicas"

    def link_stack(self, source: CloudRegion, target: CloudRegion) -> str:
        """The stack by which one region pushes to another."""
        return f"{self.environment}-link-{source.name}-{target.name}"

    def pipeline_stack(self, cloud: Cloud) -> str:
        """The stack that holds the identities by which workflows plan and apply the environment on a cloud."""
        return f"{self.environment}-pipeline-{cloud}"

    def zone_stack(self) -> str:
        """The stack that holds the DNS zone, where Backstay makes it."""
        return f"{self.environment}-zone"

    def routing_stack(self) -> str:
        """The stack that holds the name which clients use."""
        return f"{self.environment}-routing"
