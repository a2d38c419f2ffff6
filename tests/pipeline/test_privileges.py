"""What can be planned by somebody who may read no secret and enter no cluster."""

from typing import Any

import pytest

from backstay.pipeline.privileges import is_in_cluster, why_not
from backstay.terraform import Action
from tests.synthesis import ENVIRONMENTS, documents, environment

CLUSTER: dict[str, Any] = {
    "provider": {"kubernetes": [{"host": "https://cluster.example"}]},
    "ephemeral": {"aws_eks_cluster_auth": {"cluster": {"name": "acme"}}},
}
SECRET: dict[str, Any] = {"ephemeral": {"aws_secretsmanager_secret_version": {"hf_token": {"secret_id": "hf"}}}}


def planned(configuration: dict[str, Any], *, reads_secrets: bool = False) -> str:
    return why_not(configuration, Action.PLAN, reads_secrets=reads_secrets)


def compared(configuration: dict[str, Any], *, reads_secrets: bool = False) -> str:
    return why_not(configuration, Action.DRIFT, reads_secrets=reads_secrets)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_all_that_is_outside_of_clusters_is_planned_and_compared(name: str) -> None:
    workloads = {environment(name).names.workloads_stack(each.location) for each in environment(name).regions.values()}
    for stack, document in documents(name).items():
        if stack not in workloads:
            assert planned(document) == compared(document) == "", stack


def test_what_reads_a_stored_secret_is_left_to_the_apply() -> None:
    document = documents("production")["production-us-east-1-workloads"]
    secret = "ephemeral.aws_secretsmanager_secret_version.hf_token"  # noqa: S105 - an address
    assert planned(document).startswith(f"Terraform reads {secret} while it plans")
    assert planned(document).endswith("the apply plans and examines it")
    assert secret in compared(document)


def test_what_runs_in_a_cluster_is_planned_without_it_and_never_compared() -> None:
    document = documents("staging")["staging-us-east-1-workloads"]
    assert is_in_cluster(document)
    assert planned(document) == ""
    assert "only its cluster can tell" in compared(document)


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("ephemeral", "azurerm_key_vault_secret"),
        ("ephemeral", "google_secret_manager_secret_version"),
        ("ephemeral", "a_kind_that_nobody_knows"),
        ("data", "aws_secretsmanager_secret_version"),
        ("data", "azurerm_key_vault_secret"),
        ("data", "google_secret_manager_secret_version"),
    ],
)
def test_whatever_may_tell_a_secret_counts_as_one(section: str, kind: str) -> None:
    assert f"{kind}.token" in planned({section: {kind: {"token": {}}}})


@pytest.mark.parametrize("kind", ["aws_secretsmanager_random_password", "random_password", "aws_eks_cluster_auth"])
def test_what_is_made_up_on_the_spot_does_not(kind: str) -> None:
    assert planned({"ephemeral": {kind: {"one": {}}}}) == ""


def test_an_environment_may_let_plans_read_secrets() -> None:
    both = {**CLUSTER, "ephemeral": {**CLUSTER["ephemeral"], **SECRET["ephemeral"]}}
    assert planned(both)
    assert planned(both, reads_secrets=True) == ""
    assert compared(both, reads_secrets=True), "it may read secrets, and still enters no cluster"


def test_a_manifest_is_not_planned_since_the_provider_asks_the_cluster_for_its_form() -> None:
    manifest = {**CLUSTER, "resource": {"kubernetes_manifest": {"class": {}}}}
    assert "kubernetes_manifest.class" in planned(manifest, reads_secrets=True)


def test_a_reason_is_short_enough_for_the_document_of_changes() -> None:
    names = {f"a_secret_with_a_name_{number}": {} for number in range(20)}
    why = planned({"ephemeral": {"aws_secretsmanager_secret_version": names}})
    assert "and 19 more" in why
    assert len(why) < 300
