"""What the stand-ins for EKS share: the things that hang on a cluster, and go with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from backstay.sandbox.api_error import ApiError
from backstay.sandbox.stand_ins.routing import Call, Service
from backstay.sandbox.stand_ins.state import Thing, Things, now

SERVICE = Service("eks", why="moto has no add-ons, access entries, Pod Identity or version updates")


@dataclass
class Extras:
    """What hangs on one cluster."""

    addons: Things = field(default_factory=dict)
    entries: Things = field(default_factory=dict)
    policies: dict[str, Things] = field(default_factory=dict)
    identities: Things = field(default_factory=dict)


_extras: WeakKeyDictionary[Any, Extras] = WeakKeyDictionary()


def clusters(call: Call) -> dict[str, Any]:
    """The emulator's own clusters, by name."""
    from moto.eks.models import eks_backends

    return eks_backends[call.account][call.region].clusters


def cluster(call: Call, parameter: str = "clusterName") -> Any:
    """The emulator's cluster that the call names."""
    name = call[parameter]
    if name not in clusters(call):
        raise ApiError("404 Not Found", "ResourceNotFoundException", f"No cluster found for name: {name}.")
    return clusters(call)[name]


def extras(call: Call) -> Extras:
    """What hangs on the cluster that the call names."""
    return extras_of(cluster(call))


def extras_of(owner: Any) -> Extras:
    """What hangs on a cluster of the emulator."""
    return _extras.setdefault(owner, Extras())


def in_use(message: str) -> ApiError:
    """The error for what is there already."""
    return ApiError("409 Conflict", "ResourceInUseException", message)


def added(things: Things, key: str, thing: Thing) -> Thing:
    """The thing, stored with its times."""
    if key in things:
        raise in_use(f"Already exists: {key}")
    things[key] = thing | {"createdAt": now(), "modifiedAt": now()}
    return things[key]


def arn(call: Call, kind: str, *parts: str) -> str:
    """The name of something in the caller's account and region."""
    return f"arn:aws:eks:{call.region}:{call.account}:{kind}/{'/'.join(parts)}"


def update(kind: str) -> Thing:
    """The record of an update: done by the time anyone asks."""
    return {
        "id": str(uuid.uuid4()),
        "status": "Successful",
        "type": kind,
        "params": [],
        "errors": [],
        "createdAt": now(),
    }
