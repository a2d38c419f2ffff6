"""What runs in the cluster of each region of an environment."""

from pathlib import Path
from typing import Any

import pytest
from cdktf import App

from backstay.topology import Environment
from stacks.workloads import WorkloadsStack
from tests.synthesis import ENVIRONMENTS, Document, documents, environment, synthesize

VAULT = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/x/providers/Microsoft.KeyVault/vaults/acme-west"
)
KEY = {"name": "VLLM_API_KEY", "variable": "llm_api_key"}
TOKEN = {"name": "HF_TOKEN", "stored_as": "acme/hf-token"}
CLUSTERS = ("aws_eks_cluster", "azurerm_kubernetes_cluster", "google_container_cluster")
REASON = "the runners have Terraform 1.9 until March"


def workloads(made: dict[str, Document], of: Environment, role: str = "primary") -> Document:
    """The document of a region's workloads."""
    return made[of.names.workloads_stack(of.regions[role].location)]


def changed(tmp_path: Path, **sections: Any) -> Document:
    """The primary region's workloads in the development environment with some sections replaced."""
    given = environment("development")
    other = Environment.model_validate(given.model_dump(mode="json") | sections)
    return workloads(synthesize(other, tmp_path), other)


def of_three_clouds(tmp_path: Path, **sections: Any) -> dict[str, Document]:
    """The workloads of the environment on three clouds with some sections replaced, by the role of their region."""
    given = environment("multicloud")
    other = Environment.model_validate(given.model_dump(mode="json") | sections)
    made = synthesize(other, tmp_path)
    return {role: workloads(made, other, role) for role in other.regions}


def read_by_clusters(*secrets: dict[str, str]) -> dict[str, Any]:
    """Sections that have the clusters of Azure and Google Cloud read stored secrets."""
    given = environment("multicloud").model_dump(mode="json", exclude_unset=True)
    regions = given["regions"] | {"primary": given["regions"]["primary"] | {"secrets_route": "ephemeral"}}
    azure = given["azure"] | {"vaults": {"westeurope": VAULT}}
    return {"secrets_route": "csi", "secrets": list(secrets), "azure": azure, "regions": regions}


def only(document: Document, type_: str) -> dict[str, Any]:
    (body,) = document["resource"][type_].values()
    return body


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_each_region_has_the_replicas_that_the_environment_gives_it(name: str) -> None:
    for role, region in environment(name).regions.items():
        document = workloads(documents(name), environment(name), role)
        spec = only(document, "kubernetes_horizontal_pod_autoscaler_v2")["spec"]
        assert only(document, "kubernetes_deployment_v1")["spec"]["replicas"] == str(region.llm_service.replicas)
        assert spec["min_replicas"] == region.llm_service.replicas
        assert spec["max_replicas"] == region.llm_service.ceiling


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_cluster_is_found_by_its_computed_name(name: str) -> None:
    for role in environment(name).regions:
        document = workloads(documents(name), environment(name), role)
        (cluster,) = (document["data"][type_]["cluster"] for type_ in CLUSTERS if type_ in document["data"])
        assert cluster["name"] == environment(name).names.cluster()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_secret_of_the_environment_is_delivered(name: str) -> None:
    document = workloads(documents(name), environment(name))
    wanted = {secret.name for secret in environment(name).secrets}
    assert wanted
    assert set(only(document, "kubernetes_secret_v1")["data_wo"]) == wanted


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_terraform_has_to_know_write_only_arguments(name: str) -> None:
    assert workloads(documents(name), environment(name))["terraform"]["required_version"] == ">= 1.11.0"


def test_health_is_asked_for_as_the_environment_says(tmp_path: Path) -> None:
    service = environment("development").model_dump(mode="json")["service"]
    health_check = {"path": "/deep", "interval": "30s", "threshold": 2}
    document = changed(tmp_path, service=service | {"health_check": health_check})
    (container,) = only(document, "kubernetes_deployment_v1")["spec"]["template"]["spec"]["container"]
    probe = container["readiness_probe"]
    assert (probe["http_get"]["path"], probe["period_seconds"], probe["failure_threshold"]) == ("/deep", 30, 2)


