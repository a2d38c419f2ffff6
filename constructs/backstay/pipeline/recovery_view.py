"""What a change does to an environment's recovery: its regions, their roles and shares, and what checks find anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.pipeline import findings as findings_of
from backstay.pipeline.markdown import Section, code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backstay.pipeline.findings import Finding
    from backstay.topology import Environment, Region


def regions(environment: Environment, base: Environment | None) -> Section:
    """The regions as they will be; with the environment before the change, what was different."""
    before = base.regions if base else environment.regions
    gone = {role: region for role, region in before.items() if role not in environment.regions}
    shown = {**environment.regions, **gone}
    return Section(
        before="### Regions\n\n| role | region | status | traffic | |\n| --- | --- | --- | ---: | --- |",
        lines=[
            f"| {role} | {region.cloud} {region.region} | {_row(environment.regions.get(role), before.get(role))} |"
            for role, region in shown.items()
        ],
        more="| and {number} more | | | | |",
        rank=1,
    )


def findings(found: Sequence[Finding], before: Sequence[Finding]) -> Section:
    """What checks find that they did not find before, and how much less."""
    fresh = findings_of.new(found, before)
    mended = findings_of.gone(found, before)
    less = f"{mended} {'is' if mended == 1 else 'are'} gone." if mended else ""
    if not fresh:
        return Section(before=f"### Checks\n\nNo new findings. {less}".rstrip())
    number = "One new finding" if len(fresh) == 1 else f"{len(fresh)} new findings"
    return Section(
        before=f"### Checks\n\n**{number}.** {less}".rstrip() + "\n",
        lines=[
            f"- {code(finding.severity)}: {code(finding.rule)} in {_place(finding)}: {code(finding.message)}"
            for finding in fresh
        ],
        rank=2,
    )


def _place(finding: Finding) -> str:
    """The stack says which region it is, since a resource has the same address in all of them."""
    return " of ".join(code(part) for part in (finding.address, finding.stack) if part)


def _row(after: Region | None, before: Region | None) -> str:
    cells = [
        _change(before and str(before.status), after and str(after.status)),
        _change(before and str(before.traffic), after and str(after.traffic)),
        ", ".join(_remarks(after, before)),
    ]
    return " | ".join(cells)


def _change(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return before or after or ""
    return after if before == after else f"{before} → **{after}**"


def _remarks(after: Region | None, before: Region | None) -> Iterator[str]:
    if before is None:
        yield "**new**"
    elif after is None:
        # A stack that is synthesized no more is neither planned nor destroyed.
        yield "**no longer in the file**; what stands there stays until it is destroyed"
    elif before.location != after.location:
        yield f"**was {before.cloud} {before.region}**"
