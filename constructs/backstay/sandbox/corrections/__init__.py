"""Corrections: where moto models an AWS API wrongly, the running emulator is put right.

Each is one function that patches moto's private code, so moto is pinned. `tests/sandbox/corrections` holds
the fault against the emulator as it comes: when a newer moto gets it right, that test says so and the
correction goes.
"""

from importlib import import_module

from backstay.sandbox.corrections.registry import Correction, registered

_SERVICES = (
    "application_autoscaling",
    "autoscaling",
    "backup",
    "cloudformation",
    "dynamodb",
    "ec2",
    "eks",
    "kms",
    "monitoring",
    "rds",
    "route53",
    "s3",
    "secretsmanager",
    "sqs",
    "states",
)


def load() -> tuple[Correction, ...]:
    """Every correction; needs no emulator, unlike applying one."""
    for service in _SERVICES:
        import_module(f"{__name__}.{service}")
    return registered()


__all__ = ["Correction", "load"]
