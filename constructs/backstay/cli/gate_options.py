"""The options by which a deployment goes region after region, and by what it knows that each serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from backstay.cli.failures import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backstay.cli.gatekeeper import Gatekeeper
    from backstay.pipeline.health_gate import Gate
    from backstay.topology import Environment

WavesOption = Annotated[
    bool,
    typer.Option(
        "--waves",
        help="Deploy region after region, standby ones first, and stop at the first that fails or does not serve.",
    ),
]
HealthGateOption = Annotated[
    Literal["url", "alarm", "none"] | None,
    typer.Option(
        "--health-gate",
        help="How to know that a region serves: `url` asks its deep health path, `alarm` reads its own alarm (AWS), "
        "`none` goes on without knowing. By default `url` where clients can reach the region, else `alarm` on AWS.",
    ),
]
HealthWaitOption = Annotated[
    str, typer.Option("--health-wait", metavar="TIME", help="How long a region may take to serve, such as 20m.")
]
UrlTemplateOption = Annotated[
    str | None,
    typer.Option(
        "--url-template",
        metavar="URL",
        help="Where to ask instead of https://{host}{path}; also {region} and {role}.",
    ),
]

DEFAULT_WAIT = "20m"
"""A machine with a GPU may take 15 minutes to be there, and then loads its weights."""


@dataclass(frozen=True)
class GateOptions:
    """What the command line said about how to know that a region serves."""

    health_gate: str | None = None
    health_wait: str = DEFAULT_WAIT
    url_template: str | None = None

    @property
    def are_given(self) -> bool:
        """Whether anything was said."""
        return self != GateOptions()

    @property
    def wait_seconds(self) -> int:
        """How long a region may take to serve.

        Raises:
            RefusedError: it is no duration.

        """
        from backstay.topology import Duration

        try:
            return Duration.parse(self.health_wait).seconds
        except ValueError as error:
            raise RefusedError(f"{error}; write it as 30s, 20m or 1h") from error

    def keeper(self, environment: Environment, roles: Sequence[str] = ()) -> Gatekeeper:
        """Return who asks each region whether it serves, or only those that play these roles.

        Raises:
            RefusedError: a region cannot be asked so, or what is needed to ask is not installed.

        """
        from backstay.cli.gatekeeper import Gatekeeper

        return Gatekeeper(environment, self.gates(environment, roles), self.wait_seconds)

    def gates(self, environment: Environment, roles: Sequence[str] = ()) -> Mapping[str, Gate]:
        """Return the gate of each region, or of those that play these roles, by the role.

        Raises:
            RefusedError: a region cannot be asked so, or what is needed to ask is not installed.

        """
        from backstay.pipeline import region_alarm
        from backstay.pipeline.health_gate import URL_TEMPLATE, Signal, gates

        signal = Signal(self.health_gate) if self.health_gate else None
        if self.url_template and signal is None:
            signal = Signal.URL
        try:
            found = gates(environment, roles, signal=signal, template=self.url_template or URL_TEMPLATE)
        except ValueError as error:
            raise RefusedError(f"{error}; --health-gate none goes on without asking") from error
        if not region_alarm.can_be_read() and any(gate.signal is Signal.ALARM for gate in found.values()):
            raise RefusedError(
                "the alarms of regions are read with boto3, which is not installed; install backstay[sandbox], or "
                "give --health-gate none to go on without asking"
            )
        return found
