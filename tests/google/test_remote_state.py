"""Where a region's Terraform state lives."""

from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_google.service_account import ServiceAccount

from backstay.google.remote_state import RemoteState
from backstay.testing import Synthesized
from backstay.topology import google_region
from tests.google.surroundings import NAMES, REGION, in_region

NINETY_DAYS = 90 * 24 * 60 * 60


def state(**given: Any) -> Synthesized:
    def build(scope: TerraformStack) -> RemoteState:
        made = RemoteState(scope, "state", region=REGION, names=NAMES, **given)
        deployer = ServiceAccount(scope, "deployer", account_id="deployer")
        made.grant_use(f"serviceAccount:{deployer.email}")
        TerraformOutput(scope, "key", value=made.outputs.key, static_id=True)
        return made

    return in_region(build)


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return state()


@pytest.fixture(scope="module")
def disposable() -> Synthesized:
    return state(disposable=True)


@pytest.fixture(scope="module")
def twins() -> Synthesized:
    return state(twin=google_region("europe-north1"))


def bucket(made: Synthesized) -> dict[str, Any]:
    return made.only("google_storage_bucket")


def test_it_lives_in_its_region_with_its_key(kept: Synthesized) -> None:
    assert bucket(kept)["location"] == "EUROPE-WEST4"
    assert kept.only("google_kms_key_ring")["location"] == "europe-west4"
    # A bucket of one region refuses both.
    assert not {"rpo", "custom_placement_config"} & bucket(kept).keys()


def test_it_is_found_by_its_computed_name(kept: Synthesized) -> None:
    assert bucket(kept)["name"] == NAMES.bucket("state", REGION)
    assert kept.construct.outputs.bucket == NAMES.bucket("state", REGION)


def test_cloud_storage_locks_by_itself(kept: Synthesized) -> None:
    assert kept.construct.outputs.lock_table is None


def test_it_is_encrypted_with_its_key_once_cloud_storage_may_use_that(kept: Synthesized) -> None:
    (grant,) = kept.all("google_kms_crypto_key_iam_member")
    key = f"${{google_kms_crypto_key_iam_member.{grant}.crypto_key_id}}"
    assert bucket(kept)["encryption"] == {"default_kms_key_name": key}
    assert kept.document["output"]["key"]["value"] == key


def test_nobody_can_make_it_public(kept: Synthesized) -> None:
    assert bucket(kept)["public_access_prevention"] == "enforced"
    assert bucket(kept)["uniform_bucket_level_access"] is True


def test_old_versions_are_kept_for_90_days_and_the_last_20_for_longer(kept: Synthesized) -> None:
    assert bucket(kept)["versioning"] == {"enabled": True}
    (condition,) = (rule["condition"] for rule in bucket(kept)["lifecycle_rule"] if rule["action"]["type"] == "Delete")
    assert condition == {"days_since_noncurrent_time": 90, "num_newer_versions": 20}


def test_even_a_deleted_version_can_be_restored_for_90_days(kept: Synthesized) -> None:
    assert bucket(kept)["soft_delete_policy"] == {"retention_duration_seconds": NINETY_DAYS}


def test_an_apply_cannot_delete_it(kept: Synthesized) -> None:
    assert bucket(kept)["lifecycle"] == {"prevent_destroy": True}
    assert bucket(kept)["force_destroy"] is False


def test_an_apply_can_delete_it_with_all_that_is_in_it_where_disposable(disposable: Synthesized) -> None:
    assert "lifecycle" not in bucket(disposable)
    assert bucket(disposable)["force_destroy"] is True
    assert bucket(disposable)["soft_delete_policy"] == {"retention_duration_seconds": 0}


def test_a_deployer_is_granted_the_one_bucket(kept: Synthesized) -> None:
    (name,) = kept.all("google_storage_bucket")
    assert kept.only("google_storage_bucket_iam_member") == {
        "bucket": f"${{google_storage_bucket.{name}.name}}",
        "member": "serviceAccount:${google_service_account.deployer.email}",
        "role": "roles/storage.objectUser",
    }


def test_twins_hold_it_together_with_a_key_that_serves_both(twins: Synthesized) -> None:
    assert bucket(twins)["location"] == "EU"
    assert bucket(twins)["custom_placement_config"] == {"data_locations": ["EUROPE-WEST4", "EUROPE-NORTH1"]}
    assert bucket(twins)["rpo"] == "ASYNC_TURBO"
    assert twins.only("google_kms_key_ring")["location"] == "europe"


def test_states_of_two_regions_with_keys_in_one_place_have_keys_of_different_names(twins: Synthesized) -> None:
    other = in_region(
        lambda scope: RemoteState(scope, "state", region=google_region("europe-north1"), names=NAMES, twin=REGION)
    )
    rings = {made.only("google_kms_key_ring")["name"] for made in (twins, other)}
    assert len(rings) == 2


@pytest.mark.parametrize(
    ("twin", "message"),
    [
        ("europe-west4", "region 'europe-west4' is its own twin; name another region, or leave it out"),
        ("us-east1", "region 'us-east1' cannot be the twin of 'europe-west4'; choose one of europe-central2, europe-n"),
        ("europe-west2", "region 'europe-west2' cannot be the twin of 'europe-west4'; choose one of europe-central2"),
    ],
)
def test_a_twin_that_cloud_storage_cannot_pair_is_refused(twin: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        state(twin=google_region(twin))


def test_a_region_without_possible_twins_says_so() -> None:
    region = google_region("southamerica-west1")
    with pytest.raises(ValueError, match="cannot be the twin of 'southamerica-west1'; leave it out"):
        in_region(lambda scope: RemoteState(scope, "state", region=region, names=NAMES, twin=REGION))


def test_it_has_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    addresses = {address for address in kept.addresses if "deployer" not in address and "_use-" not in address}
    other = in_region(lambda scope: RemoteState(scope, "state", region=google_region("us-east1"), names=NAMES))
    assert set(other.addresses) == addresses
