"""Encryption keys."""

from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from constructs import Construct

from backstay.google.keys import Key
from backstay.testing import Synthesized
from backstay.topology import google_region
from backstay.topology.keys import KeyUse
from tests.google.surroundings import NAMES, REGION, in_region

ENCRYPTER_DECRYPTER = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
DECRYPTER = "roles/cloudkms.cryptoKeyDecrypter"


def key_in(scope: Construct, **given: Any) -> Key:
    wiring = {"purpose": "data", "uses": {KeyUse.DISKS}, "region": REGION, "names": NAMES}
    return Key(scope, "data-key", **wiring | given)


def key(**given: Any) -> Synthesized:
    return in_region(lambda scope: key_in(scope, **given))


def grants(made: Synthesized) -> list[dict[str, Any]]:
    return list(made.all("google_kms_crypto_key_iam_member").values())


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return key()


@pytest.fixture(scope="module")
def disposable() -> Synthesized:
    return key(disposable=True)


def test_its_material_rotates_every_90_days(kept: Synthesized) -> None:
    assert kept.only("google_kms_crypto_key")["rotation_period"] == f"{90 * 24 * 60 * 60}s"


def test_an_apply_cannot_destroy_it(kept: Synthesized) -> None:
    assert kept.only("google_kms_crypto_key")["lifecycle"] == {"prevent_destroy": True}


def test_an_apply_can_destroy_it_where_disposable(disposable: Synthesized) -> None:
    assert "lifecycle" not in disposable.only("google_kms_crypto_key")


@pytest.mark.parametrize(("made", "days"), [("kept", 30), ("disposable", 1)])
def test_its_destruction_can_be_taken_back(made: str, days: int, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(made).only("google_kms_crypto_key")
    assert found["destroy_scheduled_duration"] == f"{days * 24 * 60 * 60}s"


def test_it_lies_in_its_region_and_is_found_by_computed_names(kept: Synthesized) -> None:
    assert kept.only("google_kms_key_ring") == {"name": "acme-production--data", "location": "europe-west4"}
    assert kept.only("google_kms_crypto_key")["name"] == "data"


def test_a_disposable_one_can_be_made_again_though_key_rings_stay_for_ever(disposable: Synthesized) -> None:
    (deployment,) = disposable.all("terraform_data")
    name = disposable.only("google_kms_key_ring")["name"]
    assert name == f"acme-production--data-${{substr(terraform_data.{deployment}.id, 0, 8)}}"


def test_a_long_name_leaves_room_for_what_keeps_deployments_apart() -> None:
    name = key(purpose="p" * 60, disposable=True).only("google_kms_key_ring")["name"]
    assert len(name.partition("${")[0]) + 8 <= 63


@pytest.mark.parametrize(
    ("use", "agent"),
    [
        (KeyUse.DISKS, "@compute-system.iam.gserviceaccount.com"),
        (KeyUse.CLUSTER_SECRETS, "@container-engine-robot.iam.gserviceaccount.com"),
        (KeyUse.SECRETS, "@gcp-sa-secretmanager.iam.gserviceaccount.com"),
    ],
)
def test_the_service_of_its_use_may_use_it_and_no_other(use: KeyUse, agent: str) -> None:
    made = key(uses={use})
    (project,) = made.all("google_project", section="data")
    (grant,) = grants(made)
    assert grant["role"] == ENCRYPTER_DECRYPTER
    assert grant["member"] == f"serviceAccount:service-${{data.google_project.{project}.number}}{agent}"


@pytest.mark.parametrize(
    ("use", "lookup", "attribute"),
    [
        (KeyUse.LOGS, "google_logging_project_cmek_settings", "service_account_id"),
        (KeyUse.STATE, "google_storage_project_service_account", "email_address"),
    ],
)
def test_services_whose_accounts_have_names_of_their_own_are_looked_up(
    use: KeyUse, lookup: str, attribute: str
) -> None:
    made = key(uses={use})
    (name,) = made.all(lookup, section="data")
    (grant,) = grants(made)
    assert grant["member"] == f"serviceAccount:${{data.{lookup}.{name}.{attribute}}}"


def test_whoever_names_it_waits_until_every_service_may_use_it() -> None:
    def build(scope: TerraformStack) -> Key:
        made = key_in(scope, uses=set(KeyUse))
        TerraformOutput(scope, "id", value=made.outputs.id, static_id=True)
        TerraformOutput(scope, "alias", value=made.outputs.alias, static_id=True)
        return made

    made = in_region(build)
    members = made.all("google_kms_crypto_key_iam_member")
    (name,) = made.all("google_kms_crypto_key")
    followed, reference = 0, made.document["output"]["id"]["value"]
    while reference != f"${{google_kms_crypto_key.{name}.id}}":
        reference = members[reference.split(".")[1]]["crypto_key_id"]
        followed += 1
    assert followed == len(members) == len(KeyUse)
    assert made.document["output"]["alias"]["value"] == "acme-production--data"


def test_a_key_without_a_use_is_refused() -> None:
    with pytest.raises(ValueError, match="key 'data' has no uses; name at least one of disks, cluster-secrets, "):
        key(uses=())


def granted(*ids: str) -> Synthesized:
    def build(scope: TerraformStack) -> Key:
        made = key_in(scope)
        for id_ in ids:
            account = ServiceAccount(scope, id_, account_id=f"account-{id_}")
            made.grant_decrypt(f"serviceAccount:{account.email}")
        made.grant_encrypt_decrypt("group:platform@example.com")
        return made

    return in_region(build)


def test_grants_are_for_reading_or_for_both() -> None:
    by_member = {grant["member"]: grant["role"] for grant in grants(granted("reader"))}
    assert by_member["serviceAccount:${google_service_account.reader.email}"] == DECRYPTER
    assert by_member["group:platform@example.com"] == ENCRYPTER_DECRYPTER


def test_a_grant_keeps_its_address_whatever_is_made_before_it() -> None:
    alone, after_another = (set(granted(*ids).all("google_kms_crypto_key_iam_member")) for ids in ("b", "ab"))
    assert alone < after_another


def test_it_has_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    assert key(region=google_region("asia-southeast1")).addresses == kept.addresses
