"""Tokens of GitHub's workflows, and as what a cloud has to take each: the same table for every cloud."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backstay.topology import Access, PipelineSpec
from backstay.topology.pipeline import ISSUER

REPOSITORY = "acme/platform"
OWNER_ID, REPOSITORY_ID = 1234, 5678
ENVIRONMENT = "staging"

BY_NAME = PipelineSpec(repository=REPOSITORY)
BY_NUMBER = PipelineSpec(repository=REPOSITORY, owner_id=OWNER_ID, repository_id=REPOSITORY_ID)

MAIN = "refs/heads/main"
PULL_REQUEST = "refs/pull/7/merge"

Claims = Mapping[str, str]


@dataclass(frozen=True)
class Token:
    """What a workflow's job says of itself, signed by GitHub.

    Attributes:
        repository: its repository.
        owner_id: the number of the repository's owner.
        repository_id: the repository's number.
        ref: what the workflow runs on.
        environment: the GitHub environment that the job names, if any.
        event: what starts a workflow whose job names none, as far as it tells in the subject.
        immutable: whether the repository has immutable subjects.
        subject: another subject than GitHub's default.
        audience: whom the token is for, where it is not the cloud that it is shown to.
        issuer: who signed it.
    """

    repository: str = REPOSITORY
    owner_id: int = OWNER_ID
    repository_id: int = REPOSITORY_ID
    ref: str = MAIN
    environment: str | None = ENVIRONMENT
    event: str = "push"
    immutable: bool = False
    subject: str | None = None
    audience: str | None = None
    issuer: str = ISSUER

    def claims(self, audience: str) -> Claims:
        """The claims, of a token that was asked for with a cloud's audience unless it says otherwise."""
        owner, _, name = self.repository.partition("/")
        written = f"{owner}@{self.owner_id}/{name}@{self.repository_id}" if self.immutable else self.repository
        within = f"environment:{self.environment}" if self.environment else f"ref:{self.ref}"
        if self.event == "pull_request" and not self.environment:
            within = self.event
        claims = {
            "iss": self.issuer,
            "aud": self.audience or audience,
            "sub": self.subject
            or f"repo:{written}:{f'environment:{self.environment}' if self.environment else within}",
            "repository": self.repository,
            "repository_id": str(self.repository_id),
            "repository_owner_id": str(self.owner_id),
            "ref": self.ref,
        }
        return claims | ({"environment": self.environment} if self.environment else {})


@dataclass(frozen=True)
class Case:
    """A token and as what it has to be taken.

    Attributes:
        token: the token.
        by_name: what it may do where the numbers of owner and repository are not given.
        by_number: what it may do where they are.
        subject_only: the same where a cloud compares nothing but the subject, if that is something else.
    """

    token: Token
    by_name: Access | None = None
    by_number: Access | None = None
    subject_only: Mapping[str, Access | None] = field(default_factory=dict)

    def expected(self, spec: PipelineSpec, *, subject_only: bool = False) -> Access | None:
        """As what it has to be taken."""
        how = "by_name" if spec is BY_NAME else "by_number"
        return self.subject_only.get(how, getattr(self, how)) if subject_only else getattr(self, how)


PLAN, APPLY = Access.PLAN, Access.APPLY
# A cloud that sees the subject only cannot tell a name that was taken over, and so trusts immutable subjects instead.
_NOT_BY_NAME: Mapping[str, Access | None] = {"by_number": None}

