"""What a repository's settings on GitHub lack for its workflows to plan and apply."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from backstay.pipeline.checkout import WORKFLOWS
from backstay.pipeline.github import GitHub, GitHubError
from backstay.pipeline.need import Need, missing, ready, unknown
from backstay.topology import Access, Cloud, Environment, PipelineSpec, TerraformCloudState
from backstay.topology.pipeline import github_environment

_VARIABLES = {
    (Cloud.AZURE, Access.PLAN): ("AZURE_PLAN_CLIENT_ID", "AZURE_TENANT_ID"),
    (Cloud.AZURE, Access.APPLY): ("AZURE_APPLY_CLIENT_ID", "AZURE_TENANT_ID"),
    (Cloud.GOOGLE, Access.PLAN): ("GOOGLE_WORKLOAD_IDENTITY_PROVIDER",),
    (Cloud.GOOGLE, Access.APPLY): ("GOOGLE_WORKLOAD_IDENTITY_PROVIDER",),
}
_HOW_TO_LOOK = (
    "set GITHUB_TOKEN to a token that may read the repository's administration, environments, variables and secrets"
)


def needs(
    github: GitHub | None, directory: Path, environments: Mapping[str, Environment], spec: PipelineSpec
) -> Iterator[Need]:
    """Ask GitHub what there is; without a token, say what nobody could look at.

    Args:
        github: the repository; None without a token.
        directory: the project's directory, whose workflows are compared to those that run.
        environments: the environments that the repository plans and applies, by name.
        spec: what they say of the repository.
    """
    looks: list[tuple[str, Callable[[GitHub], Iterator[Need]]]] = [
        (f"workflows on {spec.default_branch}", lambda asked: _workflows(asked, directory, spec)),
        (f"branch {spec.default_branch}", lambda asked: _branch(asked, spec)),
        ("workflow permissions", _permissions),
        ("OIDC subject", lambda asked: _subject(asked, spec)),
    ]
    for name, environment in environments.items():
        for access in Access:
            looks += _of_environment(name, environment, access)
    for subject, look in looks:
        if github is None:
            yield unknown(subject, "no token", _HOW_TO_LOOK)
            continue
        try:
            yield from look(github)
        except GitHubError as error:
            yield unknown(subject, str(error), _HOW_TO_LOOK)


def _of_environment(
    name: str, environment: Environment, access: Access
) -> Iterator[tuple[str, Callable[[GitHub], Iterator[Need]]]]:
    where = github_environment(name, access)
    clouds = {region.cloud for region in environment.regions.values()}
    variables = sorted({variable for cloud in clouds for variable in _VARIABLES.get((cloud, access), ())})
    tokens = [_token_name(state.hostname)] if isinstance(state := environment.state, TerraformCloudState) else []
    passed = [secret for region in environment.regions.values() for secret in environment.passed_secrets(region)]
    secrets = sorted({secret.variable.upper() for secret in passed if secret.variable})
    yield f"environment {where}", lambda github: _environment(github, where, access)
    if variables:
        yield f"variables of {where}", lambda github: _held(github, where, "variables", variables)
    # A plan knows a secret's name only.
    wanted = [*tokens, *(secrets if access is Access.APPLY else ())]
    if wanted:
        yield f"secrets of {where}", lambda github: _held(github, where, "secrets", wanted)


def _token_name(hostname: str) -> str:
    """Where Terraform looks for the token of a host; GitHub keeps secrets in upper case."""
    return f"TF_TOKEN_{hostname.replace('.', '_').replace('-', '__')}".upper()


def _workflows(github: GitHub, directory: Path, spec: PipelineSpec) -> Iterator[Need]:
    for file in WORKFLOWS:
        subject, here = f"{file} on {spec.default_branch}", directory / file
        held = _found(github, f"contents/{file}", ref=spec.default_branch)
        if held is None:
            yield missing(subject, "not there", f"merge it into {spec.default_branch}")
        elif here.is_file() and held["sha"] != _blob(here.read_bytes()):
            yield missing(subject, "not the one in this checkout", "merge what was changed, or take the branch's over")
        else:
            yield ready(subject, "the one in this checkout")


def _blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


def _branch(github: GitHub, spec: PipelineSpec) -> Iterator[Need]:
    subject = f"branch {spec.default_branch}"
    found = _found(github, f"branches/{spec.default_branch}")
    if found is None:
        yield missing(subject, "not there", "name the branch that is applied as pipeline.default_branch")
    elif found.get("protected"):
        yield ready(subject, "protected")
    else:
        yield missing(
            subject,
            "not protected, so that whoever may push may have anything applied",
            "protect it: require pull requests, and the checks of ci and plan",
        )


def _permissions(github: GitHub) -> Iterator[Need]:
    found = github.get("actions/permissions/workflow")
    subject, default = "workflow permissions", found.get("default_workflow_permissions")
    if default != "read":
        yield missing(subject, f"{default} by default", "let workflows read only, in Settings, Actions, General")
    elif found.get("can_approve_pull_request_reviews"):
        yield missing(subject, "workflows may approve pull requests", "take that away in Settings, Actions, General")
    else:
        yield ready(subject, "read by default")


def _subject(github: GitHub, spec: PipelineSpec) -> Iterator[Need]:
    subject, found = "OIDC subject", github.get("actions/oidc/customization/sub")
    if not found.get("use_default", True):
        claims = ", ".join(found.get("include_claim_keys") or ())
        yield missing(subject, f"made of {claims}", "go back to GitHub's default, which clouds are told to trust")
        return
    prefix = found.get("sub_claim_prefix")
    is_immutable = found.get("use_immutable_subject", "@" in (prefix or ""))
    expected = spec.immutable_repository if is_immutable else spec.repository
    if expected is None:
        yield missing(
            subject,
            f"immutable{f', {prefix}' if prefix else ''}, which clouds are not told to trust",
            "give pipeline.owner_id and pipeline.repository_id",
        )
    elif prefix and prefix.rstrip(":") != f"repo:{expected}":
        yield missing(
            subject, f"{prefix}, where clouds trust repo:{expected}", "correct the pipeline section of the environments"
        )
    elif not is_immutable and spec.immutable_repository:
        yield missing(
            subject,
            "without the numbers of owner and repository, so that Azure trusts none",
            "switch immutable subjects on: "
            f"`gh api --method PUT repos/{spec.repository}/actions/oidc/customization/sub "
            "-F use_default=true -F use_immutable_subject=true`",
        )
    else:
        yield ready(subject, f"repo:{expected}")


def _environment(github: GitHub, name: str, access: Access) -> Iterator[Need]:
    subject, found = f"environment {name}", _found(github, f"environments/{name}")
    if found is None:
        approval = ", with required reviewers" if access is Access.APPLY else ", without reviewers"
        yield missing(subject, "not there", f"make it in Settings, Environments{approval}")
        return
    kinds = {rule.get("type") for rule in found.get("protection_rules") or ()}
    is_approved = "required_reviewers" in kinds
    if access is Access.PLAN:
        if is_approved:
            yield missing(subject, "waits for reviewers", "take them away, or each pull request waits for its plan")
        else:
            yield ready(subject, "open to pull requests")
    elif not is_approved:
        yield missing(subject, "applied without anybody's approval", "require reviewers in Settings, Environments")
    elif not found.get("deployment_branch_policy"):
        yield missing(
            subject,
            "open to every branch, which Azure cannot tell apart",
            "let only protected branches deploy, in Settings, Environments",
        )
    else:
        yield ready(subject, "waits for reviewers, for chosen branches only")


def _held(github: GitHub, environment: str, kind: str, wanted: list[str]) -> Iterator[Need]:
    """Whether variables or secrets are there, in the environment itself or for the whole repository."""
    named: set[str] = set()
    for path in (f"environments/{environment}/{kind}", f"actions/{kind}"):
        found: Mapping[str, Any] = _found(github, path, per_page=100) or {}
        named |= {each["name"].upper() for each in found.get(kind, ())}
    subject, lacking = f"{kind} of {environment}", [name for name in wanted if name not in named]
    if not lacking:
        yield ready(subject, ", ".join(wanted))
        return
    source = (
        "the outputs of the environment's pipeline stack say what they are"
        if kind == "variables"
        else "values of the secrets that the environment's file names"
    )
    yield missing(subject, f"without {', '.join(lacking)}", f"add {', '.join(lacking)} to {environment}: {source}")


def _found(github: GitHub, path: str, **query: str | int) -> Any:
    try:
        return github.get(path, **query)
    except GitHubError as error:
        if error.status == 404:
            return None
        raise
