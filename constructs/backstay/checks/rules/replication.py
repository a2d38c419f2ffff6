"""What must survive is in two regions."""

from collections.abc import Callable, Iterator

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, rule
from backstay.checks.rules.roles import called, is_lock_table, receives_logs
from backstay.checks.stacks import Stacks
from backstay.topology.catalog import catalog
from backstay.topology.cloud import Cloud

_LOCAL_STORAGE = ("LRS", "ZRS")


@rule(
    "single-region",
    what="there is more than one region",
    fix="add a region, or promise less: mode: single-region in the environment file",
    source="https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html",
    needs=Guarantee.REGION,
)
def single_region(case: Case) -> Found:
    """Everything is lost with the only region."""
    if len(case.stacks.regions) == 1:
        yield case.stacks.all[0], f"all stacks are in {case.stacks.regions[0]}"


@rule(
    "bucket-in-one-region",
    what="objects are copied to another region",
    fix="add a replication configuration, or make the bucket dual-region or geo-redundant",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",
    needs=Guarantee.REGION,
)
def bucket_in_one_region(case: Case) -> Found:
    """Weights and checkpoints that are in the lost region only cannot be loaded anywhere else."""
    for bucket in _buckets_in_one_region(case.stacks):
        if bucket.known_as not in case.stacks.state_stores:
            yield bucket, f"{called(bucket)} is in {bucket.region or 'one region'} only"


@rule(
    "state-in-one-region",
    what="the state is copied to another region",
    fix="replicate the state's bucket, with versioning on at both ends",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    needs=Guarantee.REGION,
)
def state_in_one_region(case: Case) -> Found:
    """With its state, Terraform forgets what it made, and the region that comes back belongs to nobody."""
    for bucket in _buckets_in_one_region(case.stacks):
        if bucket.known_as in case.stacks.state_stores:
            yield bucket, f"{called(bucket)} holds states and is in {bucket.region or 'one region'} only"


def _buckets_in_one_region(stacks: Stacks) -> Iterator[Block]:
    for bucket in stacks.resources("aws_s3_bucket"):
        copies = "aws_s3_bucket_replication_configuration"
        is_copied = stacks.concerning(bucket, copies, "bucket") or bucket.has("replication_configuration")
        is_copy = stacks.concerning(bucket, copies, "rule.destination.bucket")
        if not is_copied and not is_copy and not receives_logs(bucket, stacks):
            yield bucket
    for bucket in stacks.resources("google_storage_bucket"):
        is_regional = (bucket.region or "") in catalog(Cloud.GOOGLE).regions
        if is_regional and not bucket.has("custom_placement_config") and not receives_logs(bucket, stacks):
            yield bucket
    for account in stacks.resources("azurerm_storage_account"):
        is_local = account.text("account_replication_type") in _LOCAL_STORAGE
        is_copied = stacks.concerning(account, "azurerm_storage_object_replication", "source_storage_account_id")
        if is_local and not is_copied and not receives_logs(account, stacks):
            yield account


@rule(
    "database-in-one-region",
    what="a database has a live copy in another region",
    fix="make it a member of a global database, or give it a replica in another region",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html",
    needs=Guarantee.REGION,
)
def database_in_one_region(case: Case) -> Found:
    """A database comes back from a backup in hours, and from a live copy in minutes."""
    for database in case.stacks.resources(*_DATABASE_COPIES):
        if not _DATABASE_COPIES[database.type](database, case.stacks):
            yield database, f"{called(database)} has no copy in another region"


def _is_in_global_database(cluster: Block, stacks: Stacks) -> bool:
    if cluster.has("replication_source_identifier") or cluster.has("global_cluster_identifier"):
        return True
    return any(
        stacks.concerning(cluster, type_, argument)
        for type_, argument in (
            ("aws_rds_global_cluster", "source_db_cluster_identifier"),
            ("aws_docdb_global_cluster", "source_db_cluster_identifier"),
            ("aws_neptune_global_cluster", "source_db_cluster_identifier"),
            (cluster.type, "replication_source_identifier"),
        )
    )


def _is_replicated_by(*references: tuple[str, str]) -> Callable[[Block, Stacks], bool]:
    """Whether one of these resources names the database, in an argument that the replica itself has too."""

    def check(database: Block, stacks: Stacks) -> bool:
        return any(
            database.has(argument) if type_ == database.type else False for type_, argument in references
        ) or any(
            _is_elsewhere(other, database)
            for type_, argument in references
            for other in stacks.concerning(database, type_, argument)
        )

    return check


def _is_elsewhere(other: Block, block: Block) -> bool:
    return other.region is None or block.region is None or other.region != block.region


def _has_places(path: str) -> Callable[[Block, Stacks], bool]:
    return lambda block, _: len(block.values(path)) > 1


_DATABASE_COPIES: dict[str, Callable[[Block, Stacks], bool]] = {
    "aws_db_instance": _is_replicated_by(("aws_db_instance", "replicate_source_db")),
    "aws_docdb_cluster": _is_in_global_database,
    "aws_neptune_cluster": _is_in_global_database,
    "aws_rds_cluster": _is_in_global_database,
    "azurerm_cosmosdb_account": _has_places("geo_location"),
    "azurerm_postgresql_flexible_server": _is_replicated_by(("azurerm_postgresql_flexible_server", "source_server_id")),
    "google_sql_database_instance": _is_replicated_by(("google_sql_database_instance", "master_instance_name")),
    "google_spanner_instance": lambda block, _: not (block.text("config") or "").startswith("regional-"),
}


@rule(
    "global-database-in-one-region",
    what="a global database has members in two regions",
    fix="add a secondary cluster in another region's stack",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html",
    needs=Guarantee.REGION,
)
def global_database_in_one_region(case: Case) -> Found:
    """A global database of one region is global by name only."""
    for database in case.stacks.resources("aws_rds_global_cluster"):
        members = case.stacks.concerning(database, "aws_rds_cluster", "global_cluster_identifier")
        regions = {member.region for member in members if member.region}
        if len(regions) < 2:
            yield database, f"{called(database)} has members in {', '.join(sorted(regions)) or 'no region'} only"


@rule(
    "table-in-one-region",
    what="a table has a replica in another region",
    fix="add a replica, in its region's own stack",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html",
    needs=Guarantee.REGION,
)
def table_in_one_region(case: Case) -> Found:
    """Sessions and metadata that are in the lost region only are gone until it is back."""
    for table in case.stacks.resources("aws_dynamodb_table"):
        replicas = case.stacks.concerning(table, "aws_dynamodb_table_replica", "global_table_arn")
        if not is_lock_table(table) and not table.has("replica") and not replicas:
            yield table, f"{called(table)} has no replica"
