"""`backstay doctor`."""

from typing import Annotated

import typer

from backstay.cli.failures import reported
from backstay.cli.options import MirrorOption
from backstay.cli.status import Status


def doctor(
    provider_mirror: MirrorOption = None,
    ci: Annotated[
        bool, typer.Option("--ci", help="Look instead at what the repository lacks for its workflows to deploy.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")] = False,
) -> None:
    """Say what was found of all that Backstay needs, and what to do about what is missing.

    That is the machine's Python, Node and Terraform, and for each cloud the bindings, the provider, the credentials
    and the commands that get tokens for its clusters. Exits with 0 when the sandbox can run here.

    With --ci it is the workflows, the lock file, the environments' pipeline sections, and the settings on GitHub, which
    it reads with GITHUB_TOKEN. Exits with 0 when nothing is known to be missing.
    """
    with reported("doctor", as_json=as_json):
        from backstay.cli import console, examination

        if ci:
            raise typer.Exit(_examine_ci(as_json=as_json))
        findings = examination.examine(provider_mirror)
        blocked = [finding for finding in findings if finding.blocks_the_sandbox]
        status = Status.FAILURE if blocked else Status.SUCCESS
        if as_json:
            entries = [finding.as_json() for finding in findings]
            console.write_json({"command": "doctor", "exit_status": int(status), "findings": entries})
        else:
            examination.show(findings)
            names = ", ".join(finding.subject for finding in blocked)
            verdict = f"the sandbox cannot run here for want of: {names}" if blocked else "the sandbox can run here"
            console.say(console.stdout(), verdict)
        raise typer.Exit(status)


def _examine_ci(*, as_json: bool) -> Status:
    from backstay.cli import console
    from backstay.cli.examination import ci
    from backstay.pipeline.need import State

    needs = ci.examine()
    status = Status.FAILURE if any(need.state is State.MISSING for need in needs) else Status.SUCCESS
    if as_json:
        console.write_json({"command": "doctor", "exit_status": int(status), "findings": ci.as_json(needs)})
    else:
        ci.show(needs)
    return status
