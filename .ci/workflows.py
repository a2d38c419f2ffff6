"""Rules for the workflows here that no general linter knows: what may hold which token, and that every step exists.

`make workflows` runs it beside actionlint and zizmor. It prints one line for each rule that a job breaks.
"""

import argparse
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from ruamel.yaml import YAML

from backstay import environment_file
from backstay.cli.app import build

PROJECT = Path(__file__).parents[1]
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
SETUP, CREDENTIALS = "./.github/actions/setup", "./.github/actions/credentials"
BASE = "${{ github.event.pull_request.base.sha }}"
NOT_A_FORK = "github.event.pull_request.head.repo.full_name == github.repository"
# GitHub's own token, and one for Terraform Cloud, which keeps plans and states from whoever may not see them.
TOKENS = {"TF_TOKEN_app_terraform_io": "${{ secrets.TF_TOKEN_APP_TERRAFORM_IO }}"}
# These environments are trusted by PyPI and by Pages, and by no cloud.
IDENTITIES_OF_OTHERS = {"pypi", "github-pages"}
TERRAFORM_VERBS = {"plan", "deploy", "drift"}
COMMANDS = {'cat summary.md >> "$GITHUB_STEP_SUMMARY"'}
CHANGES_ARE_FINE = " || [ $? -eq 2 ]"


@dataclass(frozen=True)
class Job:
    """One job, with the workflow that it is part of."""

    workflow: Mapping[str, Any]
    id: str
    body: Mapping[str, Any]

    @property
    def permissions(self) -> dict[str, str]:
        """What its token may do."""
        return dict(self.body.get("permissions") or {})

    @property
    def writes(self) -> set[str]:
        """What its token may write, identity tokens aside."""
        return {scope for scope, access in self.permissions.items() if access == "write"} - {"id-token"}

    @property
    def environment(self) -> str:
        """The GitHub environment that it runs in; empty when in none."""
        environment = self.body.get("environment") or ""
        return environment if isinstance(environment, str) else environment["name"]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Its steps."""
        return self.body["steps"]

    @property
    def touches_a_cloud(self) -> bool:
        """Whether it takes an identity that clouds trust."""
        return any(step.get("uses") == CREDENTIALS for step in self.steps)

    @property
    def is_for_pull_requests(self) -> bool:
        """Whether code that nobody has approved may run it."""
        return "pull_request" in self.workflow["on"]

    @property
    def runs_the_checkout(self) -> bool:
        """Whether it runs what it has checked out."""
        return any("run" in step or step.get("uses", "").startswith("./") for step in self.steps)

    def needs(self) -> "list[Job]":
        """The job and those that have to be done before it."""
        named = self.body.get("needs") or []
        before = [named] if isinstance(named, str) else named
        jobs = (Job(self.workflow, id_, self.workflow["jobs"][id_]) for id_ in before)
        return [self, *(job for earlier in jobs for job in earlier.needs())]

    def backstay(self) -> Iterator[tuple[str, dict[str, str]]]:
        """The verb of each step that runs Backstay, with the step's variables."""
        for step in self.steps:
            if step.get("run", "").startswith("backstay "):
                yield step["run"].split()[1], step.get("env", {})


def pins(job: Job) -> Iterator[str]:
    """Every action is of this repository, or of one commit."""
    for step in job.steps:
        uses = step.get("uses", "")
        if uses and not uses.startswith("./") and not PINNED.fullmatch(uses):
            yield f"{uses} is not pinned to a commit; write OWNER/NAME@<40 hex digits> # vX.Y.Z"


def tokens(job: Job) -> Iterator[str]:
    """A token that clouds trust does nothing else, and one that writes runs nothing that a pull request has brought."""
    if job.workflow.get("permissions") != {}:
        yield "the workflow does not begin with `permissions: {}`; give each job what it needs, and no more"
    if "permissions" not in job.body:
        yield "it does not say its permissions; without any, it cannot even check out a private repository"
    identity = job.permissions.get("id-token") == "write"
    if identity and not job.touches_a_cloud and job.environment not in IDENTITIES_OF_OTHERS:
        yield "it may ask for an identity token and touches no cloud; take `id-token: write` away"
    if job.touches_a_cloud and job.permissions != {"contents": "read", "id-token": "write"}:
        yield "it touches a cloud, so its token may read contents and ask for an identity, and nothing else"
    if not job.writes or not job.runs_the_checkout:
        return
    setups = [step for step in job.steps if step.get("uses") == SETUP]
    if any((step.get("with") or {}).get("caches") is not False for step in setups):
        yield "its token may write, so it takes nothing from caches: set `caches: false`"
    checkouts = [step for step in job.steps if step.get("uses", "").startswith("actions/checkout@")]
    if job.is_for_pull_requests and any((step.get("with") or {}).get("ref") != BASE for step in checkouts):
        yield f"its token may write, so it runs no code of a pull request: check out `ref: {BASE}`"


