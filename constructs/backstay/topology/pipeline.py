"""The GitHub repository whose workflows plan and apply an environment, and how clouds know them."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from backstay.topology.forms import Form, Reason
from backstay.topology.spec import Spec

ISSUER = "https://token.actions.githubusercontent.com"
"""Who signs the tokens of GitHub's workflows."""

# The longest owner is 39 characters, the longest repository 100.
Repository = Annotated[
    str,
    Form(
        "a GitHub repository, as its own address writes it",
        r"[A-Za-z0-9](-?[A-Za-z0-9]){0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}",
        ("acme/platform",),
    ),
]
Branch = Annotated[
    str,
    Form("the name of a branch", r"[A-Za-z0-9]([A-Za-z0-9._-]|/(?=[A-Za-z0-9]))*", ("main",), longest=200),
]
GitHubId = Annotated[int, Field(strict=True, ge=1)]


class Access(StrEnum):
    """What a workflow may do with an environment; each has an identity of its own on every cloud."""

    PLAN = "plan"
    APPLY = "apply"


class PipelineSpec(Spec):
    """The repository whose workflows plan and apply the environment, with no key that anybody could lose."""

    repository: Repository
    """The repository, in the case that GitHub shows: clouds compare it letter by letter."""

    owner_id: GitHubId | None = None
    """The number by which GitHub knows the owner: `gh api repos/OWNER/NAME --jq .owner.id`."""

    repository_id: GitHubId | None = None
    """The number by which GitHub knows the repository: `gh api repos/OWNER/NAME --jq .id`.

    With both numbers, whoever takes over the owner's or the repository's name after it was given up is not trusted.
    Azure, which sees nothing but the subject of a token, then trusts the subjects that have the numbers in them, and
    no others: the repository has to use immutable subjects, as those made since July 2026 do.
    """

    default_branch: Branch = "main"
    """The branch that is applied."""

    oidc_provider: Literal["create", "existing"] = "create"
    """Whether the AWS account's provider for GitHub is made here, or by another environment or team: an account has
    one at most."""

    plan_reads_secrets: Reason | None = None
    """The reason for letting whoever plans read the stored secrets that Terraform passes on to clusters: who can push a
    branch can then read them too. Without one, the stacks that read any are planned by the apply alone. On AWS the role
    to plan gets the right; elsewhere the identity has to be given it.
    """

    def contradiction(self) -> str | None:
        """Both numbers together make an immutable subject."""
        if (self.owner_id is None) is (self.repository_id is None):
            return None
        given, missing = ("owner_id", "repository_id") if self.repository_id is None else ("repository_id", "owner_id")
        return f"{given} is given without {missing}; give both, or neither"

    @property
    def ref(self) -> str:
        """The ref that is applied."""
        return f"refs/heads/{self.default_branch}"

    @property
    def immutable_repository(self) -> str | None:
        """The repository with its numbers, as an immutable subject names it; None without them.

        https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
        """
        if self.owner_id is None or self.repository_id is None:
            return None
        owner, name = self.repository.split("/")
        return f"{owner}@{self.owner_id}/{name}@{self.repository_id}"

    def subjects(self, environment: str, access: Access) -> tuple[str, ...]:
        """The subjects of the tokens of jobs that may do this with an environment, the immutable one first.

        Args:
            environment: the environment's name.
            access: what the jobs may do.
        """
        suffix = f"environment:{github_environment(environment, access)}"
        repositories = (self.immutable_repository, self.repository)
        return tuple(f"repo:{repository}:{suffix}" for repository in repositories if repository)


def github_environment(environment: str, access: Access) -> str:
    """The GitHub environment that jobs run in: the environment's own name to apply, which people approve."""
    return environment if access is Access.APPLY else f"{environment}-{access}"
