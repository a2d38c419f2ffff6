"""Who may plan and apply on Azure, which compares issuer, audience and subject of a token, letter by letter."""

import re
from typing import Any

import pytest

from backstay.azure.pipeline_access import AUDIENCE, PipelineAccess
from backstay.testing import Synthesized
from backstay.topology import Access, Names, PipelineSpec, azure_region
from tests.azure.surroundings import in_region
from tests.pipeline_tokens import BY_NAME, BY_NUMBER, ENVIRONMENT, Token, taken_wrongly

WEST, NORTH = azure_region("westeurope"), azure_region("northeurope")
NAMES = Names("acme", ENVIRONMENT)


def made(spec: PipelineSpec = BY_NUMBER, **wanted: Any) -> Synthesized:
    return in_region(
        lambda scope: PipelineAccess(
            scope, "access", spec=spec, region=WEST, regions=[WEST, NORTH], names=NAMES, **wanted
        )
    )


def takes(of: Synthesized, access: Access, token: Token) -> bool:
    claims = token.claims(AUDIENCE)
    trusted = of.one("azurerm_federated_identity_credential", f"_{access}_")
    assert trusted["parent_id"].split(".")[1].startswith(f"access_{access}_")
    return (trusted["issuer"], trusted["audience"], trusted["subject"]) == (
        claims["iss"],
        [claims["aud"]],
        claims["sub"],
    )


@pytest.mark.parametrize("spec", [BY_NAME, BY_NUMBER], ids=["by name", "by number"])
def test_each_identity_takes_the_tokens_of_its_own_jobs_and_no_others(spec: PipelineSpec) -> None:
    identities = made(spec)
    assert taken_wrongly(spec, lambda access, token: takes(identities, access, token), subject_only=True) == []


def permissions(access: Access) -> dict[str, list[str]]:
    (found,) = made().one("azurerm_role_definition", f"_{access}_")["permissions"]
    return found


def test_a_plan_reads_and_gets_no_secret() -> None:
    found = permissions(Access.PLAN)
    user_credential = "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"
    assert {action for action in found["actions"] if not action.endswith("/*/read")} == {user_credential}
    assert all(re.search("/(keys|keyrotationpolicies)/read$", action) for action in found["data_actions"])


def test_an_apply_administers_clusters_whoever_made_them_and_a_plan_enters_none() -> None:
    clusters = "Microsoft.ContainerService/managedClusters/*"
    assert clusters in permissions(Access.APPLY)["data_actions"]
    assert not any("ContainerService" in action for action in permissions(Access.PLAN)["data_actions"])


def test_an_apply_gives_no_role_that_gives_roles() -> None:
    given = made().one("azurerm_role_assignment", "_apply_may")
    assert given["condition_version"] == "2.0"
    for verb in ("write", "delete"):
        assert f"!(ActionMatches{{'Microsoft.Authorization/roleAssignments/{verb}'}})" in given["condition"]
    names = {body["name"] for body in made().all("azurerm_role_definition", section="data").values()}
    assert len(names) == given["condition"].count("${data.azurerm_role_definition.") / 2
    assert not names & {"Owner", "Contributor", "User Access Administrator", "Role Based Access Control Administrator"}


def test_an_apply_cannot_take_the_lock_off_the_pipelines_identities() -> None:
    lock = made().only("azurerm_management_lock")
    assert lock["lock_level"] == "ReadOnly"
    assert len(lock["depends_on"]) == 2, "the trust is there before the lock"
    assert not any("locks" in action or action == "*" for action in permissions(Access.APPLY)["actions"])
    assert not any(
        action.startswith("Microsoft.Authorization/*") for action in permissions(Access.APPLY)["actions"][1:]
    )


def test_states_are_read_to_plan_and_written_to_apply_but_for_the_pipelines_own() -> None:
    for access, role in ((Access.PLAN, "Reader"), (Access.APPLY, "Contributor")):
        for region in ("westeurope", "northeurope"):
            given = made().one("azurerm_role_assignment", f"_{access}_states-{region}")
            assert given["role_definition_name"] == f"Storage Blob Data {role}"
            assert given["scope"].endswith("/blobServices/default/containers/tfstate")
    applied = made().one("azurerm_role_assignment", "_apply_states-westeurope")["condition"]
    assert "StringNotLike 'staging/staging-pipeline-azure.tfstate*'" in applied
    assert "blobs/delete" in applied


def test_states_that_others_keep_are_left_to_them() -> None:
    assert not [name for name in made(has_states=False).all("azurerm_role_assignment") if "states" in name]
