"""Stand-ins: operations that the emulator lacks, which store and return what they were sent."""

from backstay.sandbox.stand_ins.routing import Service


def services() -> tuple[Service, ...]:
    """Every service that is stood in for; needs no emulator, unlike answering a request."""
    from backstay.sandbox.stand_ins import (  # noqa: F401  (it adds to what it stands in for)
        backup,
        eks,
        globalaccelerator,
        recovery_points,
        routing_controls,
    )

    return (backup.SERVICE, eks.SERVICE, globalaccelerator.SERVICE, *routing_controls.SERVICES)
