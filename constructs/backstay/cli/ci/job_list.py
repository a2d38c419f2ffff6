"""Finds what a pipeline has to do, by synthesizing environments now and as they were."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from backstay.cli import console
from backstay.cli.failures import FailedError, RefusedError
from backstay.cli.project import Project
from backstay.cli.status import Status
from backstay.cli.synthesized import synthesize
from backstay.cli.unprivileged import reads_secrets
from backstay.pipeline.affected import change_of, compare
from backstay.pipeline.jobs import MOST_JOBS, Jobs
from backstay.pipeline.privileges import why_not
from backstay.pipeline.revision import Revision, RevisionError
from backstay.pipeline.waves import waves
from backstay.terraform import Action, TerraformError
from backstay.topology.pipeline import Access

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backstay.pipeline.affected import Change
    from backstay.terraform import SynthesizedStack
    from backstay.topology import Environment

# What GitHub says came before the first push of a branch.
_NOTHING = "0" * 40


@dataclass(frozen=True)
class Options:
    """What the command line said."""

    environments: tuple[str, ...]
    since: str | None
    without: tuple[str, ...]
    access: str


@dataclass
class JobList:
    """The jobs; by environment why there are some or none, and which stacks nobody plans any more; by stack why its job
    does not plan it, or does not look for drift."""

    access: Access
    stacks: list[dict[str, Any]] = field(default_factory=list)
    environments: list[dict[str, Any]] = field(default_factory=list)
    because: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    gone: dict[str, tuple[str, ...]] = field(default_factory=dict)
    not_planned: dict[str, str] = field(default_factory=dict)
    not_compared: dict[str, str] = field(default_factory=dict)

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Those of the matrix."""
        return self.stacks if self.access is Access.PLAN else self.environments


@dataclass(frozen=True)
class _Base:
    """The project as it was, and what has changed since."""

    project: Project
    change: Change


def gather(options: Options) -> JobList:
    """Find all jobs.

    Raises:
        RefusedError: an environment, a region or the reference cannot be used, or there are too many jobs.
        FailedError: the app failed.
        ManifestError: the app left no usable manifest.

    """
    from backstay import environment_file

    project = Project()
    names = options.environments or tuple(environment_file.names(project.directory))
    jobs = JobList(Access(options.access))
    with _base(project, options.since) as base:
        for name in names:
            _add(jobs, project, name, base, options)
        if base and not options.environments:
            _note_gone(jobs, base.change, names)
    if len(jobs.entries) > MOST_JOBS:
        raise RefusedError(
            f"{len(jobs.entries)} jobs are more than the {MOST_JOBS} that GitHub runs in one matrix; name fewer "
            "environments, or give --since to leave out what has not changed"
        )
    return jobs


def conclude(jobs: JobList, *, as_json: bool) -> Status:
    """Print the matrix, or everything, and hand the lists to the workflow."""
    matrix = {"include": jobs.entries}
    if output := os.environ.get("GITHUB_OUTPUT"):
        with Path(output).open("a", encoding="utf-8") as file:
            file.write(f"stacks={_compact(jobs.stacks)}\nenvironments={_compact(jobs.environments)}\n")
    screen = console.stderr()
    for name, why in jobs.left_out.items():
        console.say(screen, f"no job for {name}: {why}")
    for name, why in jobs.because.items():
        console.say(screen, f"{name}: {why}")
    for name, stacks in jobs.gone.items():
        what = f"its stacks {', '.join(stacks)}" if stacks else "its file"
        console.say(
            screen,
            f"{name}: {what} are gone from the code and not from the cloud, and no job plans them: what they made is "
            "destroyed with the code that still has them",
            style="yellow",
        )
    if jobs.access is Access.PLAN:
        for name, why in jobs.not_planned.items():
            console.say(screen, f"{name} is not planned by its job: {why}", style="yellow")
    if as_json:
        document: dict[str, Any] = {"command": "ci matrix", "exit_status": 0, "access": str(jobs.access)}
        document |= {"stacks": jobs.stacks, "environments": jobs.environments, "because": jobs.because}
        document |= {"left_out": jobs.left_out, "gone": {name: list(gone) for name, gone in jobs.gone.items()}}
        document |= {"not_planned": jobs.not_planned, "not_compared": jobs.not_compared}
        console.write_json({**document, "matrix": matrix})
    else:
        console.write_line(_compact(matrix))
    return Status.SUCCESS


