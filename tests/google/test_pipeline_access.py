"""Who may plan and apply on Google Cloud: the condition is put to an evaluator of as much of CEL as there is of it."""

import ast
import re
from typing import Any

import pytest

from backstay.google.pipeline_access import PipelineAccess
from backstay.testing import Synthesized
from backstay.topology import Access, Names, PipelineSpec, google_region
from backstay.topology.pipeline import github_environment
from tests.google.surroundings import in_region
from tests.pipeline_tokens import BY_NAME, BY_NUMBER, ENVIRONMENT, Claims, Token, taken_wrongly

ASIA, WEST = google_region("asia-southeast1"), google_region("europe-west4")
NAMES = Names("acme", ENVIRONMENT)
PROVIDER = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/acme-staging--ci/providers/github"


def made(spec: PipelineSpec = BY_NUMBER, **wanted: Any) -> Synthesized:
    return in_region(
        lambda scope: PipelineAccess(
            scope, "access", spec=spec, region=ASIA, regions=[ASIA, WEST], names=NAMES, **wanted
        )
    )


def holds(condition: str, claims: Claims) -> bool:
    """Whether a token meets a condition made of comparisons, `&&` and `||`."""
    python = condition.replace("&&", "and").replace("||", "or")
    return _value(ast.parse(python, mode="eval").body, claims)


def _value(node: ast.expr, claims: Claims) -> Any:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(value, claims) for value in values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_value(value, claims) for value in values)
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return _value(left, claims) == _value(right, claims)
        case ast.Attribute(value=ast.Name(id="assertion"), attr=claim):
            return claims.get(claim)
        case ast.Constant(value=str(text)):
            return text
    raise AssertionError(f"the evaluator knows nothing of {ast.dump(node)}")


def takes(of: Synthesized, access: Access, token: Token) -> bool:
    """Whether a token becomes a service account: the provider takes it, and the account knows what it is mapped to."""
    provider = of.only("google_iam_workload_identity_pool_provider")
    claims = token.claims(PROVIDER)
    assert "allowed_audiences" not in provider["oidc"], "a token for anybody else than the provider itself is refused"
    is_valid = claims["iss"] == provider["oidc"]["issuer_uri"] and claims["aud"] == PROVIDER
    mapped = re.fullmatch(r"assertion\.(\w+)", provider["attribute_mapping"]["google.subject"])
    assert mapped
    subject = claims.get(mapped[1])
    trusted = of.one("google_service_account_iam_member", f"_{access}_")
    assert trusted["role"] == "roles/iam.workloadIdentityUser"
    may_be = re.fullmatch(r"principal://iam\.googleapis\.com/\$\{.+\.name\}/subject/(.+)", trusted["member"])
    assert may_be
    return is_valid and holds(provider["attribute_condition"], claims) and subject == may_be[1]


@pytest.mark.parametrize("spec", [BY_NAME, BY_NUMBER], ids=["by name", "by number"])
def test_each_account_takes_the_tokens_of_its_own_jobs_and_no_others(spec: PipelineSpec) -> None:
    accounts = made(spec)
    assert taken_wrongly(spec, lambda access, token: takes(accounts, access, token)) == []


def test_what_principals_are_named_by_fits_into_what_is_allowed() -> None:
    # https://cloud.google.com/iam/docs/workload-identity-federation#mapping
    assert len(github_environment("x" * 30, Access.PLAN)) <= 127


def test_a_condition_of_the_longest_names_fits_into_what_is_allowed() -> None:
    spec = PipelineSpec(
        repository=f"{'o' * 39}/{'r' * 100}", owner_id=10**12, repository_id=10**12, default_branch="b" * 200
    )
    long = Names("abcdefghijkl", "x" * 30)
    made_of_it = in_region(
        lambda scope: PipelineAccess(scope, "access", spec=spec, region=ASIA, regions=[ASIA], names=long)
    )
    assert len(made_of_it.only("google_iam_workload_identity_pool_provider")["attribute_condition"]) <= 4096


def roles(access: Access) -> dict[str, str | None]:
    """What an account is granted in the project, with the condition of each grant."""
    granted = {name: body for name, body in made().all("google_project_iam_member").items() if f"_{access}_" in name}
    return {body["role"]: body.get("condition", {}).get("expression") for body in granted.values()}


# What would let an account give itself more, or read what is kept.
TOO_MUCH = {
    "roles/editor",
    "roles/iam.securityAdmin",
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountKeyAdmin",
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.workloadIdentityPoolAdmin",
    "roles/owner",
    "roles/secretmanager.secretAccessor",
}


@pytest.mark.parametrize("access", list(Access))
def test_no_account_is_granted_what_would_let_it_have_more(access: Access) -> None:
    assert not roles(access).keys() & TOO_MUCH


def test_a_plan_looks_and_no_more() -> None:
    assert [role for role in roles(Access.PLAN) if not re.search(r"([vV]iewer|reader|Reviewer)$", role)] == []


def test_an_apply_grants_only_what_the_constructs_grant() -> None:
    condition = roles(Access.APPLY)["roles/resourcemanager.projectIamAdmin"]
    assert condition
    granted = set(re.findall(r"'(roles/[^']+)'", condition))
    assert granted
    assert not granted & TOO_MUCH
    assert not any("admin" in role.lower() for role in granted)


def test_an_apply_writes_in_the_environments_buckets_but_not_the_pipelines_state() -> None:
    condition = roles(Access.APPLY)["roles/storage.admin"]
    assert condition == (
        "resource.name.startsWith('projects/_/buckets/acme-staging--')"
        " && !resource.name.startsWith('projects/_/buckets/acme-staging--state-asia-southeast1/objects/"
        "staging/staging-pipeline-google/')"
        " && !resource.name.startsWith('projects/_/buckets/acme-staging--state-europe-west4/objects/"
        "staging/staging-pipeline-google/')"
    )


def test_secrets_are_read_to_apply_by_name_and_never_to_plan() -> None:
    granted = made(secrets=["hf-token"]).only("google_secret_manager_secret_iam_member")
    assert granted["secret_id"].startswith("hf-")
    assert "apply" in granted["member"]


def test_states_that_others_keep_are_left_to_them() -> None:
    assert made(has_states=False).all("google_storage_bucket_iam_member") == {}