def triggers(job: Job) -> Iterator[str]:
    """Nothing runs a fork's code with a secret, and no cloud is asked on behalf of a fork."""
    for event in ("pull_request_target", "workflow_run", "issue_comment"):
        if event in job.workflow["on"]:
            yield f"`on: {event}` runs with main's secrets on behalf of anybody; use pull_request"
    if job.is_for_pull_requests and job.touches_a_cloud:
        if not any(NOT_A_FORK in str(earlier.body.get("if", "")) for earlier in job.needs()):
            yield f"it touches a cloud for a pull request, so it or a job before it must ask whether {NOT_A_FORK}"
        if not job.environment.endswith("-plan"):
            yield f"it touches a cloud for a pull request in the environment {job.environment!r}; only -plan may be"


def order(job: Job) -> Iterator[str]:
    """What changes a cloud waits for what changes it already; nothing waits for ever."""
    if "timeout-minutes" not in job.body:
        yield "it has no timeout-minutes"
    concurrency = job.body.get("concurrency") or job.workflow.get("concurrency")
    if not concurrency:
        yield "neither it nor its workflow has a concurrency group"
    if any(verb == "deploy" for verb, _ in job.backstay()):
        wanted = {"group": f"apply-{job.environment}", "cancel-in-progress": False, "queue": "max"}
        if job.body.get("concurrency") != wanted:
            yield f"it changes a cloud, so its concurrency must be {wanted}"


def steps(job: Job) -> Iterator[str]:
    """Every step is a verb or a make target that people can run too, with options that exist."""
    for step in job.steps:
        line = step.get("run")
        if line is None or line in COMMANDS:
            continue
        if "${{" in line:
            yield f"`{line}` has an expression in it, which would be code: hand it over by env"
            continue
        program, *arguments = shlex.split(_plain(line))
        refusal = {"make": _refused_by_make, "backstay": _refused_by_backstay}.get(program, _not_ours)(arguments)
        if refusal:
            yield f"`{line}`: {refusal}"


def secrets(job: Job) -> Iterator[str]:
    """What plans has no secret but the token of Terraform Cloud; what deploys has each that the environments name."""
    if "secrets." in str(job.body.get("env", {})):
        yield "a secret in the job's env is seen by every step; give it to the step that needs it"
    if job.environment.endswith("-plan"):
        given = {name: str(value) for step in job.steps for name, value in step.get("env", {}).items()}
        for name in sorted(name for name, value in given.items() if "secrets." in value and name not in TOKENS):
            yield f"it plans, for which {name} is not needed, and whose code may be anybody's who can push"
    for verb, variables in job.backstay():
        if verb not in TERRAFORM_VERBS:
            continue
        wanted = {
            f"TF_VAR_{name}": f"${{{{ secrets.{name.upper()} }}}}" if verb == "deploy" else "not-needed-to-plan"
            for name in _variables()
        }
        for name, value in {**wanted, **TOKENS}.items():
            if variables.get(name) != value:
                yield f"`backstay {verb}` needs `{name}: {value}` in the step's env"


RULES = (pins, tokens, triggers, order, steps, secrets)


def problems(folder: Path) -> Iterator[str]:
    """What the workflows in a folder break."""
    for file in sorted(folder.glob("*.yml")):
        # YAML 1.2, in which `on` is a word and not true.
        workflow = YAML(typ="safe").load(file)
        for id_, body in workflow["jobs"].items():
            for rule in RULES:
                yield from (f"{file.name}: {id_}: {found}" for found in rule(Job(workflow, id_, body)))


def _plain(line: str) -> str:
    """A command in which every variable has a value and every optional argument is given."""
    line = re.sub(r"\$\{\w+:\+([^}]*)\}", r"\1", line.removesuffix(CHANGES_ARE_FINE))
    return re.sub(r"\$\w+", "1", line)


def _refused_by_make(arguments: list[str]) -> str | None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    unknown = [word for word in arguments if "=" not in word and word not in targets]
    return f"the Makefile has no target {', '.join(unknown)}" if unknown else None


def _refused_by_backstay(arguments: list[str]) -> str | None:
    command, path = typer.main.get_command(build()), ["backstay"]
    while arguments and arguments[0] in getattr(command, "commands", {}):
        path.append(arguments.pop(0))
        command = command.commands[path[-1]]
    if hasattr(command, "commands"):
        return f"{' '.join(path)} has no verb {arguments[0] if arguments else ''}"
    try:
        command.make_context(path[-1], arguments)
    except typer.TyperException as error:
        return error.format_message()
    return None


def _not_ours(_arguments: list[str]) -> str:
    return "its logic belongs into a verb of backstay or a target of the Makefile, which people and tests can run too"


def _variables() -> list[str]:
    names = environment_file.names(PROJECT)
    environments = [environment_file.load(environment_file.find(name, PROJECT)) for name in names]
    return sorted({secret.variable for one in environments for secret in one.secrets if secret.variable})


def main() -> int:
    """Print what is broken; returns 1 when something is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="the folder of the workflows, such as .github/workflows")
    found = list(problems(parser.parse_args().folder))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
