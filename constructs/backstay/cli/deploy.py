"""`backstay deploy`."""

from typing import TYPE_CHECKING

import typer

from backstay.cli.failures import RefusedError, reported
from backstay.cli.gate_options import (
    DEFAULT_WAIT,
    GateOptions,
    HealthGateOption,
    HealthWaitOption,
    UrlTemplateOption,
    WavesOption,
)
from backstay.cli.options import (
    DEFAULT_PARALLELISM,
    ApproveOption,
    DetailedOption,
    EnvironmentArgument,
    FailedOverOption,
    JsonOption,
    MirrorOption,
    ParallelismOption,
    RefreshOption,
    SandboxOption,
    StackOption,
    WithoutOption,
)
from backstay.cli.status import Status

if TYPE_CHECKING:
    from backstay.cli.runs import Options


def deploy(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    parallelism: ParallelismOption = DEFAULT_PARALLELISM,
    provider_mirror: MirrorOption = None,
    refresh: RefreshOption = True,
    without: WithoutOption = None,
    failed_over: FailedOverOption = None,
    sandbox: SandboxOption = False,
    waves: WavesOption = False,
    health_gate: HealthGateOption = None,
    health_wait: HealthWaitOption = DEFAULT_WAIT,
    url_template: UrlTemplateOption = None,
    auto_approve: ApproveOption = False,
    detailed_exitcode: DetailedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Create or change what the environment file says, stack by stack.

    Plans first and asks, and then applies no change that was not shown. A stack that fails stops those that depend on
    it; the others finish. What is applied is the plan that was examined: one that deletes or replaces what holds data
    is refused, unless the environment is disposable or its file allows it for a time (allow_data_loss).
    Ctrl-C lets Terraform finish what it is doing; running the same command again goes on.

    With --waves, no two regions are under way at once: `backstay waves ENV` shows the order. Before the first wave the
    stores of all states have to be there; after each, its region has to serve. What comes after a wave that fails, or
    whose region does not serve in time, is not started. Stacks that say what pipelines may do are left out.

    With --without, a region that is lost is left out. A stack is held back if it has changes for a control plane that
    was lost with it (IAM and Route 53 with us-east-1).

    With --sandbox, the whole environment is deployed to an embedded cloud on this machine, which then stays up until
    `backstay destroy ENV --sandbox`; there is nothing to lose, so nothing is asked.
    """
    with reported("deploy", as_json=as_json):
        from backstay.cli.runs import Options

        gates = GateOptions(health_gate, health_wait, url_template)
        if gates.are_given and not waves:
            raise RefusedError("--health-gate, --health-wait and --url-template are for --waves; give that too")
        options = Options(stack or (), parallelism, provider_mirror, refresh, without or (), failed_over or ())
        if sandbox:
            from backstay.cli import sandboxed

            how = {"gates": gates if waves else None, "tells_changes": detailed_exitcode, "as_json": as_json}
            raise typer.Exit(sandboxed.deploy(environment, options, **how))
        how = {"auto_approve": auto_approve, "tells_changes": detailed_exitcode, "as_json": as_json}
        raise typer.Exit(_deploy(environment, options, gates if waves else None, **how))


def _deploy(
    given: str,
    options: "Options",
    gates: GateOptions | None,
    *,
    auto_approve: bool,
    tells_changes: bool,
    as_json: bool,
) -> Status:
    from backstay.cli import approval, approved, planning, refusals, rollout, summary
    from backstay.cli.runs import open_run

    if not auto_approve:
        approval.require_terminal()
    run = open_run(given, options)
    gatekeeper = None
    if gates:
        run, gatekeeper = rollout.without_pipelines(run, options), gates.keeper(run.environment)
    if not auto_approve:
        planned = planning.plan(run)
        status = summary.status_of(planned, tells_changes=True)
        if status is not Status.CHANGES:
            return summary.conclude("deploy", run, planned, tells_changes=tells_changes, as_json=as_json)
        if refused := refusals.of(run.environment, planned):
            raise RefusedError(*map(refusals.described, refused), "nothing was changed")
        summary.tell(run, planned)
        approval.ask(f"apply this to {run.environment.name}?")
        run = approved.held_to(run, planned)
    done = rollout.in_waves(run, gatekeeper) if gatekeeper else rollout.all_at_once(run)
    return rollout.conclude(run, done, tells_changes=tells_changes, as_json=as_json)
