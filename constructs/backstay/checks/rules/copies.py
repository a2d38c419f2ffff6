"""What a region needs besides its data is there too: caches, secrets, images, keys; and copies keep up."""

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, Severity, rule
from backstay.checks.rules.roles import called
from backstay.checks.stacks import Stacks
from backstay.topology.catalog import catalog
from backstay.topology.cloud import Cloud

# S3 replication time control promises this: https://aws.amazon.com/s3/sla-rtc/
_TIME_CONTROL = "15 minutes"


@rule(
    "cache-in-one-region",
    what="a cache is warm in another region",
    fix="add it to a global datastore; or waive this where the service bears a cold cache",
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastore.html",
    severity=Severity.NOTE,
    needs=Guarantee.REGION,
)
def cache_in_one_region(case: Case) -> Found:
    """A cold cache sends every request to the model, just when the survivors have the most of them."""
    for cache in case.stacks.resources("aws_elasticache_replication_group"):
        owner = ("aws_elasticache_global_replication_group", "primary_replication_group_id")
        if not cache.has("global_replication_group_id") and not case.stacks.concerning(cache, *owner):
            yield cache, f"{called(cache)} is in no global datastore"


@rule(
    "secret-in-one-region",
    what="a secret is in every region that needs it",
    fix="add a replica block for each other region",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html",
    needs=Guarantee.REGION,
)
def secret_in_one_region(case: Case) -> Found:
    """Nothing starts without its secrets, and they cannot be copied out of a region that does not answer."""
    secrets = list(case.stacks.resources("aws_secretsmanager_secret"))
    for secret in secrets:
        namesakes = [other for other in secrets if other.known_as and other.known_as == secret.known_as]
        if not secret.has("replica") and len({other.region for other in namesakes}) < 2:
            yield secret, f"{called(secret)} has no replica"
    for secret in case.stacks.resources("google_secret_manager_secret"):
        if len(secret.values("replication.user_managed.replicas")) == 1:
            yield secret, f"{called(secret)} has one replica"


@rule(
    "images-in-one-region",
    what="container images are copied to another region",
    fix="replicate the registry to each region that may have to run them",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html",
    needs=Guarantee.REGION,
)
def images_in_one_region(case: Case) -> Found:
    """A standby that has to grow pulls its image first, from a registry that is gone."""
    copied = {block.region for block in case.stacks.resources("aws_ecr_replication_configuration")}
    receiving = {
        region
        for block in case.stacks.resources("aws_ecr_replication_configuration")
        for region in block.texts("replication_configuration.rule.destination.region")
    }
    for repository in case.stacks.resources("aws_ecr_repository"):
        if repository.region not in copied | receiving:
            yield repository, f"{called(repository)} is in {repository.region or 'one region'} only"
    for registry in case.stacks.resources("azurerm_container_registry"):
        if not registry.has("georeplications"):
            yield registry, f"{called(registry)} is in {registry.region or 'one region'} only"
    for registry in case.stacks.resources("google_artifact_registry_repository"):
        if registry.region in catalog(Cloud.GOOGLE).regions:
            yield registry, f"{called(registry)} is in {registry.region} only"


@rule(
    "multi-region-key-alone",
    what="a multi-Region key has a replica",
    fix="add an aws_kms_replica_key in the other region, or make it an ordinary key",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html",
    needs=Guarantee.REGION,
)
def multi_region_key_alone(case: Case) -> Found:
    """What must be readable elsewhere is not, and nobody notices before the region is lost."""
    for key in case.stacks.resources("aws_kms_key"):
        if key.flag("multi_region", default=False) and not _has_replica_key(key, case.stacks):
            yield key, "multi_region is true and no aws_kms_replica_key names it"


def _has_replica_key(key: Block, stacks: Stacks) -> bool:
    if stacks.concerning(key, "aws_kms_replica_key", "primary_key_arn"):
        return True
    # An ARN that another stack was given names a key that only its own stack could tell.
    return any(not replica.references("primary_key_arn") for replica in stacks.resources("aws_kms_replica_key"))


@rule(
    "replication-without-time-control",
    what="how far a copy of objects lags is bounded and measured",
    fix="add replication_time and metrics of 15 minutes to the rule's destination",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html",
    severity=Severity.WARNING,
    needs=Guarantee.REGION,
)
def replication_without_time_control(case: Case) -> Found:
    """Without it S3 copies most objects within seconds and promises nothing about the rest, so no RPO can be kept."""
    for replication in case.stacks.resources("aws_s3_bucket_replication_configuration"):
        rules = replication.values("rule")
        timed = replication.values("rule.destination.replication_time")
        if len(timed) < len(rules):
            unbounded = len(rules) - len(timed)
            yield replication, f"{unbounded} rule(s) without replication_time, which bounds the lag to {_TIME_CONTROL}"


@rule(
    "queue-without-dead-letters",
    what="what cannot be worked off is set aside, not lost",
    fix="add a dead-letter queue by redrive_policy",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    severity=Severity.WARNING,
    needs=Guarantee.DATA,
)
def queue_without_dead_letters(case: Case) -> Found:
    """After a failover many messages come again, and one that always fails holds up the others until it expires."""
    for queue in case.stacks.resources("aws_sqs_queue"):
        is_dead_letter_queue = queue.has("redrive_allow_policy") or any(
            other.names("redrive_policy", queue) for other in case.stacks.resources("aws_sqs_queue")
        )
        redrive = case.stacks.concerning(queue, "aws_sqs_queue_redrive_policy", "queue_url")
        allowed = case.stacks.concerning(queue, "aws_sqs_queue_redrive_allow_policy", "queue_url")
        if not queue.has("redrive_policy") and not redrive and not allowed and not is_dead_letter_queue:
            yield queue, f"{called(queue)} has no redrive_policy"
