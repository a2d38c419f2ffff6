"""Something that a repository needs before its workflows can plan and apply."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Whether it is there."""

    READY = "ready"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Need:
    """One need, what was found of it, and what to do unless it is ready."""

    subject: str
    state: State
    found: str
    advice: str = ""


def ready(subject: str, found: str) -> Need:
    """It is there."""
    return Need(subject, State.READY, found)


def missing(subject: str, found: str, advice: str) -> Need:
    """It is not as it has to be."""
    return Need(subject, State.MISSING, found, advice)


def unknown(subject: str, why: str, advice: str) -> Need:
    """Nobody could look."""
    return Need(subject, State.UNKNOWN, f"unknown: {why}", advice)
