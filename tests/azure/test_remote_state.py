"""Where a region's Terraform state lives."""

from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.region_pairs import WITHOUT_PAIR
from backstay.azure.remote_state import RemoteState
from backstay.state_backend import CONTAINER
from backstay.testing import Synthesized
from backstay.topology import Cloud, azure_region
from backstay.topology.catalog import catalog
from tests.azure.surroundings import ACCOUNT, ACCOUNT_BEHIND_NETWORKS, NAMES, REGION, in_region


def remote_state(**given: Any) -> Synthesized:
    account = given.pop("account", ACCOUNT)

    def build(scope: TerraformStack) -> Construct:
        made = RemoteState(scope, "state", **{"region": REGION, "names": NAMES} | given)
        for pipeline in ("plans", "applies"):
            identity = UserAssignedIdentity(
                Construct(scope, pipeline), "identity", name=pipeline, location=REGION.name, resource_group_name="g"
            )
            made.grant_use(identity)
        assert made.outputs.lock_table is None
        for name in ("bucket", "key"):
            TerraformOutput(scope, name, value=getattr(made.outputs, name), static_id=True)
        return made

    return in_region(build, account)


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return remote_state()


@pytest.fixture(scope="module")
def disposable() -> Synthesized:
    return remote_state(disposable=True)


def test_it_is_found_by_the_names_that_the_backend_computes(kept: Synthesized) -> None:
    assert kept.one("azurerm_resource_group", "state_group")["name"] == NAMES.resource_group("state", REGION)
    assert kept.only("azurerm_storage_account")["name"] == NAMES.storage_account("state", REGION)
    assert kept.only("azurerm_storage_container")["name"] == CONTAINER


def test_its_container_is_known_before_a_plan_and_no_table_locks_it(kept: Synthesized) -> None:
    outputs = {name: body["value"] for name, body in kept.document["output"].items()}
    (key,) = kept.all("azurerm_key_vault_key")
    assert outputs == {"bucket": CONTAINER, "key": f"${{azurerm_key_vault_key.{key}.versionless_id}}"}


def test_a_state_that_was_overwritten_or_deleted_can_be_had_back_for_90_days(kept: Synthesized) -> None:
    properties = kept.only("azurerm_storage_account")["blob_properties"]
    assert properties["versioning_enabled"] is True
    assert properties["delete_retention_policy"] == {"days": 90}
    assert properties["container_delete_retention_policy"] == {"days": 90}


def test_only_old_versions_are_cleared_away(kept: Synthesized) -> None:
    (rule,) = kept.only("azurerm_storage_management_policy")["rule"]
    assert rule["actions"] == {"version": {"delete_after_days_since_creation": 90}}


def test_account_keys_open_nothing(kept: Synthesized) -> None:
    account = kept.only("azurerm_storage_account")
    assert account["shared_access_key_enabled"] is False
    assert account["default_to_oauth_authentication"] is True
    assert account["local_user_enabled"] is False


def test_nobody_reaches_it_in_the_clear_or_over_old_tls(kept: Synthesized) -> None:
    account = kept.only("azurerm_storage_account")
    assert account["https_traffic_only_enabled"] is True
    assert account["min_tls_version"] == "TLS1_2"


def test_nothing_in_it_can_become_public_or_leave_the_tenant(kept: Synthesized) -> None:
    account = kept.only("azurerm_storage_account")
    assert account["allow_nested_items_to_be_public"] is False
    assert account["cross_tenant_replication_enabled"] is False
    assert kept.only("azurerm_storage_container")["container_access_type"] == "private"


def test_it_answers_everybody_with_a_role_where_no_networks_are_named(kept: Synthesized) -> None:
    assert kept.only("azurerm_storage_account")["network_rules"] == {
        "default_action": "Allow",
        "bypass": ["AzureServices"],
    }


