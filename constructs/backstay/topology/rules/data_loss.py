"""Rules about data that may be lost."""

from collections.abc import Iterator
from datetime import timedelta

from backstay.topology.rules.rule import Case, Finding, rule

_LONGEST = timedelta(days=31)


@rule("data-loss-brief")
def data_loss_brief(case: Case) -> Iterator[Finding]:
    """A permission that outlives the change it was given for lets a later change lose data."""
    latest = case.today + _LONGEST
    for index, loss in enumerate(case.environment.allow_data_loss):
        if loss.until > latest:
            yield (
                ("allow_data_loss", index, "until"),
                f"data may be lost for {_LONGEST.days} days at most, so until {latest}, and not until {loss.until}",
            )


@rule("data-loss-named")
def data_loss_named(case: Case) -> Iterator[Finding]:
    """A permission for a stack of another environment permits nothing."""
    name = case.environment.name
    for index, loss in enumerate(case.environment.allow_data_loss):
        if not loss.stack.startswith(f"{name}-"):
            yield (
                ("allow_data_loss", index, "stack"),
                f"{loss.stack!r} is no stack of {name!r}, whose stacks have names that begin with {name}-",
            )
