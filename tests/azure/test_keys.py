"""Encryption keys."""

from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.key_access import KeyRole, current_version, grant_key
from backstay.azure.keys import Key
from backstay.testing import Synthesized
from backstay.topology import azure_region
from backstay.topology.keys import KeyUse
from tests.azure.surroundings import ACCOUNT, ACCOUNT_BEHIND_NETWORKS, KEY, NAMES, REGION, TAGS, in_region

DISKS_AND_CLUSTER = {KeyUse.DISKS, KeyUse.CLUSTER_SECRETS}


def key_in(scope: Construct, **given: Any) -> Key:
    wiring = {"purpose": "data", "uses": {KeyUse.DISKS}, "region": REGION, "names": NAMES}
    return Key(scope, "data-key", **wiring | given)


def key(**given: Any) -> Synthesized:
    account = given.pop("account", ACCOUNT)
    return in_region(lambda scope: key_in(scope, **given), account)


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return key()


@pytest.fixture(scope="module")
def disposable() -> Synthesized:
    return key(disposable=True)


def address(made: Synthesized, type_: str, attribute: str) -> str:
    (name,) = made.all(type_)
    return f"${{{type_}.{name}.{attribute}}}"


def test_a_new_version_takes_over_every_year(kept: Synthesized) -> None:
    assert kept.only("azurerm_key_vault_key")["rotation_policy"] == {"automatic": {"time_after_creation": "P365D"}}


def test_no_version_ever_expires(kept: Synthesized) -> None:
    body = kept.only("azurerm_key_vault_key")
    assert "expiration_date" not in body
    assert "expire_after" not in body["rotation_policy"]


def test_it_is_in_hardware(kept: Synthesized) -> None:
    assert kept.only("azurerm_key_vault_key")["key_type"] == "RSA-HSM"
    assert kept.only("azurerm_key_vault")["sku_name"] == "premium"


def test_nobody_signs_with_it(kept: Synthesized) -> None:
    assert set(kept.only("azurerm_key_vault_key")["key_opts"]) == {"encrypt", "decrypt", "wrapKey", "unwrapKey"}


@pytest.mark.parametrize("type_", ["azurerm_key_vault", "azurerm_key_vault_key", "azurerm_disk_encryption_set"])
def test_an_apply_cannot_delete_it(kept: Synthesized, disposable: Synthesized, type_: str) -> None:
    assert kept.only(type_)["lifecycle"] == {"prevent_destroy": True}
    assert "lifecycle" not in disposable.only(type_)


def test_its_deletion_can_be_taken_back_for_as_long_as_azure_offers(kept: Synthesized) -> None:
    assert kept.only("azurerm_key_vault")["soft_delete_retention_days"] == 90


def test_its_deletion_can_be_taken_back_for_a_week_where_disposable(disposable: Synthesized) -> None:
    assert disposable.only("azurerm_key_vault")["soft_delete_retention_days"] == 7


def test_nobody_can_purge_it_not_even_where_disposable(kept: Synthesized, disposable: Synthesized) -> None:
    assert kept.only("azurerm_key_vault")["purge_protection_enabled"] is True
    assert disposable.only("azurerm_key_vault")["purge_protection_enabled"] is True


def test_entra_decides_who_uses_it(kept: Synthesized) -> None:
    vault = kept.only("azurerm_key_vault")
    assert vault["rbac_authorization_enabled"] is True
    assert "access_policy" not in vault


def test_its_group_and_vault_have_computed_names(kept: Synthesized) -> None:
    assert kept.only("azurerm_resource_group")["name"] == NAMES.resource_group("data-key", REGION)
    assert kept.only("azurerm_key_vault")["name"] == NAMES.vault("data", REGION)
    assert kept.only("azurerm_key_vault_key")["name"] == "data"


def test_everything_that_bears_tags_bears_the_stacks(kept: Synthesized) -> None:
    untagged = {"azurerm_role_assignment"}
    tagged = [
        body for type_, named in kept.document["resource"].items() if type_ not in untagged for body in named.values()
    ]
    assert len(tagged) == 5
    assert all(body["tags"] == TAGS for body in tagged)


def test_roles_are_there_before_the_vault_is(kept: Synthesized) -> None:
    group = address(kept, "azurerm_resource_group", "id")
    roles = kept.all("azurerm_role_assignment")
    assert {role["scope"] for role in roles.values()} == {group}
    assert set(kept.only("azurerm_key_vault")["depends_on"]) == {f"azurerm_role_assignment.{name}" for name in roles}


def test_whoever_deploys_first_administers_it_for_good(kept: Synthesized) -> None:
    role = kept.one("azurerm_role_assignment", "administration")
    (client,) = kept.all("azurerm_client_config", section="data")
    assert role["role_definition_name"] == "Key Vault Crypto Officer"
    assert role["principal_id"] == f"${{data.azurerm_client_config.{client}.object_id}}"
    assert role["lifecycle"] == {"ignore_changes": ["principal_id"]}


