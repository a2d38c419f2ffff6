"""The loss of a zone is survived within the region."""

from backstay.checks.block import Block
from backstay.checks.rule import Case, Found, Severity, rule

_FEWEST = 3
_RELIABILITY = "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar"
# Lists with one entry for each zone.
_LISTS = {
    "aws_autoscaling_group": ("vpc_zone_identifier", "availability_zones"),
    "aws_db_subnet_group": ("subnet_ids",),
    "aws_eks_cluster": ("vpc_config.subnet_ids",),
    "aws_eks_node_group": ("subnet_ids",),
    "aws_elasticache_subnet_group": ("subnet_ids",),
    "aws_lb": ("subnets", "subnet_mapping"),
    "azurerm_application_gateway": ("zones",),
    "azurerm_kubernetes_cluster": ("default_node_pool.zones",),
    "azurerm_kubernetes_cluster_node_pool": ("zones",),
    "azurerm_linux_virtual_machine_scale_set": ("zones",),
    "azurerm_orchestrated_virtual_machine_scale_set": ("zones",),
    "google_compute_region_instance_group_manager": ("distribution_policy_zones",),
    "google_container_cluster": ("node_locations",),
    "google_container_node_pool": ("node_locations",),
}


@rule(
    "fewer-than-three-zones",
    what="what serves stands in three zones",
    fix="name subnets, or zones, in three zones",
    source=f"{_RELIABILITY}/rel_fault_isolation_multiaz_region_system.html",
    severity=Severity.WARNING,
)
def fewer_than_three_zones(case: Case) -> Found:
    """With two, the loss of one leaves half; with three, two thirds, and a majority that stores can go on with."""
    for block in case.stacks.resources(*_LISTS):
        given = [value for argument in _LISTS[block.type] for value in block.values(argument)]
        if not given and not block.type.startswith("azurerm_"):
            continue
        # A reference may stand for a list of any length.
        if all(_is_one(value) for value in given) and len({str(value) for value in given}) < _FEWEST:
            yield block, f"{_LISTS[block.type][0]} names {len(given)} zone(s)"
    for cluster in case.stacks.resources("google_container_cluster"):
        location = cluster.text("location") or ""
        if cluster.region and location.startswith(f"{cluster.region}-"):
            yield cluster, f"its control plane is in the zone {location} only"


def _is_one(value: object) -> bool:
    text = str(value)
    is_single_reference = text.startswith("${") and text.count("${") == 1 and "*" not in text and "(" not in text
    return "${" not in text or (is_single_reference and text.rstrip("}").rsplit(".", 1)[-1] in ("id", "subnet_id"))


@rule(
    "store-in-one-zone",
    what="a store fails over to another zone by itself",
    fix="add a second instance, or turn on its high availability",
    source=f"{_RELIABILITY}/rel_fault_isolation_multiaz_region_system.html",
)
def store_in_one_zone(case: Case) -> Found:
    """Zones are lost far more often than regions, and should not cost a failover to another one."""
    for cluster in case.stacks.resources("aws_rds_cluster"):
        instances = case.stacks.concerning(cluster, "aws_rds_cluster_instance", "cluster_identifier")
        if len(instances) == 1 and not _is_repeated(instances[0]):
            yield cluster, "it has one instance"
    for block in case.stacks.resources(*_ZONAL):
        argument, default = _ZONAL[block.type]
        if block.flag(argument, default=default) is False and not block.has("replicate_source_db"):
            yield block, f"{argument} is not true"
    for block in case.stacks.resources("google_sql_database_instance"):
        if (block.text("settings.availability_type") or "ZONAL") == "ZONAL" and not block.has("master_instance_name"):
            yield block, "settings.availability_type is ZONAL"
    for block in case.stacks.resources("azurerm_postgresql_flexible_server"):
        if not block.has("high_availability") and not block.has("source_server_id"):
            yield block, "there is no high_availability"


_ZONAL = {
    "aws_db_instance": ("multi_az", False),
    "aws_elasticache_replication_group": ("automatic_failover_enabled", False),
}


def _is_repeated(block: Block) -> bool:
    return block.has("count") or block.has("for_each")