def test_old_terraform_gets_secrets_through_the_state_and_the_token_by_a_command(tmp_path: Path) -> None:
    document = changed(tmp_path, secrets_through_state=REASON)
    assert document["//"]["secrets_through_state"] == REASON
    assert document["terraform"]["required_version"] == ">= 1.10.0"
    assert "ephemeral" not in document
    assert "data_wo" not in only(document, "kubernetes_secret_v1")
    (provider,) = document["provider"]["kubernetes"]
    assert provider["exec"][0]["command"] == "aws"


def test_clusters_read_stored_secrets_that_terraform_never_sees(tmp_path: Path) -> None:
    made = of_three_clouds(tmp_path, **read_by_clusters(KEY, TOKEN))
    for role in ("secondary", "tertiary"):
        document = made[role]
        assert "ephemeral" not in document
        assert only(document, "kubernetes_secret_v1")["data_wo"] == {"VLLM_API_KEY": "${var.llm_api_key}"}
        assert only(document, "kubernetes_manifest")["manifest"]["kind"] == "SecretProviderClass"
    assert "kubernetes_manifest" not in made["primary"]["resource"]
    assert set(only(made["primary"], "kubernetes_secret_v1")["data_wo"]) == {"VLLM_API_KEY", "HF_TOKEN"}


def test_where_clusters_read_all_secrets_older_terraform_and_an_older_google_provider_are_enough(
    tmp_path: Path,
) -> None:
    made = of_three_clouds(tmp_path, **read_by_clusters(TOKEN))
    for role in ("secondary", "tertiary"):
        assert made[role]["terraform"]["required_version"] == ">= 1.5.0"
        assert "kubernetes_secret_v1" not in made[role]["resource"]
    assert made["tertiary"]["terraform"]["required_providers"]["google"]["version"] == ">= 6.50.0, < 8.0.0"


def test_a_cluster_that_cannot_read_secrets_by_itself_is_not_asked_to(tmp_path: Path) -> None:
    given = environment("development").model_dump(mode="json")
    asked = Environment.model_validate(given | {"secrets_route": "csi", "secrets": [TOKEN]})
    with pytest.raises(ValueError, match="cannot read HF_TOKEN by itself; its secrets_route has to be ephemeral"):
        WorkloadsStack(App(outdir=str(tmp_path)), environment=asked, region=asked.regions["primary"])


def test_an_environment_without_secrets_makes_none(tmp_path: Path) -> None:
    document = changed(tmp_path, secrets=[])
    assert "kubernetes_secret_v1" not in document["resource"]
    assert "variable" not in document
    (container,) = only(document, "kubernetes_deployment_v1")["spec"]["template"]["spec"]["container"]
    assert "env_from" not in container


@pytest.mark.parametrize(
    ("nodes", "instance_type", "gpus", "surge"),
    [(1, "g6.xlarge", 1, "0"), (2, "g6.xlarge", 1, "1"), (1, "g6.12xlarge", 2, "1"), (1, "g6.12xlarge", 4, "0")],
)
def test_a_rollout_starts_a_new_copy_first_where_there_are_gpus_for_it(
    tmp_path: Path, nodes: int, instance_type: str, gpus: int, surge: str
) -> None:
    given = environment("development").model_dump(mode="json", exclude_unset=True)
    cluster = {"gpu_nodes": {"desired": nodes, "maximum": 2, "instance_type": instance_type}}
    region = given["regions"]["primary"] | {"cluster": cluster, "llm_service": {"replicas": 1, "gpus": gpus}}
    document = changed(tmp_path, cluster=cluster, regions={"primary": region})
    steps = only(document, "kubernetes_deployment_v1")["spec"]["strategy"]["rolling_update"]
    assert steps["max_surge"] == surge
