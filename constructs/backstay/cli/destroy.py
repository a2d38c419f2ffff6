"""`backstay destroy`."""

from typing import TYPE_CHECKING

import typer

from backstay.cli.failures import reported
from backstay.cli.options import (
    DEFAULT_PARALLELISM,
    ApproveOption,
    DetailedOption,
    EnvironmentArgument,
    JsonOption,
    MirrorOption,
    ParallelismOption,
    RefreshOption,
    SandboxOption,
    StackOption,
)

if TYPE_CHECKING:
    from backstay.cli.runs import Options
    from backstay.cli.status import Status


def destroy(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    parallelism: ParallelismOption = DEFAULT_PARALLELISM,
    provider_mirror: MirrorOption = None,
    refresh: RefreshOption = True,
    sandbox: SandboxOption = False,
    auto_approve: ApproveOption = False,
    detailed_exitcode: DetailedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Destroy what a deploy has created, in the opposite order.

    What keeps data is protected unless the environment is disposable; the stores of the state go only with a
    disposable environment, and last.

    With --sandbox, the embedded cloud is ended too, and nothing is left.
    """
    with reported("destroy", as_json=as_json):
        from backstay.cli.runs import Options

        options = Options(stack or (), parallelism, provider_mirror, refresh)
        if sandbox:
            from backstay.cli import sandboxed

            raise typer.Exit(sandboxed.destroy(environment, options, tells_changes=detailed_exitcode, as_json=as_json))
        raise typer.Exit(_destroy(environment, options, auto_approve, detailed_exitcode, as_json))


def _destroy(given: str, options: "Options", auto_approve: bool, tells_changes: bool, as_json: bool) -> "Status":
    from backstay.cli import approval, console, summary
    from backstay.cli.runs import open_run
    from backstay.terraform import Action, Outcome

    if not auto_approve:
        approval.require_terminal()
    run = open_run(given, options)
    if not run.environment.disposable and run.state_stacks:
        console.say(console.stderr(), "the stores of the state stay: the environment does not say `disposable: true`")
        run = run.only([stack for stack in run.stacks if stack not in run.state_stacks])
    if not auto_approve:
        planned = run.carry_out(Action.PLAN_DESTROY)
        outcomes = {result.outcome for result in planned}
        if outcomes == {Outcome.UNCHANGED} or not all(outcome.is_success for outcome in outcomes):
            return summary.conclude("destroy", run, planned, tells_changes=tells_changes, as_json=as_json)
        summary.show(planned)
        approval.ask_for(run.environment.name, "all of this will be destroyed")
    results = run.carry_out(Action.DESTROY)
    return summary.conclude("destroy", run, results, tells_changes=tells_changes, as_json=as_json)
