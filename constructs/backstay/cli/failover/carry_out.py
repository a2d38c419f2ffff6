"""Starting a failover, following it, and telling how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.cli import console
from backstay.cli.failover import report
from backstay.cli.failover.access import open_access
from backstay.cli.failover.controller import Controller
from backstay.cli.failover.request import succession_with
from backstay.cli.project import Project

if TYPE_CHECKING:
    from backstay.cli.failover.controller import Execution, Result, Step
    from backstay.cli.failover.request import Request
    from backstay.cli.status import Status


def carry_out(given: str, to: str, request: Request, *, waits: bool, in_sandbox: bool, as_json: bool) -> Status:
    """Do what was asked for.

    Raises:
        RefusedError: it contradicts itself, or the environment or the region has nothing to do it with.
        FailedError: the region cannot be asked.

    """
    request.require_sense(waits=waits)
    project = Project()
    environment = project.environment(project.environment_file(given))
    region, order = succession_with(environment, to)
    access, caller = open_access(environment, project, region, in_sandbox=in_sandbox)
    controller = Controller.find(environment, access, caller)
    if note := report.caution(environment, region, order, request):
        console.say(console.stderr(), note, style="yellow")
    with access.failures_told():
        execution = controller.start(request)
        if not waits:
            return report.tell_started(environment, region, execution, as_json=as_json)
        steps, result = _follow(execution)
        other = controller.acting() if result.outcome == "another-run" else None
        if other and other.arn != execution.arn:
            console.say(console.stderr(), f"followed instead: {other.arn}, which acts for {region} already")
            execution = other
            steps, result = _follow(execution)
        return report.conclude(controller, order, request, execution, steps, result, as_json=as_json)


def _follow(execution: Execution) -> tuple[list[Step], Result]:
    """Show on stderr what it does, until it ends."""
    seen: list[Step] = []
    try:
        for step in execution.steps():
            seen.append(step)
            report.show_step(step, began=seen[0].at)
    except KeyboardInterrupt:
        console.say(console.stderr(), f"the failover goes on without this command: {execution.arn}", style="yellow")
        raise
    return seen, execution.result()
