"""By what a pipeline knows that a region serves, before it goes on to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backstay.topology import Cloud, Environment, Region
from backstay.topology.entrances import entrances
from backstay.topology.monitoring import UNFIT

URL_TEMPLATE = "https://{host}{path}"
"""Where a region is asked for its health: its own name, as clients do."""

_PLACEHOLDERS = {"host": "llm.example.com", "path": "/health", "region": "us-east-1", "role": "primary"}

# An alarm looks at whole minutes, so that asking more often tells nothing new, and one minute may be the old one.
_ALARM_SECONDS = 60
_ALARM_ANSWERS = 3


class Signal(StrEnum):
    """What says that a region serves."""

    URL = "url"
    """It answers its deep health path at its own name."""

    ALARM = "alarm"
    """Its own alarm, which goes off when it should not serve, is quiet; on AWS."""

    NONE = "none"
    """Nothing; the deployment goes on without knowing."""


@dataclass(frozen=True)
class Gate:
    """What has to be good in a region before the deployment goes on to the next.

    Attributes:
        region: the cloud's name for the region.
        signal: what says so.
        asks: the address, or the alarm's name.
        why: why it is this signal, where that is not the usual one.
        threshold: how many good answers in a row it takes.
        interval: seconds from one question to the next.
        opened_by_routing: whether the address exists only when routing has been deployed.
    """

    region: str
    signal: Signal
    asks: str = ""
    why: str = ""
    threshold: int = 1
    interval: float = 0
    opened_by_routing: bool = False


def gates(
    environment: Environment,
    roles: Sequence[str] = (),
    *,
    signal: Signal | None = None,
    template: str = URL_TEMPLATE,
) -> Mapping[str, Gate]:
    """The gate of each region, by its role.

    Without a `signal`, a region that clients can reach is asked at its own name. Of one that they cannot reach, on AWS
    its own alarm is asked. Where there is neither, nothing is, and the gate says why.

    Args:
        environment: what the regions are of.
        roles: only those that play these; by default all.
        signal: the one signal for all.
        template: how an address is made of a region's `{host}`, `{path}`, `{region}` and `{role}`.

    Raises:
        ValueError: when the template has other placeholders, or a region cannot give the signal.
    """
    try:
        template.format(**_PLACEHOLDERS)
    except (KeyError, IndexError, ValueError) as error:
        allowed = ", ".join(f"{{{name}}}" for name in _PLACEHOLDERS)
        raise ValueError(f"{template!r} is no template of addresses ({error}); it may hold {allowed}") from error
    wanted = roles or tuple(environment.regions)
    return {role: _gate(environment, role, environment.regions[role], signal, template) for role in wanted}


def _gate(environment: Environment, role: str, region: Region, signal: Signal | None, template: str) -> Gate:
    entrance, check = entrances(environment).get(role), environment.service.health_check
    idle = "" if _keeps_running(region) else "it keeps no copy of the service running that could answer"
    unreached = "" if entrance else "clients outside cannot reach it"
    chosen, why = signal or Signal.URL, "as was asked for" if signal is Signal.NONE else ""
    if signal is None and (idle or unreached):
        chosen = Signal.NONE if idle or region.cloud is not Cloud.AWS else Signal.ALARM
        why = idle or unreached
        if chosen is Signal.NONE and unreached and not idle:
            why = f"{why}, and it has no alarm that says whether it should serve"
    match chosen:
        case Signal.NONE:
            return Gate(region.region, chosen, why=why)
        case Signal.ALARM if region.cloud is not Cloud.AWS:
            raise ValueError(f"{region.region} on {region.cloud} has no alarm that says whether it should serve")
        case Signal.ALARM:
            threshold = max(_ALARM_ANSWERS, check.threshold)
            return Gate(region.region, chosen, environment.names.alarm(UNFIT), why, threshold, _ALARM_SECONDS)
        case Signal.URL:
            host = environment.names.regional_host(environment.service.host, region.location)
            asks = template.format(host=host, path=check.path, region=region.region, role=role)
            if not entrance and "{host}" in template:
                raise ValueError(
                    f"clients outside cannot reach {region.region}, which has no name of its own; make its fleet "
                    "public, name its `entrance`, or ask at another address"
                )
            later = entrance is not None and entrance.target is not None
            return Gate(region.region, chosen, asks, why, check.threshold, check.interval.seconds, later)


def _keeps_running(region: Region) -> bool:
    in_cluster = region.cluster is not None and region.llm_service.replicas > 0
    return in_cluster or region.instances is not None or (region.fleet is not None and region.fleet.desired > 0)
