"""Terraform reaches the cluster's API by its name, with a token that no file keeps."""

from typing import Any

import pytest

from backstay.google.cluster_connection import attach_cluster
from tests.google.surroundings import REGION, in_region

CLUSTER = "ai-production-cluster"


def connected(**given: Any) -> tuple[dict[str, Any], str]:
    """The document of a stack that is bound to a cluster, and the Terraform that it needs."""
    needs: list[str] = []
    made = in_region(lambda stack: needs.append(attach_cluster(stack, cluster=CLUSTER, region=REGION, **given)))
    return made.document, needs[0]


def test_the_cluster_is_found_by_its_name_and_not_in_another_state() -> None:
    document, _ = connected()
    found = {"google_container_cluster": {"cluster": {"name": CLUSTER, "location": "europe-west4"}}}
    assert document["data"] == found


@pytest.mark.parametrize(
    ("given", "address"), [({}, "private"), ({"public": False}, "private"), ({"public": True}, "public")]
)
def test_its_api_is_reached_from_inside_unless_it_is_opened(given: dict[str, bool], address: str) -> None:
    document, _ = connected(**given)
    (provider,) = document["provider"]["kubernetes"]
    cluster = "data.google_container_cluster.cluster"
    assert provider["host"] == f"https://${{{cluster}.private_cluster_config[0].{address}_endpoint}}"
    authority = f"{cluster}.master_auth[0].cluster_ca_certificate"
    assert provider["cluster_ca_certificate"] == f"${{base64decode({authority})}}"


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