CASES: dict[str, Case] = {
    "an apply on the default branch": Case(Token(), APPLY, APPLY, _NOT_BY_NAME),
    "an apply with an immutable subject": Case(Token(immutable=True), None, APPLY),
    "a plan of a pull request": Case(Token(environment="staging-plan", ref=PULL_REQUEST), PLAN, PLAN, _NOT_BY_NAME),
    "a plan with an immutable subject": Case(
        Token(environment="staging-plan", ref=PULL_REQUEST, immutable=True), None, PLAN
    ),
    "a plan on the default branch, for drift": Case(Token(environment="staging-plan"), PLAN, PLAN, _NOT_BY_NAME),
    # Where the cloud does not see the branch, the GitHub environment has to be open to the default branch only.
    "an apply on another branch": Case(
        Token(ref="refs/heads/mine"), subject_only={"by_name": APPLY, "by_number": None}
    ),
    "an apply on another branch with an immutable subject": Case(
        Token(ref="refs/heads/mine", immutable=True), subject_only={"by_number": APPLY}
    ),
    "an apply of a pull request": Case(Token(ref=PULL_REQUEST), subject_only={"by_name": APPLY, "by_number": None}),
    "an apply on a tag named like the branch": Case(
        Token(ref="refs/tags/main"), subject_only={"by_name": APPLY, "by_number": None}
    ),
    "a job without an environment": Case(Token(environment=None)),
    "a job of a pull request without an environment": Case(
        Token(environment=None, event="pull_request", ref=PULL_REQUEST)
    ),
    "a job on a tag": Case(Token(environment=None, ref="refs/tags/v1.0.0")),
    "another environment": Case(Token(environment="production")),
    "another environment's plan": Case(Token(environment="production-plan")),
    "an environment that begins alike": Case(Token(environment="staging-eu")),
    "an environment that ends alike": Case(Token(environment="my-staging")),
    "an environment in another case": Case(Token(environment="Staging")),
    "an environment with a wildcard": Case(Token(environment="*")),
    "an environment with a placeholder": Case(Token(environment="stagin?")),
    "a plan that begins alike": Case(Token(environment="staging-plans")),
    "another repository": Case(Token(repository="acme/website", repository_id=9)),
    "a repository that begins alike": Case(Token(repository="acme/platform-2", repository_id=9)),
    "a repository that ends alike": Case(Token(repository="acme/my-platform", repository_id=9)),
    "a repository in another case": Case(Token(repository="Acme/Platform")),
    "a fork": Case(Token(repository="mallory/platform", owner_id=66, repository_id=67)),
    "a fork that plans": Case(
        Token(repository="mallory/platform", owner_id=66, repository_id=67, environment="staging-plan")
    ),
    "an owner that begins alike": Case(Token(repository="acme-corp/platform", owner_id=66, repository_id=67)),
    # Whoever gets the name after its owner gave it up. Without the numbers nobody can tell the two apart.
    "a new owner of the name": Case(Token(owner_id=66, repository_id=67), by_name=APPLY, by_number=None),
    "a new owner of the name with an immutable subject": Case(
        Token(owner_id=66, repository_id=67, immutable=True), None, None
    ),
    "a repository made anew under the name": Case(Token(repository_id=67, immutable=True), None, None),
    "a repository that has moved": Case(Token(repository="acme-inc/platform", immutable=True), None, None),
    "a subject with more behind it": Case(Token(subject=f"repo:{REPOSITORY}:environment:{ENVIRONMENT}:ref:{MAIN}")),
    "a subject with more before it": Case(Token(subject=f"repo:mallory/x:repo:{REPOSITORY}:environment:{ENVIRONMENT}")),
    "a subject of a customized form": Case(Token(subject=f"repository_owner:acme:environment:{ENVIRONMENT}")),
    "an environment that spells a subject": Case(
        Token(repository="mallory/x", environment=f"x:repo:{REPOSITORY}:environment:{ENVIRONMENT}", owner_id=66)
    ),
    "another audience": Case(Token(audience="https://github.com/acme")),
    "another audience that begins alike": Case(Token(audience="sts.amazonaws.com.example.com")),
    "another issuer": Case(Token(issuer="https://token.actions.githubusercontent.com.example.com")),
    "another issuer of an enterprise": Case(Token(issuer=f"{ISSUER}/acme")),
}


def taken_wrongly(
    spec: PipelineSpec, take: Callable[[Access, Token], bool], *, subject_only: bool = False
) -> list[str]:
    """The tokens that a cloud takes as something else than it has to.

    Args:
        spec: the repository.
        take: whether the cloud takes a token as an identity for this.
        subject_only: whether it compares nothing but issuer, audience and subject.
    """
    wrong: list[str] = []
    for name, case in CASES.items():
        expected = case.expected(spec, subject_only=subject_only)
        taken = [access for access in Access if take(access, case.token)]
        if taken != ([expected] if expected else []):
            wrong.append(f"{name}: taken for {taken}, not {expected}")
    return wrong
