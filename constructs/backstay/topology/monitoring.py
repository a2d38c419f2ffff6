"""Who is told of what goes wrong, and from when on it counts as wrong."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from backstay.topology.forms import Form, between
from backstay.topology.quantities import Duration, Percentage
from backstay.topology.spec import Spec

# The rate at which a month's allowance of errors is gone in two days, at which people are woken
# (https://sre.google/workbook/alerting-on-slos/, table 5-8).
_BURN_RATE = Decimal("14.4")
_MINUTE = 60

UNFIT = "region-unfit"
"""The purpose of the alarm on AWS that goes off when its region should not serve."""

Email = Annotated[
    str,
    Form("an e-mail address", r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,63}", ("oncall@example.com",), 254),
]
TopicArn = Annotated[
    str,
    Form(
        "the ARN of an SNS topic",
        r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
        ("arn:aws:sns:us-east-1:123456789012:oncall",),
    ),
]


class MonitoringSpec(Spec):
    """Alarms: who hears of them, and where their thresholds lie. Each region watches itself, and the others."""

    emails: tuple[Email, ...] = ()
    """Who is told by e-mail, by every region. Each region asks each address to confirm, and tells it nothing before."""

    topics: tuple[TopicArn, ...] = ()
    """Topics of your own, to which a pager listens, say: each is told by the alarms of its own region only."""

    latency: Annotated[Duration, between(Duration.parse("1s"), Duration.parse("1h"))] = Duration.parse("60s")
    """The longest that the slowest hundredth of requests may take until the service begins to answer.

    The default is an answer of 290 tokens that is not streamed, at the slowest that MLPerf Inference accepts of Llama 2
    70B: 2 s to the first token and 0.2 s for each further one (https://mlcommons.org/2024/03/mlperf-llama2-70b/).
    """

    errors: Percentage | None = None
    """The share of failing requests at which people are told; by default 14.4 times what `objectives.availability`
    allows, which spends a month's allowance in two days (https://sre.google/workbook/alerting-on-slos/)."""

    failing: Percentage = Percentage.parse("50%")
    """The share of failing requests at which a region had better not serve: by default, when it fails most of them."""

    certificate_days: int = Field(strict=True, default=30, ge=1, le=59)
    """Days before a certificate ends at which people are told; ACM renews its own from the 60th on, so that something
    stands in its way (https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html)."""

    silence: Annotated[Duration, between(Duration.parse("1m"), Duration.parse("30m"))] = Duration.parse("3m")
    """How long another region has to be silent and out of reach before it counts as lost, in whole minutes: how often
    CloudWatch looks."""

    def errors_at(self, availability: Percentage) -> Percentage:
        """The share of failing requests at which people are told, given what is promised."""
        return self.errors or Percentage(min(Decimal(100), (100 - availability.percent) * _BURN_RATE))

    def topics_in(self, region: str) -> tuple[str, ...]:
        """The topics that alarms of a region can tell."""
        return tuple(topic for topic in self.topics if topic.split(":")[3] == region)

    def contradiction(self) -> str | None:
        """Silence is measured in whole minutes."""
        if self.silence.seconds % _MINUTE:
            return f"silence {self.silence} is not a number of whole minutes; write it as such, like 3m"
        return None
