"""The Kubernetes API of a cluster is found by name, and its token is in no file."""

import json

import pytest
from cdktf import TerraformStack

from backstay.azure.cluster_connection import attach_cluster
from backstay.testing import Synthesized
from tests.azure.surroundings import NAMES, REGION, in_region


@pytest.fixture(scope="module")
def attached() -> Synthesized:
    def build(scope: TerraformStack) -> TerraformStack:
        assert attach_cluster(scope, region=REGION, names=NAMES) == "1.5.0"
        return scope

    return in_region(build)


def test_the_cluster_is_found_by_its_computed_name_and_group(attached: Synthesized) -> None:
    assert attached.only("azurerm_kubernetes_cluster", section="data") == {
        "name": NAMES.cluster(),
        "resource_group_name": NAMES.resource_group("cluster", REGION),
    }


def test_the_api_is_the_clusters_and_is_checked_against_its_authority(attached: Synthesized) -> None:
    (provider,) = attached.document["provider"]["kubernetes"]
    access = "data.azurerm_kubernetes_cluster.cluster.kube_config[0]"
    assert provider["host"] == f"${{{access}.host}}"
    assert provider["cluster_ca_certificate"] == f"${{base64decode({access}.cluster_ca_certificate)}}"


def test_a_command_gets_the_token_whenever_one_is_needed(attached: Synthesized) -> None:
    (provider,) = attached.document["provider"]["kubernetes"]
    (command,) = provider["exec"]
    assert command["command"] == "kubelogin"
    assert command["args"][:3] == ["get-token", "--login", "azurecli"]
    assert "env" not in command


@pytest.mark.parametrize("credential", ["token", "password", "client_key", "client_certificate", "kube_admin_config"])
def test_no_credential_of_the_cluster_is_used(attached: Synthesized, credential: str) -> None:
    (provider,) = attached.document["provider"]["kubernetes"]
    assert credential not in provider
    assert f".{credential}" not in json.dumps(provider)


def test_it_works_with_both_majors_of_the_provider(attached: Synthesized) -> None:
    required = attached.document["terraform"]["required_providers"]["kubernetes"]
    assert required["version"] == ">= 2.38.0, < 4.0.0"
