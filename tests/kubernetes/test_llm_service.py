"""A model service: where its copies run, how their health is judged, and what they may do."""

from collections.abc import Callable
from typing import Any

import pytest

from backstay.outputs import ServiceSecretOutputs
from backstay.testing import Synthesized
from backstay.topology import Duration, HealthCheckSpec, LlmServiceSpec

Made = Callable[..., Synthesized]


def deployment(made: Synthesized) -> dict[str, Any]:
    return made.only("kubernetes_deployment_v1")


def pod(made: Synthesized) -> dict[str, Any]:
    return deployment(made)["spec"]["template"]["spec"]


def container(made: Synthesized) -> dict[str, Any]:
    (only,) = pod(made)["container"]
    return only


def test_a_copy_takes_its_gpus(llm_service: Made) -> None:
    resources = container(llm_service(LlmServiceSpec(gpus=4)))["resources"]
    assert resources["requests"]["nvidia.com/gpu"] == resources["limits"]["nvidia.com/gpu"] == "4"


def test_a_copy_with_several_gpus_splits_the_model_over_them(llm_service: Made) -> None:
    assert "--tensor-parallel-size" not in container(llm_service(LlmServiceSpec(gpus=1)))["args"]
    arguments = container(llm_service(LlmServiceSpec(gpus=4)))["args"]
    assert arguments[arguments.index("--tensor-parallel-size") + 1] == "4"


def test_the_server_gets_its_model_first_and_the_arguments_of_the_user_last(llm_service: Made) -> None:
    spec = LlmServiceSpec(model="acme/model", port=9000, arguments=("--max-model-len", "4096"))
    arguments = container(llm_service(spec))["args"]
    assert arguments[:3] == ["acme/model", "--port", "9000"]
    assert arguments[-2:] == ["--max-model-len", "4096"]


def test_a_copy_is_restarted_only_when_its_warm_up_is_over(llm_service: Made) -> None:
    probe = container(llm_service(LlmServiceSpec(warm_up=Duration.parse("25m"))))["startup_probe"]
    assert probe["failure_threshold"] * probe["period_seconds"] == 25 * 60


def test_a_rollout_is_given_the_warm_up_and_the_image(llm_service: Made) -> None:
    made = llm_service(LlmServiceSpec(warm_up=Duration.parse("25m")))
    assert deployment(made)["spec"]["progress_deadline_seconds"] > 25 * 60


def test_a_copy_that_does_not_serve_leaves_long_before_it_is_restarted(llm_service: Made) -> None:
    health_check = HealthCheckSpec(path="/deep", interval=Duration.parse("30s"), threshold=2)
    only = container(llm_service(health_check=health_check))
    for probe in ("startup_probe", "readiness_probe", "liveness_probe"):
        assert only[probe]["http_get"]["path"] == "/deep"
    patience = {
        probe: only[probe]["failure_threshold"] * only[probe]["period_seconds"]
        for probe in ("readiness_probe", "liveness_probe")
    }
    assert patience == {"readiness_probe": 60, "liveness_probe": 180}


def test_copies_start_in_the_remaining_zones_when_one_is_lost(llm_service: Made) -> None:
    constraints = pod(llm_service())["topology_spread_constraint"]
    assert [one["topology_key"] for one in constraints] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    assert {one["when_unsatisfiable"] for one in constraints} == {"ScheduleAnyway"}


def test_copies_on_a_silent_node_are_replaced_within_a_minute(llm_service: Made) -> None:
    waits = {
        one["key"]: one["toleration_seconds"] for one in pod(llm_service())["toleration"] if "toleration_seconds" in one
    }
    assert waits == {"node.kubernetes.io/not-ready": "60", "node.kubernetes.io/unreachable": "60"}


def test_a_copy_meets_the_restricted_pod_security_standard(llm_service: Made) -> None:
    # https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    made = llm_service(secret=ServiceSecretOutputs("secret", 1))
    shared, own = pod(made)["security_context"], container(made)["security_context"]
    assert shared["run_as_non_root"] is True
    assert shared["run_as_user"] != "0"
    assert shared["seccomp_profile"] == {"type": "RuntimeDefault"}
    assert own["allow_privilege_escalation"] is False
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert not {"host_network", "host_pid", "host_ipc"} & pod(made).keys()
    assert all("empty_dir" in volume for volume in pod(made)["volume"])
    assert not any("host_port" in port for port in container(made)["port"])


