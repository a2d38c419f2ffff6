"""A cluster reads secrets of a project by itself, as an account that can read these and nothing else."""

import json
from typing import Any

import pytest

from backstay.google.stored_secrets import StoredSecrets
from backstay.testing import Synthesized
from backstay.topology import CloudRegion, SecretSpec, google_region
from tests.google.surroundings import NAMES, REGION, in_region

TOKEN = SecretSpec(name="HF_TOKEN", stored_as="acme/production/hf_token")
KEY = SecretSpec(name="VLLM_API_KEY", stored_as="vllm-key")


def stored(*specs: SecretSpec, region: CloudRegion = REGION, namespace: str = "llm") -> Synthesized:
    wiring: dict[str, Any] = {
        "namespace": namespace,
        "service_account": "llm-service",
        "region": region,
        "names": NAMES,
    }
    return in_region(lambda stack: StoredSecrets(stack, "stored", specs=specs, **wiring))


def account(made: Synthesized, attribute: str) -> str:
    (name,) = made.all("google_service_account")
    return f"${{google_service_account.{name}.{attribute}}}"


def test_only_the_pods_of_one_service_account_act_as_the_account() -> None:
    made = stored(TOKEN)
    identity = made.only("google_service_account_iam_member")
    assert identity["service_account_id"] == account(made, "name")
    assert identity["role"] == "roles/iam.workloadIdentityUser"
    assert identity["member"] == f"serviceAccount:{account(made, 'project')}.svc.id.goog[llm/llm-service]"
    assert made.construct.outputs.annotations.keys() == {"iam.gke.io/gcp-service-account"}


def test_the_account_has_a_name_that_google_takes_however_long_the_namespace_is() -> None:
    made = stored(TOKEN, region=google_region("northamerica-northeast1"), namespace="n" * 63)
    assert len(made.only("google_service_account")["display_name"]) <= 100


def test_the_account_reads_exactly_the_secrets_that_are_named() -> None:
    made = stored(TOKEN, KEY)
    grants = made.all("google_secret_manager_secret_iam_member").values()
    assert {grant["secret_id"] for grant in grants} == {"acme-production-hf_token", "vllm-key"}
    assert {(grant["role"], grant["member"]) for grant in grants} == {
        ("roles/secretmanager.secretAccessor", account(made, "member"))
    }
    assert "google_project_iam_member" not in made.document["resource"]


def test_no_two_regions_share_a_grant_so_that_one_can_go_without_the_other() -> None:
    names = {
        stored(TOKEN, region=google_region(place)).only("google_service_account")["account_id"]
        for place in ("europe-west4", "us-central1")
    }
    assert len(names) == 2


def test_two_variables_from_one_secret_are_one_grant() -> None:
    other = SecretSpec(name="HUB_TOKEN", stored_as=TOKEN.stored_as)
    assert len(stored(TOKEN, other).all("google_secret_manager_secret_iam_member")) == 1


def test_terraform_reads_no_secret_and_so_an_older_provider_is_enough() -> None:
    document = stored(TOKEN, KEY).document
    assert not {"ephemeral", "data"} & document.keys()
    assert document["terraform"]["required_providers"]["google"]["version"] == ">= 6.50.0, < 8.0.0"


def test_the_driver_is_told_the_newest_version_of_each_secret_and_its_variable() -> None:
    outputs = stored(TOKEN, KEY).construct.outputs
    assert (outputs.driver, outputs.provider, outputs.syncs) == ("secrets-store-gke.csi.k8s.io", "gke", False)
    told = json.loads(outputs.parameters["secrets"])
    assert [one["path"] for one in told] == ["HF_TOKEN", "VLLM_API_KEY"]
    assert [one["resourceName"].split("/", 2)[2] for one in told] == [
        "secrets/acme-production-hf_token/versions/latest",
        "secrets/vllm-key/versions/latest",
    ]


def test_secrets_that_secret_manager_cannot_tell_apart_are_refused() -> None:
    with pytest.raises(ValueError, match=r"have one name .* in Secret Manager"):
        stored(TOKEN, SecretSpec(name="HUB_TOKEN", stored_as="acme.production.hf_token"))
