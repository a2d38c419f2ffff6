"""What must be in two places: one value for each kind of data."""

from typing import Annotated, Literal

from pydantic import Field

from backstay.topology.forms import LABEL, Form, between
from backstay.topology.quantities import Duration
from backstay.topology.spec import Spec

RepositoryName = Annotated[str, Form("a repository's name in lower case", LABEL, ("vllm",), longest=100)]


class VectorDbSpec(Spec):
    """The vector database: Aurora PostgreSQL with pgvector, one writer region and read-only copies in the others."""

    min_capacity: float = Field(strict=True, default=0.5, ge=0.5, le=256, multiple_of=0.5)
    """The least Aurora capacity units that an instance runs with."""

    max_capacity: float = Field(strict=True, default=16, ge=1, le=256, multiple_of=0.5)
    """The most Aurora capacity units that an instance grows to."""

    instances: int = Field(strict=True, default=2, ge=1, le=15)
    """Instances in a region; with two, the loss of a zone is survived without another region."""


class CacheSpec(Spec):
    """The cache: Valkey on ElastiCache."""

    replication: Literal["global", "cold"] = "global"
    """`global` copies the active region's entries to the others; `cold` starts empty wherever it is."""


class MessageQueueSpec(Spec):
    """The message queue: SQS, one in each region. What waits in a lost region waits there until it is back."""

    visibility: Annotated[Duration, between(Duration.parse("1s"), Duration.parse("12h"))] = Duration.parse("15m")
    """How long a message that was taken stays hidden from others: longer than the longest answer takes."""

    deliveries: int = Field(strict=True, default=5, ge=1, le=1_000)
    """How often a message is delivered before it goes to the dead-letter queue."""


class ArtifactsSpec(Spec):
    """Model artifacts and checkpoints: a bucket in each region, each copying to the others."""


class SessionsSpec(Spec):
    """Request metadata and sessions: a DynamoDB global table."""

    consistency: Literal["eventual", "strong"] = "eventual"
    """`strong` loses nothing with a region; it takes three regions of one region set."""


class ImagesSpec(Spec):
    """Container images: ECR repositories, copied to every region."""

    repositories: tuple[RepositoryName, ...] = Field(min_length=1)
    """The repositories."""


class DataSpec(Spec):
    """The kinds of data that the environment keeps in two places."""

    vector_db: VectorDbSpec = VectorDbSpec()
    """The vector database, where regions name their part in it."""

    cache: CacheSpec = CacheSpec()
    """The cache, where regions name their part in it."""

    message_queue: MessageQueueSpec = MessageQueueSpec()
    """The message queue, where regions have one."""

    artifacts: ArtifactsSpec | None = None
    """Model artifacts and checkpoints."""

    sessions: SessionsSpec | None = None
    """Request metadata and sessions."""

    images: ImagesSpec | None = None
    """Container images."""
