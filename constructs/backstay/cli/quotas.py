"""`backstay quotas`."""

from typing import TYPE_CHECKING, Any

import typer

from backstay.cli.failures import reported
from backstay.cli.options import EnvironmentArgument, JsonOption
from backstay.cli.status import Status

if TYPE_CHECKING:
    from backstay.topology import Environment


def quotas(environment: EnvironmentArgument, as_json: JsonOption = False) -> None:
    """Show how much quota each region needs to grow to its full size, and how to ask for it.

    A new account may run next to no GPUs, and more takes days to get: ask before the first deployment. What others run
    in the same account comes on top. Nothing is asked of any cloud; each region's alarms watch its quotas.
    """
    with reported("quotas", as_json=as_json):
        raise typer.Exit(_quotas(environment, as_json))


def _quotas(given: str, as_json: bool) -> Status:
    from backstay.cli import console
    from backstay.cli.project import Project

    project = Project()
    environment = project.environment(project.environment_file(given))
    entries = [_entry(environment, role) for role in environment.regions]
    if as_json:
        document = {"command": "quotas", "environment": environment.name, "exit_status": 0, "regions": entries}
        console.write_json(document)
    else:
        _show(entries)
    return Status.SUCCESS


def _entry(environment: "Environment", role: str) -> dict[str, Any]:
    from backstay.topology.catalog import catalog
    from backstay.topology.quotas import vcpus_needed

    region = environment.regions[role]
    return {
        "role": role,
        "cloud": str(region.cloud),
        "region": region.region,
        "known": bool(catalog(region.cloud).quotas),
        "quotas": [
            {"code": quota.code, "name": quota.name, "vcpus": vcpus} for quota, vcpus in vcpus_needed(region).items()
        ],
    }


def _show(entries: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from backstay.cli import console

    out = console.stdout()
    table = Table(box=None, pad_edge=False)
    for column in ("role", "region", "quota", "code", "vCPUs"):
        table.add_column(column, overflow="fold")
    for entry in entries:
        for quota in entry["quotas"]:
            table.add_row(entry["role"], entry["region"], quota["name"], quota["code"], str(quota["vcpus"]))
    if table.row_count:
        out.print(table)
    for entry in entries:
        if not entry["known"]:
            console.say(
                out, f"{entry['region']}: Backstay does not know the quotas of {entry['cloud']}; its console does"
            )
        elif not entry["quotas"]:
            console.say(out, f"{entry['region']}: no GPU machines that a quota counts")
    commands = [_request(entry["region"], quota) for entry in entries for quota in entry["quotas"]]
    if commands:
        console.say(out, "To ask for them, where the account has less:")
        for command in commands:
            console.say(out, command)


def _request(region: str, quota: dict[str, Any]) -> str:
    return (
        f"aws service-quotas request-service-quota-increase --region {region} --service-code ec2 "
        f"--quota-code {quota['code']} --desired-value {quota['vcpus']}"
    )
