"""The door of the embedded cloud: what every request passes before the emulator answers it."""

from __future__ import annotations

import io
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

from backstay.sandbox import faults
from backstay.sandbox.outage import Outages, Symptom
from backstay.sandbox.signature import credential_scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from backstay.sandbox.control import Control
    from backstay.sandbox.stand_ins.routing import StandIns

_LOST = (
    b"<ErrorResponse><Error><Code>ServiceUnavailable</Code>"
    b"<Message>the region is lost</Message></Error></ErrorResponse>"
)


class Gateway:
    """Refuse what a lost region would refuse, answer what the emulator cannot, pass on the rest.

    One request at a time reaches the emulator: moto's stores are not safe under Terraform's parallel
    applies, and a failed answer makes the SDK repeat a create that had succeeded.
    """

    def __init__(self, emulator: WSGIApplication, *, stand_ins: StandIns, outages: Outages, control: Control) -> None:
        self._emulator = emulator
        self._stand_ins = stand_ins
        self._outages = outages
        self._control = control
        self._one_at_a_time = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        body = _take_body(environ)
        if self._control.answers(environ):
            with self._one_at_a_time:
                return self._control(environ, start_response, body)
        scope = credential_scope(environ)
        symptom = self._outages.symptom(scope) if scope else None
        if symptom is Symptom.RESET:
            _reset(environ)
        if symptom:
            start_response("503 Service Unavailable", _headers("text/xml", _LOST))
            return [_LOST]
        with self._one_at_a_time:
            answer = self._stand_ins.answer(environ, scope, body) if scope else None
            if answer is None:
                return faults.explained(self._emulator, environ, start_response)
        start_response(answer.status, _headers("application/json", answer.body) + answer.headers)
        return [answer.body]


def _headers(content_type: str, body: bytes) -> list[tuple[str, str]]:
    return [("Content-Type", content_type), ("Content-Length", str(len(body)))]


def _take_body(environ: WSGIEnvironment) -> bytes:
    """Read the body before the lock is taken, so that a slow upload holds up nobody."""
    if not environ.get("CONTENT_LENGTH"):
        return b""
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _reset(environ: WSGIEnvironment) -> None:
    connection: Any = environ.get("werkzeug.socket")
    if connection is not None:
        # Linger for zero seconds: closing sends a reset instead of an orderly end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionResetError("the region is lost")
