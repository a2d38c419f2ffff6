"""What must hold between the values of an environment: one rule per function, each with an id."""

from datetime import date

from backstay.topology.environment import Environment
from backstay.topology.rules import (  # noqa: F401  (they register their rules)
    capacity,
    data,
    data_loss,
    failover,
    holdings,
    identity,
    links,
    load,
    monitoring,
    placement,
    routing,
    states,
    tags,
    texts,
    traffic,
)
from backstay.topology.rules.rule import RULES, Rule, Violation
from backstay.topology.spec import UnreadableError

__all__ = ["RULES", "BrokenRulesError", "Rule", "Violation", "enforce", "violations"]


class BrokenRulesError(ValueError):
    """An environment breaks rules; all of them are in `violations`."""

    def __init__(self, found: list[Violation]) -> None:
        super().__init__("\n".join(str(violation) for violation in found))
        self.violations = found


def violations(environment: Environment, *, today: date) -> list[Violation]:
    """Every rule that the environment breaks and does not waive.

    Of a partial environment, everything that can be told without the values that could not be read.

    Args:
        environment: what to examine.
        today: the date that end dates are compared with.
    """
    return [
        violation
        for rule in RULES.values()
        if not _is_set_aside(rule, environment, today)
        for violation in rule.examine(environment, today)
    ]


def _is_set_aside(rule: Rule, environment: Environment, today: date) -> bool:
    if not rule.waivable:
        return False
    try:
        return any(waiver.rule == rule.id and waiver.until >= today for waiver in environment.waivers)
    except UnreadableError:
        return True  # by the waiver that cannot be read, perhaps


def enforce(environment: Environment, *, today: date) -> None:
    """Refuse an environment that breaks a rule.

    Raises:
        BrokenRulesError: with every broken rule.
    """
    if found := violations(environment, today=today):
        raise BrokenRulesError(found)
