"""A repeated call is answered, not carried out again."""

from __future__ import annotations

from typing import Any

import pytest

from backstay.sandbox.replay import Replay


class Counter:
    """A service whose every call makes one more thing, or fails while told to."""

    def __init__(self) -> None:
        self.made = 0
        self.status = "200 OK"

    def __call__(self, start: Any) -> list[bytes]:
        self.made += 1
        start(self.status, [("Content-Type", "text/plain")])
        return [f"thing {self.made}".encode()]


@pytest.fixture
def service() -> Counter:
    return Counter()


@pytest.fixture
def replay() -> Replay:
    return Replay()


def call(replay: Replay, service: Counter, invocation: str | None, attempt: int) -> tuple[str, bytes]:
    environ: dict[str, Any] = {"HTTP_AMZ_SDK_REQUEST": f"attempt={attempt}; max=3"}
    if invocation:
        environ["HTTP_AMZ_SDK_INVOCATION_ID"] = invocation
    said: list[str] = []
    body = replay.answer(environ, lambda status, _headers: said.append(status), service)
    return said[0], b"".join(body)


def test_second_try_gets_the_answer_of_the_first(replay: Replay, service: Counter) -> None:
    first = call(replay, service, "a", 1)
    assert call(replay, service, "a", 2) == first
    assert service.made == 1


def test_another_call_is_carried_out(replay: Replay, service: Counter) -> None:
    call(replay, service, "a", 1)
    assert call(replay, service, "b", 1) == ("200 OK", b"thing 2")


def test_second_try_of_what_failed_is_carried_out(replay: Replay, service: Counter) -> None:
    service.status = "500 Internal Server Error"
    call(replay, service, "a", 1)
    service.status = "200 OK"
    assert call(replay, service, "a", 2) == ("200 OK", b"thing 2")


def test_second_try_of_what_never_arrived_is_carried_out(replay: Replay, service: Counter) -> None:
    assert call(replay, service, "a", 2) == ("200 OK", b"thing 1")


def test_calls_without_an_id_are_all_carried_out(replay: Replay, service: Counter) -> None:
    call(replay, service, None, 1)
    assert call(replay, service, None, 2) == ("200 OK", b"thing 2")


def test_old_answers_are_forgotten(replay: Replay, service: Counter) -> None:
    for number in range(1000):
        call(replay, service, f"call {number}", 1)
    assert call(replay, service, "call 999", 2) == ("200 OK", b"thing 1000")
    assert call(replay, service, "call 0", 2) == ("200 OK", b"thing 1001")