def test_disks_are_encrypted_by_an_identity_that_may_do_nothing_else(kept: Synthesized) -> None:
    role = kept.one("azurerm_role_assignment", "disk")
    assert role["role_definition_name"] == "Key Vault Crypto Service Encryption User"
    assert role["principal_id"] == address(kept, "azurerm_user_assigned_identity", "principal_id")
    assert kept.only("azurerm_disk_encryption_set")["identity"] == {
        "type": "UserAssigned",
        "identity_ids": [address(kept, "azurerm_user_assigned_identity", "id")],
    }


def test_disks_follow_the_rotation(kept: Synthesized) -> None:
    body = kept.only("azurerm_disk_encryption_set")
    assert body["auto_key_rotation_enabled"] is True
    assert body["key_vault_key_id"] == address(kept, "azurerm_key_vault_key", "versionless_id")


def test_what_is_not_for_disks_has_nothing_for_them() -> None:
    made = key(uses={KeyUse.LOGS})
    assert not made.all("azurerm_disk_encryption_set")
    assert not made.all("azurerm_user_assigned_identity")


def test_the_vault_answers_everybody_where_no_networks_are_named(kept: Synthesized) -> None:
    assert kept.only("azurerm_key_vault")["network_acls"] == {"default_action": "Allow", "bypass": "AzureServices"}


def test_the_vault_answers_only_the_networks_that_deployments_come_from() -> None:
    acls = key(account=ACCOUNT_BEHIND_NETWORKS).only("azurerm_key_vault")["network_acls"]
    assert acls["default_action"] == "Deny"
    assert acls["bypass"] == "AzureServices"
    assert acls["ip_rules"] == ["203.0.113.0/24", "198.51.100.7"]


def test_a_vault_that_aks_has_to_reach_answers_everybody() -> None:
    made = key(account=ACCOUNT_BEHIND_NETWORKS, uses=DISKS_AND_CLUSTER)
    assert made.only("azurerm_key_vault")["network_acls"]["default_action"] == "Allow"


def test_it_hands_on_its_address_without_version_and_where_roles_are_given() -> None:
    def build(scope: TerraformStack) -> Key:
        made = key_in(scope)
        for name in ("id", "alias", "disk_encryption"):
            TerraformOutput(scope, name, value=getattr(made.outputs, name), static_id=True)
        return made

    made = in_region(build)
    outputs = {name: body["value"] for name, body in made.document["output"].items()}
    assert outputs == {
        "id": address(made, "azurerm_key_vault_key", "versionless_id"),
        "alias": address(made, "azurerm_resource_group", "id"),
        "disk_encryption": address(made, "azurerm_disk_encryption_set", "id"),
    }


def test_a_key_without_a_use_is_refused() -> None:
    with pytest.raises(ValueError, match="key 'data' has no uses; name at least one of disks, cluster-secrets, "):
        key(uses=())


def test_it_has_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    assert key(region=azure_region("japaneast")).addresses == kept.addresses


def test_identities_of_the_same_id_are_each_granted() -> None:
    def build(scope: TerraformStack) -> Construct:
        made = key_in(scope, uses={KeyUse.STATE})
        for construct in ("cluster", "storage"):
            identity = UserAssignedIdentity(
                Construct(scope, construct), "identity", name=construct, location=REGION.name, resource_group_name="g"
            )
            grant = made.grant_encrypt_decrypt if construct == "cluster" else made.grant_wrap_unwrap
            grant(identity)
        return made

    made = in_region(build)
    cluster, storage = (made.one("azurerm_role_assignment", name) for name in ("cluster", "storage"))
    assert cluster["role_definition_name"] == "Key Vault Crypto User"
    assert storage["role_definition_name"] == "Key Vault Crypto Service Encryption User"
    assert cluster["scope"] == storage["scope"] == address(made, "azurerm_resource_group", "id")
    assert cluster["principal_id"] != storage["principal_id"]


def test_a_key_of_which_only_the_outputs_are_known_can_be_granted() -> None:
    role = KeyRole.ENCRYPT_DECRYPT
    made = in_region(lambda scope: grant_key(scope, "use", key=KEY, principal="principal", role=role))
    assert made.only("azurerm_role_assignment") == {
        "scope": KEY.alias,
        "role_definition_name": "Key Vault Crypto User",
        "principal_id": "principal",
        "principal_type": "ServicePrincipal",
    }


def test_the_newest_version_is_looked_up_in_the_keys_own_vault() -> None:
    def build(scope: TerraformStack) -> Construct:
        return TerraformOutput(scope, "version", value=current_version(scope, "newest", key=KEY), static_id=True)

    made = in_region(build)
    assert made.only("azurerm_key_vault_key", section="data") == {
        "name": '${basename("https://acme-logs.vault.azure.net/keys/logs")}',
        "key_vault_id": f"{KEY.alias}/providers/Microsoft.KeyVault/vaults/"
        '${element(regex("https://([^.]+)", "https://acme-logs.vault.azure.net/keys/logs"), 0)}',
    }
