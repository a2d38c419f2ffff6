from tests.checks.example import Pair, single, stack

CLUSTER, INSTANCE = "aws_rds_cluster.it", {"cluster_identifier": "${aws_rds_cluster.it.id}"}


def subnets(count: int) -> list[str]:
    return [f"${{aws_subnet.zone-{number}.id}}" for number in range(count)]


PAIRS = [
    single(
        "fewer-than-three-zones",
        "aws_autoscaling_group",
        fires={"vpc_zone_identifier": subnets(2)},
        silent={"vpc_zone_identifier": subnets(3)},
    ),
    single(
        "fewer-than-three-zones",
        "aws_lb",
        fires={"subnets": ["subnet-1", "subnet-2"]},
        silent={"subnets": ["${aws_subnet.zones[*].id}"]},
        about="a reference to a list of any length",
    ),
    single(
        "fewer-than-three-zones",
        "aws_eks_cluster",
        fires={"vpc_config": {"subnet_ids": subnets(1)}},
        silent={"vpc_config": {"subnet_ids": "${module.network.private_subnets}"}},
    ),
    single(
        "fewer-than-three-zones",
        "azurerm_linux_virtual_machine_scale_set",
        fires={"sku": "Standard_D4ds_v5"},
        silent={"zones": ["1", "2", "3"]},
    ),
    single(
        "fewer-than-three-zones",
        "google_container_cluster",
        fires={"location": "europe-west4-a"},
        silent={"location": "europe-west4"},
        about="a zonal cluster",
    ),
    single(
        "fewer-than-three-zones",
        "google_container_node_pool",
        fires={"node_locations": ["europe-west4-a"]},
        silent={},
    ),
    Pair(
        "store-in-one-zone",
        [CLUSTER],
        {"us": stack({CLUSTER: {}, "aws_rds_cluster_instance.a": INSTANCE})},
        {"us": stack({CLUSTER: {}, "aws_rds_cluster_instance.a": INSTANCE, "aws_rds_cluster_instance.b": INSTANCE})},
        about="aurora",
    ),
    single("store-in-one-zone", "aws_db_instance", fires={}, silent={"multi_az": True}),
    single(
        "store-in-one-zone",
        "aws_elasticache_replication_group",
        fires={},
        silent={"automatic_failover_enabled": True},
    ),
    single(
        "store-in-one-zone",
        "google_sql_database_instance",
        fires={"settings": {"tier": "db-custom-2-7680"}},
        silent={"settings": {"availability_type": "REGIONAL"}},
    ),
    single(
        "store-in-one-zone",
        "azurerm_postgresql_flexible_server",
        fires={},
        silent={"high_availability": {"mode": "ZoneRedundant"}},
    ),
    Pair(
        "store-in-one-zone",
        [CLUSTER],
        {"us": stack({CLUSTER: {}, "aws_rds_cluster_instance.a": INSTANCE})},
        {"us": stack({CLUSTER: {}, "aws_rds_cluster_instance.a": INSTANCE | {"count": 2}})},
        about="instances that are counted",
    ),
    single(
        "store-in-one-zone", "aws_db_instance", fires={}, silent={"replicate_source_db": "orders"}, about="a replica"
    ),
    single(
        "store-in-one-zone",
        "google_sql_database_instance",
        fires={"settings": {"availability_type": "ZONAL"}},
        silent={"master_instance_name": "primary"},
        about="a replica of Google's",
    ),
    single(
        "store-in-one-zone",
        "azurerm_postgresql_flexible_server",
        fires={},
        silent={"source_server_id": "primary"},
        about="a replica of Azure's",
    ),
    single(
        "fewer-than-three-zones",
        "aws_autoscaling_group",
        fires={"vpc_zone_identifier": subnets(2)},
        silent={"vpc_zone_identifier": ["${aws_subnet.a.id},${aws_subnet.b.id},${aws_subnet.c.id}"]},
        about="several in one text",
    ),
    single(
        "fewer-than-three-zones",
        "aws_autoscaling_group",
        fires={"vpc_zone_identifier": [*subnets(2), *subnets(1)]},
        silent={"vpc_zone_identifier": ["${module.network.subnets}"]},
        about="one that is named twice",
    ),
]