@contextmanager
def _base(project: Project, since: str | None) -> Iterator[_Base | None]:
    if since is None or since == _NOTHING:
        yield None
        return
    try:
        revision = Revision.where_it_left(since, project.directory)
        change = change_of(revision.changed_paths())
        with TemporaryDirectory(prefix="backstay-base-") as folder:
            revision.extract(Path(folder))
            environment = project.directory / ".venv"
            if environment.exists() and not (Path(folder) / ".venv").exists():
                (Path(folder) / ".venv").symlink_to(environment.absolute())
            yield _Base(Project(Path(folder)), change)
    except RevisionError as error:
        raise RefusedError(f"--since {since}: {error}") from error


def _add(jobs: JobList, project: Project, given: str, base: _Base | None, options: Options) -> None:
    file = project.environment_file(given)
    environment = project.environment(file)
    name = environment.name
    if environment.pipeline is None:
        jobs.left_out[name] = "it has no `pipeline`, so that no workflow may plan or apply it"
        return
    theirs, here = environment.pipeline.repository, os.environ.get("GITHUB_REPOSITORY")
    if here and here.lower() != theirs.lower():
        jobs.left_out[name] = f"its `pipeline` trusts the workflows of {theirs}, and these are those of {here}"
        return
    why = base.change.can_touch(name) if base else "all of it"
    if not why:
        jobs.left_out[name] = "nothing that it is made from has changed"
        return
    with TemporaryDirectory(prefix="backstay-matrix-") as outdir:
        found = synthesize(project, environment, file, Path(outdir), without=options.without)
        touched = frozenset(stack.name for stack in found.stacks)
        if base:
            touched, why = _touched(jobs, base, environment, found.stacks, why)
        left = Jobs(environment, jobs.access, _left(environment, found.loss.regions))
        entries = left.of_stacks(waves(environment, found.stacks), touched)
        _note_withheld(jobs, environment, [stack for stack in found.stacks if stack.name in touched])
    if not touched:
        jobs.left_out[name] = f"{why}, and none of its stacks is any different"
        return
    jobs.because[name] = why
    jobs.stacks += entries
    jobs.environments.append(left.of_environment())


def _touched(
    jobs: JobList, base: _Base, environment: Environment, after: Sequence[SynthesizedStack], why: str
) -> tuple[frozenset[str], str]:
    """The stacks that are not what they were; all of them when that cannot be told."""
    everything = frozenset(stack.name for stack in after)
    if base.change.pins:
        return everything, why
    try:
        file = base.project.environment_file(environment.name)
    except RefusedError:
        return everything, "it is new"
    with TemporaryDirectory(prefix="backstay-before-") as outdir:
        sources = {"PYTHONPATH": str(base.project.directory / "constructs")}
        try:
            before = base.project.synthesize(file, Path(outdir), variables=sources)
        except (RefusedError, FailedError, TerraformError) as error:
            first = str(error).partition("\n")[0]
            return everything, f"{why}, and what it was cannot be synthesized any more ({first})"
        compared = compare(before, after)
    if compared.gone:
        jobs.gone[environment.name] = compared.gone
    return compared.touched, why


def _note_withheld(jobs: JobList, environment: Environment, stacks: Sequence[SynthesizedStack]) -> None:
    """Note what the jobs will withhold, which each says once more in the document that it writes."""
    may_read = reads_secrets(environment)
    for stack in stacks:
        configuration = stack.configuration()
        for action, notes in ((Action.PLAN, jobs.not_planned), (Action.DRIFT, jobs.not_compared)):
            if why := why_not(configuration, action, reads_secrets=may_read):
                notes[stack.name] = why


def _note_gone(jobs: JobList, change: Change, there: Sequence[str]) -> None:
    for name in sorted(change.environments - set(there)):
        jobs.gone[name] = ()


def _left(environment: Environment, lost: Sequence[str]) -> dict[str, Any]:
    return {role: region for role, region in environment.regions.items() if region.region not in lost}


def _compact(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))
