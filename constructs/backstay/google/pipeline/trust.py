"""Whose tokens a workload identity provider takes: those of two environments' jobs in one repository."""

from backstay.topology import Access, PipelineSpec

# What the subject of a token becomes, for principals to name. A GitHub subject may be longer than the 127 characters
# that are allowed, and the condition has compared it already.
SUBJECT = "assertion.environment"


def condition(spec: PipelineSpec, environment: str) -> str:
    """The condition, in CEL, that a token has to meet: a job that plans or applies the environment.

    A plan runs on any branch that a pull request comes from; what is applied is on the default branch.

    Args:
        spec: the repository.
        environment: the environment's name.
    """
    plans, applies = (_is_one_of(spec.subjects(environment, access)) for access in (Access.PLAN, Access.APPLY))
    claims = {"repository": spec.repository}
    if spec.owner_id is not None and spec.repository_id is not None:
        claims |= {"repository_id": str(spec.repository_id), "repository_owner_id": str(spec.owner_id)}
    same = " && ".join(f"assertion.{claim} == {_text(wanted)}" for claim, wanted in claims.items())
    return f"{same} && ({plans} || ({applies} && assertion.ref == {_text(spec.ref)}))"


def _is_one_of(subjects: tuple[str, ...]) -> str:
    return f"({' || '.join(f'assertion.sub == {_text(subject)}' for subject in subjects)})"


def _text(value: str) -> str:
    # The forms of a spec let no quotes and no backslashes pass.
    return f"'{value}'"