def test_a_copy_writes_only_to_what_is_gone_with_it(llm_service: Made) -> None:
    only = container(llm_service())
    assert only["security_context"]["read_only_root_filesystem"] is True
    assert {mount["mount_path"] for mount in only["volume_mount"]} == {"/home/vllm", "/tmp", "/dev/shm"}  # noqa: S108
    assert {"name": "HOME", "value": "/home/vllm"} in only["env"]


def test_shared_memory_is_memory_and_bounded(llm_service: Made) -> None:
    volumes = {volume["name"]: volume["empty_dir"] for volume in pod(llm_service(LlmServiceSpec(gpus=2)))["volume"]}
    assert volumes["shared-memory"] == {"medium": "Memory", "size_limit": "4Gi"}


def test_a_copy_gets_no_credentials_of_the_cluster(llm_service: Made) -> None:
    made = llm_service()
    assert pod(made)["automount_service_account_token"] is False
    assert made.only("kubernetes_service_account_v1")["automount_service_account_token"] is False


def test_kubernetes_sets_no_variables_that_vllm_takes_for_its_own(llm_service: Made) -> None:
    assert pod(llm_service())["enable_service_links"] is False


def test_usage_is_not_reported_to_anybody(llm_service: Made) -> None:
    assert {"name": "VLLM_NO_USAGE_STATS", "value": "1"} in container(llm_service())["env"]


def test_what_people_and_the_autoscaler_change_is_left_alone(llm_service: Made) -> None:
    assert deployment(llm_service())["lifecycle"]["ignore_changes"] == [
        "spec[0].replicas",
        'spec[0].template[0].metadata[0].annotations["kubectl.kubernetes.io/restartedAt"]',
    ]


@pytest.mark.parametrize(
    ("spare_gpus", "steps"),
    [(True, {"max_surge": "1", "max_unavailable": "0"}), (False, {"max_surge": "0", "max_unavailable": "1"})],
)
def test_a_rollout_keeps_every_copy_where_there_are_gpus_for_one_more(
    llm_service: Made, spare_gpus: bool, steps: dict[str, str]
) -> None:
    strategy = deployment(llm_service(spare_gpus=spare_gpus))["spec"]["strategy"]
    assert strategy == {"type": "RollingUpdate", "rolling_update": steps}


def test_a_drain_takes_one_copy_at_a_time(llm_service: Made) -> None:
    assert llm_service().only("kubernetes_pod_disruption_budget_v1")["spec"]["max_unavailable"] == "1"


def test_only_pods_of_the_cluster_reach_the_service(llm_service: Made) -> None:
    made = llm_service()
    (rule,) = made.only("kubernetes_network_policy_v1")["spec"]["ingress"]
    assert made.only("kubernetes_service_v1")["spec"]["type"] == "ClusterIP"
    assert rule["from"] == [{"namespace_selector": {}}]


def test_a_load_balancer_is_asked_for_with_its_annotations(llm_service: Made) -> None:
    made = llm_service(load_balancer={"example.com/internal": "true"})
    service = made.only("kubernetes_service_v1")
    (rule,) = made.only("kubernetes_network_policy_v1")["spec"]["ingress"]
    assert service["spec"]["type"] == "LoadBalancer"
    assert service["metadata"]["annotations"] == {"example.com/internal": "true"}
    assert "from" not in rule


def test_a_copy_fetches_weights_but_not_the_credentials_of_its_machine(llm_service: Made) -> None:
    (rule,) = llm_service().only("kubernetes_network_policy_v1")["spec"]["egress"]
    assert rule["ports"] == [{"port": "443", "protocol": "TCP"}]
    assert rule["to"] == [{"ip_block": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}}]


def test_a_service_without_secrets_reads_none(llm_service: Made) -> None:
    made = llm_service()
    assert "env_from" not in container(made)
    assert "annotations" not in deployment(made)["spec"]["template"]["metadata"]


def test_the_service_says_where_it_answers(llm_service: Made) -> None:
    made = llm_service(LlmServiceSpec(port=9000))
    assert made.construct.outputs.host == "llm-service.llm.svc"
    assert made.construct.outputs.port == 9000
