"""`backstay providers`."""

from typing import TYPE_CHECKING, Annotated

import typer

from backstay.cli.failures import reported
from backstay.cli.options import MirrorOption
from backstay.cli.status import Status

if TYPE_CHECKING:
    from pathlib import Path

app = typer.Typer(help="The providers that Terraform uses.", no_args_is_help=True)


@app.callback()
def providers() -> None:
    """The providers that Terraform uses."""


@app.command()
def lock(
    environments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ENV]...", help="Names or paths of environments; all of the project's by default."),
    ] = None,
    platform: Annotated[
        list[str] | None,
        typer.Option(
            "--platform",
            metavar="OS_ARCH",
            help="Whose packages to take the checksums of; may be given several times. "
            "By default Linux and macOS on both architectures; of a mirror, this machine's.",
        ),
    ] = None,
    provider_mirror: MirrorOption = None,
) -> None:
    """Write .terraform.lock.hcl, which fixes the version and the checksums of every provider.

    Commit it: every run of the environment then uses exactly these, and refuses any other. Without it, each run takes
    the newest version that the stacks accept.
    """
    with reported("providers lock"):
        raise typer.Exit(_lock(environments or [], platform or [], provider_mirror))


def _lock(given: list[str], platforms: list[str], provider_mirror: "Path | None") -> Status:
    import os
    import re

    from backstay import environment_file
    from backstay.cli import console
    from backstay.cli.failures import RefusedError
    from backstay.cli.project import OUTDIR, Project
    from backstay.terraform import ProviderMirrorError, binary, lock_file, mirror, settings

    for platform in platforms:
        if not re.fullmatch(r"[a-z0-9]+_[a-z0-9]+", platform):
            raise RefusedError(f"--platform {platform}: it must be an OS and an architecture, such as linux_amd64")
    project = Project()
    names = given or environment_file.names(project.directory)
    if not names:
        raise RefusedError(f"there is no environments/*.yaml in {project.directory.absolute()}")
    terraform = binary.find()
    try:
        found = mirror.find(provider_mirror)
    except ProviderMirrorError as error:
        raise RefusedError(str(error)) from error
    configurations = [
        stack.configuration()
        for name in names
        for stack in project.synthesize(project.environment_file(name), project.directory / OUTDIR)
    ]
    target = project.directory / lock_file.NAME
    lock_file.write(
        target,
        configurations,
        terraform=terraform,
        environment=settings.child_environment(
            folder=project.work / "terraform", mirror=found, environment=os.environ, verifies_downloads=True
        ),
        mirror=found,
        platforms=platforms or ([mirror.current_platform()] if found else lock_file.PLATFORMS),
    )
    console.say(console.stderr(), f"wrote {target}; commit it")
    return Status.SUCCESS
