from tests.checks.example import Pair, single, stack

US, EU = "us-east-1", "eu-west-1"


def ignoring(*arguments: str) -> dict[str, object]:
    return {"lifecycle": {"ignore_changes": list(arguments)}}


TABLE = {"name": "sessions"}
REPLICA = {"aws_dynamodb_table_replica.it": {"global_table_arn": "arn:aws:dynamodb:us-east-1:1:table/sessions"}}
FORWARD = {"default_action": {"forward": {"target_group": [{"arn": "a", "weight": 90}, {"arn": "b", "weight": 10}]}}}

PAIRS = [
    single(
        "size-undone-by-apply",
        "aws_eks_node_group",
        fires={"scaling_config": {"desired_size": 3, "min_size": 1, "max_size": 9}} | ignoring("subnet_ids"),
        silent={"scaling_config": {"desired_size": 3}} | ignoring("scaling_config[0].desired_size"),
    ),
    single(
        "size-undone-by-apply",
        "aws_autoscaling_group",
        fires={"desired_capacity": 2},
        silent={"min_size": 2, "max_size": 4},
    ),
    single(
        "size-undone-by-apply",
        "azurerm_linux_virtual_machine_scale_set",
        fires={"instances": 2},
        silent={"instances": 2, "lifecycle": {"ignore_changes": "all"}},
    ),
    single(
        "size-undone-by-apply",
        "google_container_node_pool",
        fires={"node_count": 2},
        silent={"node_count": 2} | ignoring("node_count"),
    ),
    single(
        "membership-undone-by-apply",
        "aws_rds_cluster",
        fires={"global_cluster_identifier": "vectors"},
        silent={"global_cluster_identifier": "vectors"} | ignoring("global_cluster_identifier"),
    ),
    single(
        "membership-undone-by-apply",
        "aws_rds_cluster",
        fires={"global_cluster_identifier": "v", "replication_source_identifier": "arn"}
        | ignoring("global_cluster_identifier"),
        silent={"global_cluster_identifier": "v", "replication_source_identifier": "arn"}
        | ignoring("global_cluster_identifier", "replication_source_identifier"),
        about="one of two is ignored",
    ),
    single(
        "membership-undone-by-apply",
        "google_sql_database_instance",
        fires={"master_instance_name": "primary"},
        silent={"master_instance_name": "primary"} | ignoring("master_instance_name"),
    ),
    single(
        "weight-undone-by-apply",
        "aws_lb_listener",
        fires=FORWARD,
        silent=FORWARD | ignoring("default_action"),
    ),
    single(
        "weight-undone-by-apply",
        "azurerm_traffic_manager_azure_endpoint",
        fires={"enabled": True},
        silent={"priority": 1},
    ),
    Pair(
        "replica-owned-twice",
        ["aws_dynamodb_table.sessions"],
        {
            "us": stack({"aws_dynamodb_table.sessions": TABLE}, region=US),
            "eu-replicas": stack(REPLICA, region=EU),
        },
        {
            "us": stack({"aws_dynamodb_table.sessions": TABLE | ignoring("replica")}, region=US),
            "eu-replicas": stack(REPLICA, region=EU),
        },
    ),
    Pair(
        "replica-owned-twice",
        ["aws_dynamodb_table.sessions"],
        {"us": stack({"aws_dynamodb_table.sessions": TABLE} | REPLICA)},
        {"us": stack({"aws_dynamodb_table.sessions": {"name": "another"}} | REPLICA)},
        about="a replica of another table",
    ),
]
