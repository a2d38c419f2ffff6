"""Terraform reaches the cluster's API by its name, with a token that no file keeps."""

from typing import Any

from backstay.google.cluster_connection import attach_cluster
from tests.google.surroundings import REGION, in_region

CLUSTER = "ai-production-cluster"


def connected() -> tuple[dict[str, Any], str]:
    """The document of a stack that is bound to a cluster, and the Terraform that it needs."""
    needs: list[str] = []
    made = in_region(lambda stack: needs.append(attach_cluster(stack, cluster=CLUSTER, region=REGION)))
    return made.document, needs[0]


def test_the_cluster_is_found_by_its_name_and_not_in_another_state() -> None:
    document, _ = connected()
    found = {"google_container_cluster": {"cluster": {"name": CLUSTER, "location": "europe-west4"}}}
    assert document["data"] == found


def test_its_api_is_reached_without_a_way_into_its_network() -> None:
    document, _ = connected()
    (provider,) = document["provider"]["kubernetes"]
    cluster = "data.google_container_cluster.cluster"
    endpoint = f"{cluster}.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint"
    assert provider["host"] == f"https://${{{endpoint}}}"
    # The endpoint has a certificate that everybody trusts, and not the cluster's own.
    assert "cluster_ca_certificate" not in provider


def test_the_token_comes_from_a_command_with_the_credentials_of_terraform() -> None:
    document, needs = connected()
    (provider,) = document["provider"]["kubernetes"]
    (command,) = provider["exec"]
    assert command["command"] == "gke-gcloud-auth-plugin"
    assert command["api_version"] == "client.authentication.k8s.io/v1beta1"
    assert command["args"] == ["--use_application_default_credentials"]
    assert "token" not in provider
    assert needs == "1.5.0"


def test_the_provider_may_be_of_version_2_or_3() -> None:
    document, _ = connected()
    assert document["terraform"]["required_providers"]["kubernetes"]["version"] == ">= 2.38.0, < 4.0.0"
