"""plan, deploy and destroy against the embedded cloud."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backstay import sandbox
from backstay.cli import console, failed_over, inventory, presumed, protection, rollout, sandbox_report, summary
from backstay.cli.failures import FailedError, RefusedError
from backstay.cli.gatekeeper import that_asks_nothing
from backstay.cli.project import Project
from backstay.cli.runs import Place, Run, prepare
from backstay.cli.sandbox_report import SandboxReport
from backstay.cli.status import Status
from backstay.sandbox import Sandbox
from backstay.sandbox.accounts import DEFAULT_ACCOUNT
from backstay.terraform import Action
from backstay.topology import Cloud

if TYPE_CHECKING:
    from pathlib import Path

    from backstay.cli.gate_options import GateOptions
    from backstay.cli.runs import Options
    from backstay.topology import Environment


@dataclass(frozen=True)
class _Target:
    """An environment and the folder that holds all of its sandbox."""

    project: Project
    file: Path
    environment: Environment

    @property
    def home(self) -> Path:
        return self.project.work / "sandbox" / self.environment.name

    @property
    def account(self) -> str:
        aws = self.environment.aws
        return aws.account if aws else DEFAULT_ACCOUNT

    @property
    def regions(self) -> list[str]:
        """Those that the embedded cloud has."""
        return [region.region for region in self.environment.regions.values() if region.cloud is Cloud.AWS]


def deploy(given: str, options: Options, *, gates: GateOptions | None, tells_changes: bool, as_json: bool) -> Status:
    """Start the embedded cloud, deploy all that it can hold, and prove that a second plan is empty.

    With `gates`, it goes wave after wave, and asks regions whether they serve where it was told another address.
    """
    target = _target(given)
    gatekeeper = None
    if gates:
        # The regions' own names and alarms are those of the real deployment.
        is_elsewhere = gates.url_template is not None and gates.health_gate in (None, "url")
        gatekeeper = gates.keeper(target.environment) if is_elsewhere else that_asks_nothing(target.environment)
    is_new = Sandbox.running(target.home) is None
    if is_new:
        # What the last one held is gone with it, so nothing that refers to it is true any more.
        shutil.rmtree(target.home, ignore_errors=True)
    running = Sandbox.start(target.home)
    try:
        run, not_exercised = _prepare(target, running, options)
    except BaseException:
        if is_new:
            running.stop()
        raise
    if gatekeeper:
        run = rollout.without_pipelines(run, options)
    applied = (
        rollout.in_waves(run, gatekeeper, bootstraps=True) if gatekeeper else rollout.all_at_once(run, bootstraps=True)
    )
    status = applied.status(tells_changes=tells_changes)
    if status not in (Status.SUCCESS, Status.CHANGES):
        return rollout.conclude(run, applied, tells_changes=tells_changes, as_json=as_json)
    created = [inventory.take(run.runner, stack) for stack in run.stacks]
    second_plan = run.carry_out(Action.PLAN)
    report = SandboxReport(
        running.endpoint, created, not_exercised, presumed.absent_types(run.stacks), second_plan, running.report()
    )
    if not report.is_stable:
        interrupted = summary.status_of(second_plan, tells_changes=False) is Status.INTERRUPTED
        status = Status.INTERRUPTED if interrupted else Status.FAILURE
    if as_json:
        console.write_json(
            summary.document("deploy", run, applied.results, status, sandbox=report.as_json(), **applied.as_json())
        )
        return status
    summary.tell(run, applied.results)
    applied.tell()
    report.show(target.regions)
    out = console.stdout()
    console.say(out, f"took {time.monotonic() - run.started:.0f} s; {running.endpoint} stays up until")
    console.say(out, f"  backstay destroy {given} --sandbox")
    return status


def destroy(given: str, options: Options, *, tells_changes: bool, as_json: bool) -> Status:
    """Destroy all that was deployed, end the embedded cloud, and remove its files."""
    target = _target(given)
    running = Sandbox.running(target.home)
    if running is None:
        shutil.rmtree(target.home, ignore_errors=True)
        console.say(console.stderr(), f"no sandbox of {target.environment.name} is running; its files are removed")
        if as_json:
            console.write_json({"command": "destroy", "environment": target.environment.name, "exit_status": 0})
        return Status.SUCCESS
    run, _ = _prepare(target, running, options)
    run = replace(run, runner=replace(run.runner, before_destroy=protection.take_off))
    results = run.carry_out(Action.DESTROY)
    status = summary.status_of(results, tells_changes=tells_changes)
    if status in (Status.SUCCESS, Status.CHANGES) and not options.stacks:
        running.stop()
        shutil.rmtree(target.home)
        # The logs are gone too.
        results = [replace(result, log=None) for result in results]
    return summary.conclude("destroy", run, results, tells_changes=tells_changes, as_json=as_json)


def open_running(given: str, options: Options) -> Run:
    """Prepare to plan against the environment's sandbox.

    Raises:
        FailedError: it is not running.

    """
    target = _target(given)
    running = Sandbox.running(target.home)
    if running is None:
        name = target.environment.name
        raise FailedError(f"no sandbox of {name} is running; `backstay deploy {given} --sandbox` starts it")
    run, not_exercised = _prepare(target, running, options)
    types = sandbox_report.left_out_of_stacks(presumed.absent_types(run.stacks))
    for line in (*types, *sandbox_report.left_out(not_exercised)):
        console.say(console.stderr(), line)
    return run


def _target(given: str) -> _Target:
    project = Project()
    file = project.environment_file(given)
    return _Target(project, file, project.environment(file))


def _prepare(target: _Target, running: Sandbox, options: Options) -> tuple[Run, dict[str, list[str]]]:
    """Synthesize beside the sandbox's files, so that nothing of it can reach a real deployment.

    Raises:
        RefusedError: the embedded cloud has nothing of what was asked for.

    """
    place = Place(
        outdir=target.home / "cdktf.out",
        logs=target.home / "logs",
        state=target.home / "state",
        variables=sandbox.environment(running.endpoint, account=target.account),
    )
    run = prepare(target.project, target.environment, target.file, place, options)
    foreign = {stack.name: presumed.foreign_providers(stack) for stack in run.stacks}
    not_exercised = {name: providers for name, providers in foreign.items() if providers}
    if len(not_exercised) == len(run.stacks):
        raise RefusedError(*sandbox_report.left_out(not_exercised))
    run = run.only([stack for stack in run.stacks if stack.name not in not_exercised])
    run = replace(run, needed=tuple(stack for stack in run.needed if not presumed.foreign_providers(stack)))
    for stack in run.needed:
        sandbox.write_override(stack.directory, local_state=place.state)
        protection.put_back(stack.directory)
    seeds = presumed.seeds(target.environment, run.needed)
    running.seed(seeds, account=target.account)
    failed_over.turn(target.environment, run.stacks, options.failed_over, run.runner.environment)
    return run, not_exercised
