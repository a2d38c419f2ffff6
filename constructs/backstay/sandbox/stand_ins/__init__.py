"""Stand-ins: operations that the emulator lacks, which store and return what they were sent."""

from importlib import import_module

from backstay.sandbox.stand_ins.routing import Service

_SERVICES = ("eks",)


def services() -> tuple[Service, ...]:
    """Every service that is stood in for; needs no emulator, unlike answering a request."""
    return tuple(import_module(f"{__name__}.{name}").SERVICE for name in _SERVICES)
