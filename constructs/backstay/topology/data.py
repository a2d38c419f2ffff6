"""What must be in two places: one value for each kind of data."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from backstay.topology.cloud import Cloud, CloudRegion
from backstay.topology.forms import LABEL, Form, between
from backstay.topology.logs import LogDays
from backstay.topology.quantities import Duration
from backstay.topology.region import Region, RegionName, RegionRole
from backstay.topology.spec import Spec

# The newest minor version with long-term support: three years of fixes without a forced upgrade
# (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Updates.LTS.html, read 2026-11).
_DATABASE_VERSION = "17.7"
# The smallest that a global datastore takes: nothing burstable
# (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Getting-Started.html).
_CACHE_NODE = "cache.r7g.large"

DatabaseVersion = Annotated[
    str, Form("a version of Aurora PostgreSQL", r"[1-9][0-9]\.[0-9]{1,2}", (_DATABASE_VERSION,))
]
DatabaseName = Annotated[
    str,
    Form("lower-case letters, digits and underscores, starting with a letter", r"[a-z][a-z0-9_]*", ("vectors",), 63),
]
CacheNode = Annotated[
    str, Form("a node type of ElastiCache", r"cache\.[a-z0-9]+\.[a-z0-9]+", (_CACHE_NODE,), longest=40)
]
AttributeName = Annotated[
    str,
    Form("letters, digits and underscores, starting with a letter", r"[A-Za-z][A-Za-z0-9_]*", ("id",), longest=64),
]
RepositoryName = Annotated[str, Form("a repository's name in lower case", LABEL, ("vllm",), longest=100)]

RepositoryPrefix = Annotated[
    str, Form("how a repository's name begins", r"[a-z0-9]+([._/-][a-z0-9]+)*/?", ("acme/staging/",), longest=256)
]


class VectorDbSpec(Spec):
    """The vector database: Aurora PostgreSQL with pgvector, one writer region and read-only copies in the others.

    Copies follow asynchronously, typically within a second
    (https://disaster-recovery.workshop.aws/en/services/databases/aurora/global-database.html); a failover takes
    minutes (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html).
    """

    engine_version: DatabaseVersion = _DATABASE_VERSION
    """The version of Aurora PostgreSQL, the same in every region. A change upgrades all of them."""

    database: DatabaseName = "vectors"
    """The database that is made with the cluster; fixed from then on."""

    min_capacity: float = Field(strict=True, default=0.5, ge=0.5, le=256, multiple_of=0.5)
    """The least Aurora capacity units that an instance runs with."""

    max_capacity: float = Field(strict=True, default=16, ge=1, le=256, multiple_of=0.5)
    """The most Aurora capacity units that an instance grows to."""

    instances: int = Field(strict=True, default=2, ge=1, le=15)
    """Instances in a region; with two, the loss of a zone is survived without another region."""

    enforce_rpo: bool = Field(strict=True, default=False)
    """Whether commits wait while every copy is further behind than `objectives.rpo`: no more than that is ever lost.

    The price: with a single copy, the loss of the copy's region stops the writes in this one.
    """

    backup_days: int = Field(strict=True, default=14, ge=1, le=35)
    """How many days back a region's cluster can be restored to any second, within its region."""

    log_days: LogDays = 90
    """How long the database's logs are kept."""

    def contradiction(self) -> str | None:
        """Capacity grows from the least to the most."""
        if self.min_capacity <= self.max_capacity:
            return None
        return f"min_capacity {self.min_capacity:g} is above max_capacity {self.max_capacity:g}; it must not exceed it"


class CacheSpec(Spec):
    """The cache: Valkey on ElastiCache.

    A copy follows asynchronously, usually within a second, and is promoted in about a minute
    (https://disaster-recovery.workshop.aws/en/services/databases/elasticache/global-datastore.html).
    """

    replication: Literal["global", "cold"] | None = None
    """`global` copies the active region's entries to the standby ones; `cold` starts empty wherever it is.

    By default `global` where the cache of one region is active and others stand by, and `cold` elsewhere: a global
    datastore has one writer.
    """

    node_type: CacheNode = _CACHE_NODE
    """The size of a node, the same in every region."""

    nodes: int = Field(strict=True, default=3, ge=2, le=6)
    """Nodes in a region, one of which takes writes; with three, each of three zones has one."""

    engine_version: Literal["7.2", "8.0", "8.1"] = "8.0"
    """The version of Valkey, the same in every region."""

    snapshot_days: int = Field(strict=True, default=1, ge=0, le=35)
    """How long daily snapshots are kept; 0 for none."""

    def is_global(self, *, active: int, standby: int) -> bool:
        """Whether entries are copied, given how many regions' caches are active and standing by."""
        return self.replication == "global" if self.replication else active == 1 and standby > 0


class MessageQueueSpec(Spec):
    """The message queue: SQS, one in each region, copied nowhere, since SQS copies to no other region.

    What waits in a lost region waits there until the region is back, for as long as `retention` says. Whoever cannot
    wait for an answer sends again, to another region, so that every message may be worked on twice.
    """

    visibility: Annotated[Duration, between(Duration.parse("1s"), Duration.parse("12h"))] = Duration.parse("15m")
    """How long a message that was taken stays hidden from others: longer than the longest answer takes."""

    deliveries: int = Field(strict=True, default=5, ge=1, le=1_000)
    """How often a message is delivered before it goes to the dead-letter queue."""

    retention: Annotated[Duration, between(Duration.parse("1m"), Duration.parse("14d"))] = Duration.parse("14d")
    """How long a message waits for somebody to take it; by default as long as SQS offers."""


class ArtifactsSpec(Spec):
    """Model artifacts and checkpoints: a bucket in each region, each copying to the others.

    Copies follow asynchronously, most within seconds; replication time control is designed for 99.99% within 15
    minutes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html), and its service level
    agreement promises 99.9% (https://aws.amazon.com/s3/sla-rtc/).
    """

    copies: Literal["everywhere", "peer"] = "everywhere"
    """`everywhere` keeps every artifact at hand in all regions; `peer` keeps it in one other, the least that is safe.

    With two regions, both are the same.
    """

    keep_days: int = Field(strict=True, default=30, ge=1, le=3_650)
    """How long an artifact that was replaced or deleted can be had back, in days."""


class SessionsSpec(Spec):
    """Request metadata and sessions: a DynamoDB global table, which every region reads and writes.

    With `eventual`, writes reach the other regions typically within a second, and the last writer wins; with
    `strong`, a write is in two regions before it is answered
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html).
    """

    consistency: Literal["eventual", "strong"] = "eventual"
    """`strong` loses nothing with a region; it takes three regions of one region set. Fixed once it is made."""

    owner: RegionRole | None = None
    """The part of the region that makes the table; by default that of the first region on AWS.

    It stays the owner whatever fails over, since all regions write alike.
    """

    witness: RegionName | None = None
    """The region that makes three of two for `strong`, such as `us-west-2`; it holds no data that can be read."""

    key: AttributeName = "id"
    """The attribute that tells items apart, a text."""

    expiry: AttributeName = "expires_at"
    """The attribute that says when an item goes, in seconds since 1970; `strong` tables keep theirs for ever."""

    @property
    def expires_by(self) -> str | None:
        """The attribute that says when an item goes, where DynamoDB lets items go."""
        return self.expiry if self.consistency == "eventual" else None

    def places(self, regions: Mapping[str, Region]) -> tuple[CloudRegion, ...]:
        """Where the table is: in every region on AWS, the owner's first."""
        on_aws = {role: region.location for role, region in regions.items() if region.cloud is Cloud.AWS}
        owner = on_aws.get(self.owner or next(iter(on_aws), ""))
        return tuple(sorted(on_aws.values(), key=lambda place: place != owner))


class ImagesSpec(Spec):
    """Container images: ECR repositories; an image that is pushed in one region is copied to every other.

    AWS gives no figure for how long that takes: `aws ecr describe-image-replication-status` tells, before a rollout.
    """

    repositories: tuple[RepositoryName, ...] = Field(min_length=1)
    """The repositories."""

    replication_rules: Literal["written", "existing"] = "written"
    """Who says what is copied: an account has a single list of rules in each region, for all of its repositories.

    `written` replaces the list; `existing` leaves it to whoever has written it, such as another environment in the
    same account, which names these repositories in `also_copied`.
    """

    also_copied: tuple[RepositoryPrefix, ...] = Field(default=(), max_length=99)
    """How the names of other repositories begin that the list is to copy as well, such as `acme/staging/`."""

    def contradiction(self) -> str | None:
        """A list that is left alone cannot be added to."""
        if self.replication_rules == "existing" and self.also_copied:
            return "also_copied adds to a list that replication_rules leaves alone; name them where it is written"
        return None


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
