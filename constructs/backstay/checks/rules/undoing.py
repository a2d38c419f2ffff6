"""The next apply does not undo a failover: what run time owns, Terraform leaves as it finds it."""

from collections.abc import Iterator, Mapping

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, rule
from backstay.checks.stacks import Stacks

# How many there are is a matter of the day.
_SIZES = {
    "aws_autoscaling_group": ("desired_capacity",),
    "aws_ecs_service": ("desired_count",),
    "aws_eks_node_group": ("scaling_config.desired_size",),
    "azurerm_kubernetes_cluster_node_pool": ("node_count",),
    "azurerm_linux_virtual_machine_scale_set": ("instances",),
    "azurerm_orchestrated_virtual_machine_scale_set": ("instances",),
    "azurerm_windows_virtual_machine_scale_set": ("instances",),
    "google_compute_instance_group_manager": ("target_size",),
    "google_compute_region_instance_group_manager": ("target_size",),
    "google_container_node_pool": ("node_count",),
}
# Who is primary changes in a failover.
_MEMBERSHIPS = {
    "aws_db_instance": ("replicate_source_db",),
    "aws_docdb_cluster": ("global_cluster_identifier",),
    "aws_elasticache_replication_group": ("global_replication_group_id",),
    "aws_neptune_cluster": ("global_cluster_identifier", "replication_source_identifier"),
    "aws_rds_cluster": ("global_cluster_identifier", "replication_source_identifier"),
    "azurerm_mssql_database": ("create_mode",),
    "azurerm_mysql_flexible_server": ("create_mode", "replication_role"),
    "azurerm_postgresql_flexible_server": ("create_mode", "replication_role"),
    "google_sql_database_instance": ("master_instance_name",),
}
# Where traffic goes. Not Route 53's weights nor Global Accelerator's dials: those are changed through one region each,
# so no failover may change them.
_WEIGHTS = {
    "aws_lb_listener": ("default_action.forward.target_group.weight",),
    "aws_lb_listener_rule": ("action.forward.target_group.weight",),
    "azurerm_cdn_frontdoor_origin": ("enabled", "weight"),
    "azurerm_traffic_manager_azure_endpoint": ("enabled", "weight"),
    "azurerm_traffic_manager_external_endpoint": ("enabled", "weight"),
}
_LIFECYCLE = "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes"


@rule(
    "size-undone-by-apply",
    what="an apply leaves the number of machines as it finds it",
    fix="add the argument to lifecycle.ignore_changes; minimum and maximum stay Terraform's",
    source="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_node_group",
)
def size_undone_by_apply(case: Case) -> Found:
    """A standby grows when it takes over, and the next apply would shrink it while it serves everybody."""
    for block, argument in _owned_by_terraform(case.stacks, _SIZES):
        yield block, f"{argument} is {block.values(argument)[0]} and not ignored"


@rule(
    "membership-undone-by-apply",
    what="an apply neither detaches a replica nor makes it one again",
    fix="add the argument to lifecycle.ignore_changes",
    source="https://github.com/terraform-aws-modules/terraform-aws-rds-aurora/issues/162",
    needs=Guarantee.REGION,
)
def membership_undone_by_apply(case: Case) -> Found:
    """After a failover the roles have changed; an apply that puts them back detaches, or replaces, the new primary."""
    for block, argument in _owned_by_terraform(case.stacks, _MEMBERSHIPS):
        yield block, f"{argument} is given and not ignored"


@rule(
    "weight-undone-by-apply",
    what="an apply leaves traffic where a failover has put it",
    fix="add the argument to lifecycle.ignore_changes, or the block that holds it",
    source=_LIFECYCLE,
    needs=Guarantee.REGION,
)
def weight_undone_by_apply(case: Case) -> Found:
    """Whoever moved the traffic away from a region did so for a reason that the next apply does not know."""
    for block, argument in _owned_by_terraform(case.stacks, _WEIGHTS):
        yield block, f"{argument} is {block.values(argument)[0]} and not ignored"


@rule(
    "replica-owned-twice",
    what="one state owns a table's replicas",
    fix="add replica to the table's lifecycle.ignore_changes, or drop its replica blocks",
    source="https://github.com/hashicorp/terraform-provider-aws/issues/38968",
    needs=Guarantee.REGION,
)
def replica_owned_twice(case: Case) -> Found:
    """The table's own state knows nothing of a replica that another state made, and its next apply deletes it."""
    for replica in case.stacks.resources("aws_dynamodb_table_replica"):
        for table in case.stacks.resources("aws_dynamodb_table"):
            if replica.names("global_table_arn", table) and not table.ignores("replica"):
                yield table, f"{replica.stack.name} makes a replica of it, and replica is not ignored here"


def _owned_by_terraform(stacks: Stacks, owned: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Block, str]]:
    """The arguments that are given and not ignored."""
    for block in stacks.resources(*owned):
        for argument in owned[block.type]:
            if block.has(argument) and not block.ignores(argument):
                yield block, argument
                break
