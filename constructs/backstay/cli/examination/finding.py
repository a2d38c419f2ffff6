"""One thing that was looked at, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from backstay.cli import console
from backstay.topology import Cloud

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = {Cloud.AWS: "AWS", Cloud.AZURE: "Azure", Cloud.GOOGLE: "Google Cloud"}
"""What people call the clouds."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` when something is to be done about it."""

    subject: str
    found: str
    advice: str = ""
    is_needed: bool = False
    """Whether the sandbox cannot run without it."""

    @property
    def blocks_the_sandbox(self) -> bool:
        """Say whether it is needed and not as it has to be."""
        return self.is_needed and bool(self.advice)

    def as_json(self) -> dict[str, Any]:
        """Return it for --json."""
        return {
            "subject": self.subject,
            "found": self.found,
            "advice": self.advice or None,
            "blocks_the_sandbox": self.blocks_the_sandbox,
        }


def show(findings: Sequence[Finding]) -> None:
    """Print the findings as a table, each with what to do about it."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        state, style = ("ok", "green") if not finding.advice else ("missing", "red")
        if finding.advice and not finding.is_needed:
            state, style = "note", "yellow"
        table.add_row(f"[{style}]{state}[/]", finding.subject, escape(finding.found))
        if finding.advice:
            table.add_row("", "", f"[bold]{escape(finding.advice)}[/]")
    console.stdout().print(table)
