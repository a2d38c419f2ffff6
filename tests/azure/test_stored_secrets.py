"""A cluster reads secrets of a vault by itself, as an identity that can read these and nothing else."""

import json
from typing import Any

import pytest

from backstay.azure.stored_secrets import StoredSecrets
from backstay.testing import Synthesized
from backstay.topology import SecretSpec
from tests.azure.surroundings import GROUPS, NAMES, REGION, in_region

TOKEN = SecretSpec(name="HF_TOKEN", stored_as="acme/production/hf_token")
KEY = SecretSpec(name="VLLM_API_KEY", stored_as="vllm-key")
VAULT = f"{GROUPS}/shared/providers/Microsoft.KeyVault/vaults/acme-west"


def stored(*specs: SecretSpec, vault: str | None = VAULT) -> Synthesized:
    wiring: dict[str, Any] = {"namespace": "llm", "service_account": "llm-service", "region": REGION, "names": NAMES}
    return in_region(lambda stack: StoredSecrets(stack, "stored", specs=specs, vault=vault, **wiring))


def test_only_the_pods_of_one_service_account_act_as_the_identity() -> None:
    made = stored(TOKEN)
    credential = made.only("azurerm_federated_identity_credential")
    (identity,) = made.all("azurerm_user_assigned_identity")
    (cluster,) = made.all("azurerm_kubernetes_cluster", section="data")
    assert credential["parent_id"] == f"${{azurerm_user_assigned_identity.{identity}.id}}"
    assert credential["issuer"] == f"${{data.azurerm_kubernetes_cluster.{cluster}.oidc_issuer_url}}"
    assert credential["subject"] == "system:serviceaccount:llm:llm-service"
    assert credential["audience"] == ["api://AzureADTokenExchange"]


def test_the_cluster_is_found_by_its_computed_name() -> None:
    found = stored(TOKEN).only("azurerm_kubernetes_cluster", section="data")
    assert found["name"] == NAMES.cluster()
    assert found["resource_group_name"] == NAMES.resource_group("cluster", REGION)


def test_the_identity_reads_exactly_the_secrets_that_are_named() -> None:
    made = stored(TOKEN, KEY)
    grants = made.all("azurerm_role_assignment").values()
    assert {grant["scope"] for grant in grants} == {
        f"{VAULT}/secrets/acme-production-hf-token",
        f"{VAULT}/secrets/vllm-key",
    }
    assert {(grant["role_definition_name"], grant["principal_type"]) for grant in grants} == {
        ("Key Vault Secrets User", "ServicePrincipal")
    }


def test_two_variables_from_one_secret_are_one_grant() -> None:
    other = SecretSpec(name="HUB_TOKEN", stored_as=TOKEN.stored_as)
    assert len(stored(TOKEN, other).all("azurerm_role_assignment")) == 1


def test_terraform_reads_no_secret() -> None:
    document = stored(TOKEN, KEY).document
    assert "ephemeral" not in document
    assert set(document["data"]) == {"azurerm_kubernetes_cluster"}


def test_the_driver_is_told_the_vault_the_identity_and_each_secret_under_its_variable() -> None:
    made = stored(TOKEN, KEY)
    outputs = made.construct.outputs
    assert (outputs.driver, outputs.provider, outputs.syncs) == ("secrets-store.csi.k8s.io", "azure", True)
    assert outputs.parameters["keyvaultName"] == "acme-west"
    assert outputs.parameters["usePodIdentity"] == "false"
    assert [json.loads(each) for each in json.loads(outputs.parameters["objects"])["array"]] == [
        {"objectName": "acme-production-hf-token", "objectType": "secret", "objectAlias": "HF_TOKEN"},
        {"objectName": "vllm-key", "objectType": "secret", "objectAlias": "VLLM_API_KEY"},
    ]


def test_everything_that_can_be_tagged_is() -> None:
    made = stored(TOKEN)
    assert made.only("azurerm_resource_group")["tags"] == {"Environment": "production"}
    assert made.only("azurerm_user_assigned_identity")["tags"] == {"Environment": "production"}


def test_without_a_vault_it_is_said_where_to_name_one() -> None:
    with pytest.raises(ValueError, match=r"none is given; name the region's vault under azure\.vaults"):
        stored(TOKEN, vault=None)


def test_secrets_that_a_vault_cannot_tell_apart_are_refused() -> None:
    with pytest.raises(ValueError, match=r"are both .* in a key vault"):
        stored(TOKEN, SecretSpec(name="HUB_TOKEN", stored_as="acme/production/hf-token"))
