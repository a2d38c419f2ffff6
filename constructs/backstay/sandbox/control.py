"""How the sandbox's own commands talk to the running emulator: a path that no AWS request can have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backstay.sandbox.outage import Outages, Symptom
from backstay.sandbox.seeds import plant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from backstay.sandbox.pace import Pace
    from backstay.sandbox.usage import Usage

# No bucket name, and so no path-style S3 request, may begin with an underscore.
PATH = "/_backstay/"


class Control:
    """Answers the control path inside the emulator's process."""

    def __init__(self, *, identity: str, outages: Outages, pace: Pace, usage: Usage, reset: Callable[[], None]) -> None:
        self._identity = identity
        self._outages = outages
        self._pace = pace
        self._usage = usage
        self._reset = reset
        self._verbs: dict[tuple[str, str], Callable[[dict[str, Any]], None]] = {
            ("GET", "status"): lambda _: None,
            ("POST", "reset"): lambda _: self._start_afresh(),
            ("POST", "lose"): lambda given: outages.lose(given["region"], Symptom(given["symptom"])),
            ("POST", "restore"): lambda given: outages.restore(given["region"]),
            ("POST", "hasten"): lambda given: self._hasten(given["times"]),
            ("POST", "seed"): lambda given: plant(given["account"], given["seeds"]),
        }

    def answers(self, environ: WSGIEnvironment) -> bool:
        """Whether a request is meant for the control path."""
        return environ["PATH_INFO"].startswith(PATH)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse, body: bytes) -> Iterable[bytes]:
        """Do what was asked and answer with the emulator's status."""
        verb = self._verbs.get((environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(PATH)))
        if verb is None:
            start_response("404 Not Found", [])
            return []
        verb(json.loads(body or b"{}"))
        known = {"identity": self._identity, "lost": self._outages.lost} | self._usage.as_json()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(known).encode()]

    def _hasten(self, times: float) -> None:
        self._pace.times = times

    def _start_afresh(self) -> None:
        self._outages.restore_all()
        self._pace.times = 1
        self._usage.forget()
        self._reset()
