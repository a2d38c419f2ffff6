"""A rule that is set aside, loudly."""

from pydantic import Field

from backstay.topology.forms import Day, Reason
from backstay.topology.spec import Spec


class Waiver(Spec):
    """Sets a rule aside for a time, with a reason that a reviewer can judge."""

    rule: str = Field(min_length=1)
    """The rule's id, as errors print it."""

    reason: Reason
    """Why the risk is taken."""

    until: Day
    """The last day on which the waiver holds."""
