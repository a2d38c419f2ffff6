"""What a checkout needs before its workflows can plan and apply: what can be seen without asking GitHub."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from backstay.pipeline.need import Need, missing, ready
from backstay.topology import Cloud, Environment

WORKFLOWS = tuple(f".github/workflows/{name}.yml" for name in ("plan", "apply", "drift", "region-lost"))
"""The workflows that plan and apply."""

LOCK_FILE = ".terraform.lock.hcl"


def needs(directory: Path, environments: Mapping[str, Environment]) -> Iterator[Need]:
    """Look at a checkout.

    Args:
        directory: the project's directory.
        environments: its environments, by name.
    """
    for file in WORKFLOWS:
        if (directory / file).is_file():
            yield ready(file, "there")
        else:
            yield missing(file, "not there", "take it over from Backstay's own repository")
    if (directory / LOCK_FILE).is_file():
        yield ready(LOCK_FILE, "there")
    else:
        yield missing(LOCK_FILE, "not there", "run `backstay providers lock`, and commit the file")
    yield from _sections(environments)
    yield from _providers(environments)


def _sections(environments: Mapping[str, Environment]) -> Iterator[Need]:
    if not any(environment.pipeline for environment in environments.values()):
        yield missing(
            "pipeline section",
            "in no environment's file",
            "add `pipeline: {repository: OWNER/NAME}` to each that workflows are to plan and apply",
        )
        return
    for name, environment in environments.items():
        subject = f"{name}: pipeline"
        if environment.pipeline is None:
            yield ready(subject, "no section in its file: left to people")
        elif environment.aws and environment.aws.deploy_role:
            yield missing(
                subject,
                f"workflows would take the role {environment.aws.deploy_role}, to plan as well",
                "take aws.deploy_role away: a workflow has a role of its own to plan, and another to apply",
            )
        else:
            yield ready(subject, f"planned and applied by {environment.pipeline.repository}")


def _providers(environments: Mapping[str, Environment]) -> Iterator[Need]:
    """An AWS account has one provider for GitHub; of two environments that make it, the second fails."""
    makers: Counter[str] = Counter()
    users: set[str] = set()
    for environment in environments.values():
        on_aws = any(region.cloud is Cloud.AWS for region in environment.regions.values())
        if environment.pipeline and environment.aws and on_aws:
            users.add(environment.aws.account)
            makers[environment.aws.account] += environment.pipeline.oidc_provider == "create"
    for account in sorted(users):
        subject = f"OIDC provider of AWS account {account}"
        match makers[account]:
            case 1:
                yield ready(subject, "made by one environment")
            case 0:
                yield ready(subject, "made elsewhere, as all environments say")
            case count:
                yield missing(
                    subject,
                    f"made by {count} environments, of which the second fails",
                    "write `oidc_provider: existing` into the pipeline section of all but one",
                )
