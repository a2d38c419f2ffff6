"""What must hold between the values of an environment: one rule per function, each with an id."""

from datetime import date

from backstay.topology.environment import Environment
from backstay.topology.rules import capacity, identity, placement, traffic  # noqa: F401  (they register their rules)
from backstay.topology.rules.rule import RULES, Rule, Violation

__all__ = ["RULES", "BrokenRulesError", "Rule", "Violation", "enforce", "violations"]


class BrokenRulesError(ValueError):
    """An environment breaks rules; all of them are in `violations`."""

    def __init__(self, found: list[Violation]) -> None:
        super().__init__("\n".join(str(violation) for violation in found))
        self.violations = found


def violations(environment: Environment, *, today: date, unreadable: frozenset[str] = frozenset()) -> list[Violation]:
    """Every rule that the environment breaks and does not waive.

    Args:
        environment: what to examine.
        today: the date that end dates are compared with.
        unreadable: keys whose values could not be read; rules that depend on one of them are left out.
    """
    waived = {waiver.rule for waiver in environment.waivers if waiver.until >= today}
    return [
        violation
        for rule in RULES.values()
        if not (rule.reads & unreadable) and not (rule.waivable and rule.id in waived)
        for violation in rule.examine(environment, today)
    ]


def enforce(environment: Environment, *, today: date) -> None:
    """Refuse an environment that breaks a rule.

    Raises:
        BrokenRulesError: with every broken rule.
    """
    if found := violations(environment, today=today):
        raise BrokenRulesError(found)
