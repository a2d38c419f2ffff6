"""What the environment promises."""

from typing import Annotated, Literal

from backstay.topology.forms import WHOLE
from backstay.topology.quantities import Duration, Percentage
from backstay.topology.spec import Spec


class ObjectivesSpec(Spec):
    """What people may count on when a region is lost."""

    availability: Percentage = Percentage.parse("99.99%")
    """The share of time in which the service answers."""

    rto: Duration = Duration.parse("15m")
    """Recovery time objective: the longest interruption."""

    rpo: Duration = Duration.parse("1m")
    """Recovery point objective: the most data, in time, that may be lost."""

    tier: Annotated[Literal[1, 2, 3], WHOLE] = 1
    """How much hangs on the service: 1 is critical, and its standby regions keep GPUs running or reserved."""
