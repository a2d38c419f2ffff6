"""Secrets that a cluster reads by itself become the environment variables of a service."""

from collections.abc import Callable
from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.kubernetes.llm_service import LlmService
from backstay.kubernetes.mounted_secrets import MountedSecrets
from backstay.kubernetes.service_secret import revision_of
from backstay.kubernetes.start_command import with_secrets
from backstay.kubernetes.workload import Workload
from backstay.outputs import SecretStoreOutputs, ServiceSecretOutputs
from backstay.testing import Synthesized
from backstay.topology import HealthCheckSpec, LlmServiceSpec, SecretSpec
from tests.kubernetes.provider_schema import violations

TOKEN = SecretSpec(name="HF_TOKEN", stored_as="acme/hf-token")
KEY = SecretSpec(name="VLLM_API_KEY", stored_as="acme/vllm-key")
Made = Callable[..., Synthesized]

SYNCED = SecretStoreOutputs("secrets-store.csi.k8s.io", "azure", {"objects": "{}"}, {}, True)
FILES = SecretStoreOutputs("secrets-store-gke.csi.k8s.io", "gke", {"secrets": "[]"}, {"example.com/as": "llm"}, False)


def mounted(made_of: Made, store: SecretStoreOutputs, *specs: SecretSpec) -> Synthesized:
    workload = Workload("llm-service", "llm", "ai-llm")
    return made_of(lambda stack: MountedSecrets(stack, "mounted", specs=specs, store=store, workload=workload))


def provider_class(made: Synthesized) -> dict[str, Any]:
    return made.only("kubernetes_manifest")["manifest"]


def test_the_driver_is_told_what_the_store_needs_to_know(made_of: Made) -> None:
    manifest = provider_class(mounted(made_of, FILES, TOKEN))
    assert (manifest["apiVersion"], manifest["kind"]) == ("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass")
    assert (manifest["metadata"]["namespace"], manifest["metadata"]["name"]) == ("llm", "llm-service")
    assert manifest["spec"] == {"provider": "gke", "parameters": {"secrets": "[]"}}


def test_a_driver_that_can_makes_a_secret_with_an_entry_for_each_file(made_of: Made) -> None:
    made = mounted(made_of, SYNCED, TOKEN, KEY)
    (secret,) = provider_class(made)["spec"]["secretObjects"]
    assert (secret["secretName"], secret["type"]) == (made.construct.outputs.synced, "Opaque")
    assert secret["data"] == [
        {"objectName": "HF_TOKEN", "key": "HF_TOKEN"},
        {"objectName": "VLLM_API_KEY", "key": "VLLM_API_KEY"},
    ]


def test_a_new_revision_is_a_new_secret_so_that_pods_of_the_old_one_keep_theirs(made_of: Made) -> None:
    raised = TOKEN.model_copy(update={"revision": 2})
    before, after = (mounted(made_of, SYNCED, spec).construct.outputs for spec in (TOKEN, raised))
    assert (before.revision, after.revision) == (revision_of([TOKEN]), revision_of([raised]))
    assert before.synced != after.synced


def served(made_of: Made, store: SecretStoreOutputs, **wiring: Any) -> Synthesized:
    """A service that gets mounted secrets."""

    def build(stack: TerraformStack) -> LlmService:
        workload = Workload("llm-service", "llm", "ai-llm")
        secrets = MountedSecrets(stack, "mounted", specs=[TOKEN], store=store, workload=workload)
        return LlmService(
            stack,
            "llm-service",
            spec=LlmServiceSpec(),
            health_check=HealthCheckSpec(),
            workload=workload,
            mounted=secrets.outputs,
            **wiring,
        )

    return made_of(build)


def pod(made: Synthesized) -> dict[str, Any]:
    return made.only("kubernetes_deployment_v1")["spec"]["template"]


def container(made: Synthesized) -> dict[str, Any]:
    (only,) = pod(made)["spec"]["container"]
    return only


@pytest.mark.parametrize("store", [FILES, SYNCED], ids=["files", "synced"])
def test_each_pod_mounts_the_secrets_for_reading(made_of: Made, store: SecretStoreOutputs) -> None:
    made = served(made_of, store)
    (name,) = made.all("kubernetes_manifest")
    (volume,) = [one for one in pod(made)["spec"]["volume"] if "csi" in one]
    assert volume["csi"] == {
        "driver": store.driver,
        "read_only": True,
        "volume_attributes": {"secretProviderClass": f"${{kubernetes_manifest.{name}.manifest.metadata.name}}"},
    }
    assert {"name": volume["name"], "mount_path": "/mnt/secrets-store"} in container(made)["volume_mount"]


def test_a_synced_secret_becomes_variables_and_the_image_starts_as_it_always_does(made_of: Made) -> None:
    made = served(made_of, SYNCED)
    (secret,) = provider_class(made)["spec"]["secretObjects"]
    assert container(made)["env_from"] == [{"secret_ref": {"name": secret["secretName"]}}]
    assert "command" not in container(made)


def test_files_become_variables_when_the_server_starts(made_of: Made) -> None:
    made = served(made_of, FILES)
    assert "env_from" not in container(made)
    assert container(made)["command"] == with_secrets(["HF_TOKEN"], "/mnt/secrets-store")
    assert container(made)["args"] == container(served(made_of, SYNCED))["args"]


def test_secrets_of_both_kinds_stand_beside_each_other(made_of: Made) -> None:
    made = served(made_of, SYNCED, secret=ServiceSecretOutputs("passed", 7))
    first, second = (source["secret_ref"]["name"] for source in container(made)["env_from"])
    assert (first, second.startswith("llm-service-")) == ("passed", True)
    assert pod(made)["metadata"]["annotations"] == {
        "backstay.io/secret-revision": "7",
        "backstay.io/mounted-secrets-revision": str(revision_of([TOKEN])),
    }


def test_the_service_account_carries_what_lets_the_pods_in(made_of: Made) -> None:
    metadata = served(made_of, FILES).only("kubernetes_service_account_v1")["metadata"]
    assert metadata["annotations"] == dict(FILES.annotations)
    assert "annotations" not in served(made_of, SYNCED).only("kubernetes_service_account_v1")["metadata"]


@pytest.mark.parametrize("store", [FILES, SYNCED], ids=["files", "synced"])
def test_the_provider_takes_every_argument(made_of: Made, store: SecretStoreOutputs) -> None:
    assert list(violations(served(made_of, store).document)) == []
