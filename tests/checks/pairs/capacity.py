from tests.checks.example import Document, Pair, single, stack

US, EU = "us-east-1", "eu-west-1"
NODES, TEMPLATE = "aws_eks_node_group.it", "aws_launch_template.it"
GROUP = "aws_autoscaling_group.it"
ON_DEMAND = {"launch_template": {"id": "${aws_launch_template.it.id}"}}
GPUS = {"instance_types": ["g6.xlarge"]}


def bounds(least: int, wanted: int, most: int) -> dict[str, object]:
    return {"scaling_config": {"min_size": least, "desired_size": wanted, "max_size": most}}


def regions(**most: int) -> dict[str, Document]:
    """Two regions with four GPUs in use each, and what they may grow to."""
    return {
        name: stack({NODES: GPUS | bounds(4, 4, maximum)}, region=region)
        for (name, maximum), region in zip(most.items(), (US, EU), strict=True)
    }


PAIRS = [
    Pair(
        "spot-only",
        [NODES],
        {"us": stack({NODES: GPUS | {"capacity_type": "SPOT"}, "aws_eks_node_group.system": {}})},
        {"us": stack({NODES: GPUS | {"capacity_type": "SPOT"}, "aws_eks_node_group.base": GPUS})},
        about="a base beside it",
    ),
    single(
        "spot-only",
        "aws_autoscaling_group",
        fires={
            "mixed_instances_policy": {
                "instances_distribution": {"on_demand_base_capacity": 0, "on_demand_percentage_above_base_capacity": 0}
            }
        },
        silent={
            "mixed_instances_policy": {
                "instances_distribution": {"on_demand_base_capacity": 1, "on_demand_percentage_above_base_capacity": 0}
            }
        },
    ),
    single("spot-only", "azurerm_kubernetes_cluster_node_pool", fires={"priority": "Spot"}, silent={}),
    single("spot-only", "google_container_node_pool", fires={"node_config": {"spot": True}}, silent={}),
    single(
        "standby-without-capacity", "aws_eks_node_group", fires=GPUS | bounds(0, 0, 4), silent=GPUS | bounds(1, 1, 4)
    ),
    Pair(
        "standby-without-capacity",
        [NODES],
        {"us": stack({NODES: GPUS | bounds(0, 0, 4)})},
        {
            "us": stack(
                {
                    NODES: GPUS | bounds(0, 0, 4) | {"launch_template": {"id": f"${{{TEMPLATE}.id}}"}},
                    TEMPLATE: {"capacity_reservation_specification": {"capacity_reservation_target": {}}},
                }
            )
        },
        about="a reservation in the template",
    ),
    single(
        "standby-without-capacity",
        "azurerm_kubernetes_cluster_node_pool",
        fires={"vm_size": "Standard_NC4as_T4_v3", "min_count": 0, "max_count": 4},
        silent={"vm_size": "Standard_D4ds_v5", "min_count": 0, "max_count": 4},
        about="machines without a GPU",
    ),
    Pair("survivors-too-small", [NODES], regions(us=8, eu=6), regions(us=8, eu=8)),
    single(
        "gpu-size-retired",
        "aws_eks_node_group",
        fires={"instance_types": ["g6.xlarge", "p3.2xlarge"]},
        silent={"instance_types": ["g6.xlarge", "p3dn.24xlarge"]},
    ),
    single(
        "gpu-size-retired",
        "azurerm_linux_virtual_machine",
        fires={"size": "Standard_NC6s_v3"},
        silent={"size": "Standard_NC4as_T4_v3"},
    ),
    single(
        "gpu-size-retired",
        "google_compute_instance",
        fires={"machine_type": "n1-standard-8", "guest_accelerator": [{"type": "nvidia-tesla-k80", "count": 1}]},
        silent={"machine_type": "g2-standard-8"},
    ),
    single("kubernetes-out-of-support", "aws_eks_cluster", fires={"version": "1.33"}, silent={"version": "1.34"}),
    single(
        "kubernetes-out-of-support",
        "azurerm_kubernetes_cluster",
        fires={"kubernetes_version": "1.34.2"},
        silent={"kubernetes_version": "1.35"},
    ),
    single(
        "kubernetes-out-of-support",
        "google_container_cluster",
        fires={"min_master_version": "1.28.9-gke.100"},
        silent={"min_master_version": "1.99"},
        about="a version that is newer than the catalog",
    ),
    Pair(
        "spot-only",
        [NODES],
        {
            "us": stack(
                {NODES: GPUS | {"capacity_type": "SPOT"}, GROUP: ON_DEMAND, TEMPLATE: {"instance_type": "g6.xlarge"}}
            ),
            "eu": stack({"aws_eks_node_group.base": GPUS}, region=EU),
        },
        {"us": stack({NODES: GPUS | {"capacity_type": "ON_DEMAND"}})},
        about="neither another region nor another kind stands in",
    ),
    Pair(
        "survivors-too-small",
        [NODES],
        regions(us=8, eu=6),
        {"us": regions(us=4, eu=4)["us"]},
        about="one region has no survivors",
    ),
    Pair(
        "survivors-too-small",
        [NODES],
        regions(us=8, eu=6),
        {
            name: stack({NODES: bounds(4, 4, 4) | {"instance_types": ["m7i.large"]}}, region=region)
            for name, region in (("us", US), ("eu", EU))
        },
        about="machines without a GPU are had everywhere",
    ),
    single(
        "kubernetes-out-of-support",
        "google_container_node_pool",
        fires={"version": "1.28.9-gke.100"},
        silent={"version": "${google_container_cluster.it.master_version}"},
    ),
]
