"""An environment that breaks no rule, to be changed by tests."""

import copy
from datetime import date
from typing import Any

from backstay.topology import Environment, Region
from backstay.topology.rules import violations

TODAY = date(2026, 12, 1)

DATA: dict[str, Any] = {
    "name": "example",
    "namespace": "acme",
    "mode": "active-passive",
    "aws": {"account": "123456789012"},
    "service": {"host": "llm.example.com", "zone": {"name": "example.com", "id": "Z0123456789EXAMPLE"}},
    "state": {"backend": "s3"},
    "monitoring": {"emails": ["oncall@example.com"]},
    "regions": {
        "primary": {
            "cloud": "aws",
            "region": "us-east-1",
            "status": "active",
            "traffic": "100%",
            "llm_service": {"replicas": 2},
            "vector_db": "primary",
        },
        "secondary": {
            "cloud": "aws",
            "region": "eu-west-1",
            "status": "standby",
            "traffic": "0%",
            "vector_db": "replica",
        },
    },
}


class _Absent:
    """Shows itself the same way in every process, as the names of tests must."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


def data(changes: dict[str, Any]) -> dict[str, Any]:
    """The sample's data with values set at dotted paths, or taken out by `ABSENT`."""
    changed = copy.deepcopy(DATA)
    for path, value in changes.items():
        *above, last = path.split(".")
        holder = changed
        for part in above:
            holder = holder.setdefault(part, {})
        if value is ABSENT:
            del holder[last]
        else:
            holder[last] = value
    return changed


def environment(changes: dict[str, Any] | None = None) -> Environment:
    return Environment.model_validate(data(changes or {}))


def standby(**changes: Any) -> Region:
    """The sample's second region, which waits, with other values."""
    return environment({f"regions.secondary.{name}": value for name, value in changes.items()}).regions["secondary"]


def broken(changes: dict[str, Any], *, today: date = TODAY) -> set[str]:
    """The ids of the rules that the changed sample breaks."""
    return {violation.rule for violation in violations(environment(changes), today=today)}
