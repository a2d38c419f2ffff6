"""The arguments and options that verbs share."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_PARALLELISM = 4

EnvironmentArgument = Annotated[
    str, typer.Argument(metavar="ENV", help="An environment's name (environments/ENV.yaml) or the path of its file.")
]
StackOption = Annotated[
    list[str] | None,
    typer.Option("--stack", metavar="GLOB", help="Only stacks whose name matches; may be given several times."),
]
ParallelismOption = Annotated[
    int, typer.Option("--parallelism", min=1, metavar="N", help="How many stacks run side by side.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document to stdout at the end; progress goes to stderr.")
]
MirrorOption = Annotated[
    Path | None,
    typer.Option(
        "--provider-mirror",
        metavar="DIR",
        help="A directory of providers to install from instead of the registry; "
        "also by BACKSTAY_PROVIDER_MIRROR. `terraform providers mirror DIR` makes one.",
    ),
]
SandboxOption = Annotated[
    bool, typer.Option("--sandbox", help="Work against the embedded cloud on this machine instead of a real account.")
]
ApproveOption = Annotated[
    bool, typer.Option("--auto-approve", help="Do not ask. Needed where there is no terminal to ask on.")
]
RefreshOption = Annotated[bool, typer.Option("--refresh/--no-refresh", help="Read the real resources before planning.")]
DetailedOption = Annotated[
    bool, typer.Option("--detailed-exitcode", help="Exit with 2 instead of 0 when something was changed.")
]
ChangesOption = Annotated[
    Path | None,
    typer.Option("--changes", metavar="FILE", help="Write what was found to this file, as JSON without values."),
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="REGION",
        help="Leave out a region that is lost, by role or name, and ask nothing of it; may be given several times.",
    ),
]
UnprivilegedOption = Annotated[
    bool,
    typer.Option(
        "--unprivileged",
        help="Ask for no secret and enter no cluster, as whoever only plans for a pipeline; what cannot be planned so "
        "is withheld, with the reason.",
    ),
]
FailedOverOption = Annotated[
    list[str] | None,
    typer.Option(
        "--failed-over",
        metavar="REGION",
        help="Run a region's stacks with the copies of their states that `backstay state failover` has made; "
        "may be given several times.",
    ),
]
