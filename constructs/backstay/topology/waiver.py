"""A rule that is set aside, loudly."""

from typing import Annotated

from backstay.topology.forms import LABEL, Day, Form, Reason
from backstay.topology.spec import Spec

RuleId = Annotated[str, Form("the id of a rule", LABEL, ("regions-apart",), longest=60)]


class Waiver(Spec):
    """Sets a rule aside for a time, with a reason that a reviewer can judge."""

    rule: RuleId
    """The rule's id, as errors print it."""

    reason: Reason
    """Why the risk is taken."""

    until: Day
    """The last day on which the waiver holds."""
