"""A Kubernetes cluster with GPU nodes."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole

from backstay.aws.gpu_cluster import GpuCluster
from backstay.outputs import KeyOutputs
from backstay.testing import Synthesized
from backstay.topology import AdminSpec, ApiAccessSpec, ClusterSpec, GpuNodesSpec
from tests.aws.surroundings import KEY, NAMES, NETWORK, REGION, in_region

LOG_KEY = KeyOutputs(id="arn:aws:kms:us-east-1:123456789012:key/logs", alias="alias/acme/production/logs")
TODAY = date(2026, 11, 24)


def make(scope: TerraformStack, spec: ClusterSpec, **settings: Any) -> GpuCluster:
    return GpuCluster(
        scope,
        "cluster",
        spec=spec,
        region=REGION,
        names=NAMES,
        network=NETWORK,
        key=KEY,
        log_key=LOG_KEY,
        **{"today": TODAY, **settings},
    )


def cluster_of(spec: ClusterSpec | None = None, **settings: Any) -> Synthesized:
    return in_region(lambda scope: make(scope, spec or ClusterSpec(), **settings))


@pytest.fixture(scope="module")
def default() -> Synthesized:
    return cluster_of()


@pytest.fixture(scope="module")
def cluster(default: Synthesized) -> dict[str, Any]:
    return default.only("aws_eks_cluster")


def waits_for(document: Synthesized, address: str) -> set[str]:
    """Everything that a resource waits for, by Terraform address, however long the way."""
    resources = {
        f"{type_}.{name}": json.dumps(body)
        for type_, named in document.document["resource"].items()
        for name, body in named.items()
    }
    found: set[str] = set()
    open_ends = [address]
    while open_ends:
        text = resources[open_ends.pop()]
        new = {other for other in resources if other in text} - found
        found |= new
        open_ends += new
    return found - {address}


def address(document: Synthesized, type_: str, containing: str) -> str:
    (name,) = [name for name in document.all(type_) if containing in name]
    return f"{type_}.{name}"


def statements(document: Synthesized, policy: str) -> list[dict[str, Any]]:
    return json.loads(document.one("aws_iam_role_policy", policy)["policy"])["Statement"]


def test_the_api_is_private(cluster: dict[str, Any]) -> None:
    assert cluster["vpc_config"] == {
        "subnet_ids": ["subnet-a", "subnet-b", "subnet-c"],
        "endpoint_private_access": True,
        "endpoint_public_access": False,
    }


def test_the_api_opens_to_named_networks_only_and_carries_the_reason() -> None:
    spec = ClusterSpec(public_api=ApiAccessSpec.model_validate({"cidrs": ["192.0.2.0/24"], "reason": "no VPN yet"}))
    document = cluster_of(spec)
    opened = document.only("aws_eks_cluster")
    assert opened["vpc_config"]["endpoint_public_access"] is True
    assert opened["vpc_config"]["public_access_cidrs"] == ["192.0.2.0/24"]
    (written,) = document.construct.cluster.to_terraform()["resource"]["aws_eks_cluster"].values()
    assert written["//"]["checkov"] == {"CKV_AWS_39": "no VPN yet"}


def test_all_control_plane_logs_go_to_an_encrypted_log_group_of_our_own(
    default: Synthesized, cluster: dict[str, Any]
) -> None:
    logs = default.only("aws_cloudwatch_log_group")
    assert logs["name"] == "/aws/eks/acme-production/cluster"
    assert logs["kms_key_id"] == LOG_KEY.id
    assert logs["retention_in_days"] == 90
    assert set(cluster["enabled_cluster_log_types"]) == {
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    }
    assert address(default, "aws_cloudwatch_log_group", "logs") in cluster["depends_on"]


def test_logs_are_kept_for_the_days_asked_for() -> None:
    assert cluster_of(ClusterSpec(log_days=365)).only("aws_cloudwatch_log_group")["retention_in_days"] == 365


def test_kubernetes_secrets_are_encrypted_with_the_key(default: Synthesized, cluster: dict[str, Any]) -> None:
    assert cluster["encryption_config"] == {"resources": ["secrets"], "provider": {"key_arn": KEY.id}}
    (statement,) = statements(default, "encrypt-secrets")
    assert statement["Resource"] == [KEY.id]
    assert address(default, "aws_iam_role_policy", "encrypt-secrets") in cluster["depends_on"]


def test_access_is_by_entries_alone(cluster: dict[str, Any]) -> None:
    assert cluster["access_config"] == {
        "authentication_mode": "API",
        "bootstrap_cluster_creator_admin_permissions": False,
    }


def test_the_cluster_runs_a_supported_version_and_zones_can_be_shifted_away_from(cluster: dict[str, Any]) -> None:
    assert cluster["version"] == "1.35"
    assert cluster["upgrade_policy"] == {"support_type": "STANDARD"}
    assert cluster["zonal_shift_config"] == {"enabled": True}


def test_a_version_out_of_standard_support_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Kubernetes 1.30 left standard support on 2025-07-23"):
        cluster_of(ClusterSpec(kubernetes_version="1.30"))


def test_support_is_judged_by_the_current_day_unless_another_is_given() -> None:
    with pytest.raises(ValueError, match=r"Kubernetes 1.30 left standard support"):
        cluster_of(ClusterSpec(kubernetes_version="1.30"), today=None)
    assert cluster_of(ClusterSpec(kubernetes_version="1.30"), today=date(2025, 7, 23)).only("aws_eks_cluster")


def test_neither_the_cluster_nor_its_logs_can_be_destroyed_by_an_apply(default: Synthesized) -> None:
    assert default.only("aws_eks_cluster")["lifecycle"] == {"prevent_destroy": True}
    assert default.only("aws_cloudwatch_log_group")["lifecycle"] == {"prevent_destroy": True}


def test_a_disposable_cluster_can_be_destroyed() -> None:
    disposable = cluster_of(disposable=True)
    assert "lifecycle" not in disposable.only("aws_eks_cluster")
    assert "lifecycle" not in disposable.only("aws_cloudwatch_log_group")


@pytest.mark.parametrize(
    ("role", "policies"),
    [
        ("cluster_role_", ["AmazonEKSClusterPolicy"]),
        ("node-role", ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"]),
        ("vpc-cni", ["AmazonEKS_CNI_Policy"]),
        ("ebs-csi", ["service-role/AmazonEBSCSIDriverPolicy"]),
    ],
)
def test_every_role_has_no_more_policies_than_it_needs(default: Synthesized, role: str, policies: list[str]) -> None:
    attached = [
        body["policy_arn"].split(":policy/")[1]
        for name, body in default.all("aws_iam_role_policy_attachment").items()
        if role in name
    ]
    assert sorted(attached) == policies


def test_pods_take_a_role_only_by_their_own_service_account(default: Synthesized) -> None:
    identity = default.one("aws_eks_pod_identity_association", "vpc-cni")
    role = default.one("aws_iam_role", "vpc-cni")
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    (eks_cluster,) = default.all("aws_eks_cluster")
    assert (identity["namespace"], identity["service_account"]) == ("kube-system", "aws-node")
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert statement["Condition"]["StringEquals"] == {
        "aws:RequestTag/eks-cluster-arn": f"${{aws_eks_cluster.{eks_cluster}.arn}}",
        "aws:RequestTag/kubernetes-namespace": "kube-system",
        "aws:RequestTag/kubernetes-service-account": "aws-node",
    }


def test_volumes_are_encrypted_with_the_key_through_ec2_alone(default: Synthesized) -> None:
    use, grant = statements(default, "encrypt-volumes")
    through_ec2 = {"kms:ViaService": "ec2.us-east-1.amazonaws.com"}
    assert use["Condition"]["StringEquals"] == grant["Condition"]["StringEquals"] == through_ec2
    assert grant["Action"] == ["kms:CreateGrant"]
    assert grant["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
    assert use["Resource"] == grant["Resource"] == [KEY.id]


def test_no_policy_has_a_wildcard_action(default: Synthesized) -> None:
    policies = default.all("aws_iam_role_policy")
    assert policies
    for name in policies:
        assert not [
            action for statement in statements(default, name) for action in statement["Action"] if "*" in action
        ]


def test_eks_keeps_every_add_on_and_no_plan_moves_its_version(default: Synthesized, cluster: dict[str, Any]) -> None:
    add_ons = default.all("aws_eks_addon").values()
    assert {add_on["addon_name"] for add_on in add_ons} == {
        "aws-ebs-csi-driver",
        "coredns",
        "eks-node-monitoring-agent",
        "eks-pod-identity-agent",
        "kube-proxy",
        "metrics-server",
        "vpc-cni",
    }
    assert not [add_on for add_on in add_ons if "addon_version" in add_on]
    assert cluster["bootstrap_self_managed_addons"] is False


@pytest.mark.parametrize("nodes", ["system-nodes", "gpu-nodes"])
def test_nodes_start_after_their_agents_and_permissions(default: Synthesized, nodes: str) -> None:
    before = waits_for(default, address(default, "aws_eks_node_group", nodes))
    for agent in ("eks-node-monitoring-agent", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"):
        assert address(default, "aws_eks_addon", agent) in before
    for policy in ("node-role_worker", "node-role_images", "vpc-cni_network"):
        assert address(default, "aws_iam_role_policy_attachment", policy) in before


@pytest.mark.parametrize("controller", ["aws-ebs-csi-driver", "coredns", "metrics-server"])
def test_controllers_wait_for_system_nodes_and_never_for_scarce_gpus(default: Synthesized, controller: str) -> None:
    before = waits_for(default, address(default, "aws_eks_addon", controller))
    assert address(default, "aws_eks_node_group", "system-nodes") in before
    assert address(default, "aws_eks_node_group", "gpu-nodes") not in before


def test_volumes_can_be_made_and_removed_as_long_as_their_controller_is_there(default: Synthesized) -> None:
    before = waits_for(default, address(default, "aws_eks_addon", "aws-ebs-csi-driver"))
    assert address(default, "aws_iam_role_policy_attachment", "ebs-csi_volumes") in before
    assert address(default, "aws_iam_role_policy", "encrypt-volumes") in before
    assert address(default, "aws_eks_pod_identity_association", "ebs-csi") in before


def test_a_role_is_granted_to_the_pods_of_one_service_account() -> None:
    def build(scope: TerraformStack) -> GpuCluster:
        made = make(scope, ClusterSpec())
        pods = {"namespace": "models", "service_account": "loader"}
        role = IamRole(scope, "loader", name="loader", assume_role_policy=made.pod_identity_trust(**pods))
        made.grant_pod_identity(**pods, role=role)
        return made

    document = in_region(build)
    identity = document.one("aws_eks_pod_identity_association", "models-loader")
    assert (identity["namespace"], identity["service_account"]) == ("models", "loader")
    assert identity["role_arn"] == "${aws_iam_role.loader.arn}"
    (statement,) = json.loads(document.all("aws_iam_role")["loader"]["assume_role_policy"])["Statement"]
    assert statement["Condition"]["StringEquals"]["aws:RequestTag/kubernetes-service-account"] == "loader"


def test_a_gpu_size_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"machine size 'g6.tiny' is not a known size with a GPU"):
        cluster_of(ClusterSpec(gpu_nodes=GpuNodesSpec(instance_type="g6.tiny")))


def test_outputs_name_the_cluster_and_what_reaches_it() -> None:
    def build(scope: TerraformStack) -> GpuCluster:
        made = make(scope, ClusterSpec())
        for field, value in asdict(made.outputs).items():
            TerraformOutput(scope, field, value=value)
        return made

    document = in_region(build)
    cluster, node_role = address(document, "aws_eks_cluster", ""), address(document, "aws_iam_role", "node-role")
    gpu_nodes = address(document, "aws_eks_node_group", "gpu-nodes")
    assert {field: output["value"] for field, output in document.document["output"].items()} == {
        "name": f"${{{cluster}.name}}",
        "endpoint": f"${{{cluster}.endpoint}}",
        "certificate_authority": f"${{{cluster}.certificate_authority[0].data}}",
        "security_group": f"${{{cluster}.vpc_config[0].cluster_security_group_id}}",
        "node_role": f"${{{node_role}.arn}}",
        "gpu_group": f"${{{gpu_nodes}.resources[0].autoscaling_groups[0].name}}",
    }


def test_the_role_by_which_workflows_apply_administers_the_cluster_once_whoever_is_named() -> None:
    role = "arn:aws:iam::123456789012:role/acme-production--pipeline-apply"
    for admins in ((), (AdminSpec(role_arn=role),)):
        made = cluster_of(ClusterSpec(admins=admins), workflow_role=role)
        assert f'setsubtract(["{role}"],' in made.one("aws_eks_access_entry", "admin_")["for_each"]