def test_it_answers_only_the_networks_that_deployments_come_from() -> None:
    made = remote_state(account=ACCOUNT_BEHIND_NETWORKS)
    rules = made.only("azurerm_storage_account")["network_rules"]
    assert (rules["default_action"], rules["ip_rules"]) == ("Deny", ["203.0.113.0/24", "198.51.100.7"])
    assert made.only("azurerm_key_vault")["network_acls"]["default_action"] == "Deny"


def test_it_is_encrypted_with_its_own_key_by_an_identity_that_may_do_nothing_else(kept: Synthesized) -> None:
    (key,) = kept.all("azurerm_key_vault_key")
    (identity,) = (name for name in kept.all("azurerm_user_assigned_identity") if "storage" in name)
    account = kept.only("azurerm_storage_account")
    assert account["customer_managed_key"] == {
        "key_vault_key_id": f"${{azurerm_key_vault_key.{key}.versionless_id}}",
        "user_assigned_identity_id": f"${{azurerm_user_assigned_identity.{identity}.id}}",
    }
    role = kept.one("azurerm_role_assignment", "storage_key-access")
    assert role["role_definition_name"] == "Key Vault Crypto Service Encryption User"
    assert role["principal_id"] == f"${{azurerm_user_assigned_identity.{identity}.principal_id}}"


def test_a_copy_can_be_read_in_the_paired_region(kept: Synthesized) -> None:
    assert kept.only("azurerm_storage_account")["account_replication_type"] == "RAGZRS"


def test_a_region_without_a_pair_keeps_it_in_its_zones() -> None:
    made = remote_state(region=azure_region("polandcentral"))
    assert made.only("azurerm_storage_account")["account_replication_type"] == "ZRS"


def test_every_region_without_a_pair_is_a_region() -> None:
    assert catalog(Cloud.AZURE).regions.keys() > WITHOUT_PAIR


STATEFUL = ("azurerm_storage_account", "azurerm_storage_container", "azurerm_key_vault", "azurerm_key_vault_key")


@pytest.mark.parametrize("type_", STATEFUL)
def test_an_apply_can_delete_what_holds_state_only_where_disposable(
    kept: Synthesized, disposable: Synthesized, type_: str
) -> None:
    assert kept.only(type_)["lifecycle"] == {"prevent_destroy": True}
    assert "lifecycle" not in disposable.only(type_)


def test_whoever_deploys_first_reads_and_writes_it_as_soon_as_it_is_there(kept: Synthesized) -> None:
    role = kept.one("azurerm_role_assignment", "deployer")
    (group,) = (name for name in kept.all("azurerm_resource_group") if "key" not in name)
    assert role["scope"] == f"${{azurerm_resource_group.{group}.id}}"
    assert role["role_definition_name"] == "Storage Blob Data Contributor"
    assert role["lifecycle"] == {"ignore_changes": ["principal_id"]}
    (name,) = (name for name in kept.all("azurerm_role_assignment") if "deployer" in name)
    assert f"azurerm_role_assignment.{name}" in kept.only("azurerm_storage_account")["depends_on"]


def test_a_pipeline_reads_and_writes_states_but_deletes_none(kept: Synthesized) -> None:
    role = kept.one("azurerm_role_assignment", "applies")
    (container,) = kept.all("azurerm_storage_container")
    assert role["scope"] == f"${{azurerm_storage_container.{container}.id}}"
    assert role["role_definition_name"] == "Storage Blob Data Contributor"
    assert role["condition"].startswith("(!(ActionMatches{'Microsoft.Storage/")
    assert role["condition"].endswith("/containers/blobs/delete'}))")


def test_identities_of_the_same_id_are_each_granted(kept: Synthesized) -> None:
    principals = {
        role["principal_id"]
        for name, role in kept.all("azurerm_role_assignment").items()
        if name.startswith(("plans", "applies"))
    }
    assert len(principals) == 2


def test_it_has_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    assert remote_state(region=azure_region("polandcentral")).addresses == kept.addresses
