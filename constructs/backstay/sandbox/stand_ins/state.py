"""What stand-ins remember where moto has nothing that it could hang on."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from backstay.sandbox.api_error import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from backstay.sandbox.stand_ins.routing import Call

Thing: TypeAlias = dict[str, Any]
"""A resource as its Describe or Get operation returns it."""

Things: TypeAlias = dict[str, Thing]
"""Resources by the name, id or ARN that their operations take."""

T = TypeVar("T")


class State(Generic[T]):
    """The state of one service: one for each account and region, or one for each account.

    `make` makes an empty one.
    """

    _all: list[State[Any]] = []  # noqa: RUF012 - filled by every instance, on purpose

    def __init__(self, make: Callable[[], T], *, is_global: bool = False) -> None:
        self._of: defaultdict[tuple[str, str], T] = defaultdict(make)
        self._is_global = is_global
        self._all.append(self)

    def of(self, call: Call) -> T:
        """The state that a call is about."""
        return self._of[call.account, "" if self._is_global else call.region]

    @classmethod
    def forget_all(cls) -> None:
        """Begin anew, for every service."""
        for state in cls._all:
            state._of.clear()


def not_found(what: str, *, code: str = "ResourceNotFoundException") -> ApiError:
    """The error for what is not there."""
    return ApiError("404 Not Found", code, f"Not found: {what}")


def found(things: Things, key: str, *, code: str = "ResourceNotFoundException") -> Thing:
    """The thing of that name, id or ARN.

    Raises ApiError with `code` when there is none.
    """
    if key not in things:
        raise not_found(key, code=code)
    return things[key]


def removed(things: Things, key: str, *, code: str = "ResourceNotFoundException") -> Thing:
    """The thing of that name, id or ARN, which is there no longer.

    Raises ApiError with `code` when there was none.
    """
    thing = found(things, key, code=code)
    del things[key]
    return thing


def now() -> float:
    """The time, in seconds, as services write it."""
    return round(time.time(), 3)
