"""What the emulator keeps and answers for, but never carries out, so that a report claims no more than was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_BY_SERVICE = {
    "autoscaling": "machines of a group start at once and run nothing",
    "backup": "nothing is backed up, copied or restored",
    "ec2": "machines run nothing, and networks carry nothing",
    "ecr": "no image is copied",
    "eks": "no node joins a cluster, and nothing runs in one",
    "elasticloadbalancing": "load balancers pass on nothing",
    "events": "no schedule fires",
    "iam": "no right is enforced",
    "monitoring": "no alarm is evaluated, and no service measures anything",
    "rds": "databases hold no rows, and copy none",
    "route53": "health checks ask nobody, and names are not resolved",
    "scheduler": "no schedule fires",
    "sns": "no e-mail is sent",
}


def only_recorded(services: Collection[str]) -> dict[str, str]:
    """What is only recorded of the services that were used, by the names that they are signed for."""
    return {service: what for service, what in _BY_SERVICE.items() if service in services}
