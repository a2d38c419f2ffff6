"""What a repository lacks for its workflows to plan and apply, as `backstay doctor --ci` tells it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from backstay.cli import console
from backstay.cli.examination.environments import Environments
from backstay.cli.project import Project
from backstay.pipeline import checkout, repository
from backstay.pipeline.github import GitHub
from backstay.pipeline.need import Need, State, missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backstay.topology import Environment

_STYLES = {State.READY: "green", State.MISSING: "red", State.UNKNOWN: "yellow"}


def examine() -> list[Need]:
    """Look at the checkout, and at the settings on GitHub as far as GITHUB_TOKEN lets anybody."""
    environments = Environments.of(Project())
    return [
        *checkout.needs(environments.directory, environments.usable),
        *(
            missing(f"{name}: environment file", f"{problems} problem(s)", f"see `backstay check {name}`")
            for name, problems in environments.broken.items()
        ),
        *_on_github(environments),
    ]


def _on_github(environments: Environments) -> Iterator[Need]:
    by_repository: dict[str, dict[str, Environment]] = {}
    for name, environment in environments.usable.items():
        if environment.pipeline:
            by_repository.setdefault(environment.pipeline.repository, {})[name] = environment
    has_token = bool(os.environ.get("GITHUB_TOKEN"))
    for name, held in by_repository.items():
        spec = next(environment.pipeline for environment in held.values() if environment.pipeline)
        github = GitHub.found_in(os.environ, repository=name) if has_token else None
        yield from repository.needs(github, environments.directory, held, spec)


def as_json(needs: Sequence[Need]) -> list[dict[str, Any]]:
    """Return them for --json."""
    return [
        {"subject": need.subject, "state": str(need.state), "found": need.found, "advice": need.advice or None}
        for need in needs
    ]


def show(needs: Sequence[Need]) -> None:
    """Print the needs as a table, each with what to do about it, and how many are not met."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for need in needs:
        table.add_row(f"[{_STYLES[need.state]}]{need.state}[/]", escape(need.subject), escape(need.found))
        if need.advice and need.state is State.MISSING:
            table.add_row("", "", f"[bold]{escape(need.advice)}[/]")
    out = console.stdout()
    out.print(table)
    for advice in dict.fromkeys(need.advice for need in needs if need.state is State.UNKNOWN):
        console.say(out, f"to look at what is unknown: {advice}")
    lacking = sum(need.state is State.MISSING for need in needs)
    unseen = sum(need.state is State.UNKNOWN for need in needs)
    console.say(out, f"{lacking} of {len(needs)} needs of the pipeline are not met, {unseen} are unknown")
