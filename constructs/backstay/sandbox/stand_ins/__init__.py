"""Stand-ins: operations that the emulator lacks, which store and return what they were sent."""

from backstay.sandbox.stand_ins.routing import StandIns


def load() -> StandIns:
    """Every stand-in, ready to answer; needs `backstay[sandbox]`."""
    from backstay.sandbox.stand_ins import eks

    return StandIns((eks.SERVICE,))
