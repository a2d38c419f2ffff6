"""The door of the embedded cloud: what every request passes before the emulator answers it."""

from __future__ import annotations

import io
import logging
import re
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, NoReturn

from backstay.sandbox import faults
from backstay.sandbox.accounts import emulated_account
from backstay.sandbox.api_error import ApiError
from backstay.sandbox.outage import Outages, Symptom
from backstay.sandbox.replay import Replay, attempt
from backstay.sandbox.signature import credential_scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from backstay.sandbox.control import Control
    from backstay.sandbox.signature import CredentialScope
    from backstay.sandbox.stand_ins.routing import StandIns
    from backstay.sandbox.usage import Usage

_log = logging.getLogger(__name__)

_LOST = ApiError("503 Service Unavailable", "ServiceUnavailable", "the region is lost")


class Gateway:
    """Refuse what a lost region would refuse, answer what the emulator cannot, pass on the rest.

    One request at a time reaches the emulator: moto's stores are not safe under Terraform's parallel
    applies, and a failed answer makes the SDK repeat a create that had succeeded.
    """

    def __init__(
        self,
        emulator: WSGIApplication,
        *,
        stand_ins: StandIns,
        outages: Outages,
        usage: Usage,
        control: Control,
    ) -> None:
        self._emulator = emulator
        self._stand_ins = stand_ins
        self._outages = outages
        self._usage = usage
        self._control = control
        self._replay = Replay()
        self._one_at_a_time = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request and write a line about it."""
        body = _take_body(environ)
        scope = credential_scope(environ)
        arrived = time.monotonic()
        status = "hung up"
        head: list[tuple[str, str]] = []

        def start(said: str, headers: list[tuple[str, str]], *_rest: Any) -> Any:
            nonlocal status
            status = said
            head[:] = headers

        try:
            whole = b"".join(self._answer(environ, start, scope, body))
            start_response(status, [*head, *_length(environ, status, head, whole)])
            return [whole]
        finally:
            signed = f"{scope.region} {scope.service}" if scope else "unsigned"
            took_ms = (time.monotonic() - arrived) * 1000
            again = f", try {number}" if (number := attempt(environ)) > 1 else ""
            _log.info("%s %s: %s (%.0f ms%s)", signed, _called(environ, body), status, took_ms, again)

    def _answer(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        scope: CredentialScope | None,
        body: bytes,
    ) -> Iterable[bytes]:
        if self._control.answers(environ):
            with self._one_at_a_time:
                return self._control(environ, start_response, body)
        refusal = self._outages.refusal(scope, bucket_region=_bucket_region(scope, environ)) if scope else None
        if scope and refusal:
            region, symptom = refusal
            self._usage.refused(region)
            if symptom is Symptom.SILENT:
                _hang_up(environ)
            return _LOST.answer(environ, start_response, service=scope.service)

        def carry_out(start: StartResponse) -> Iterable[bytes]:
            return self._carry_out(environ, start, scope, body)

        with self._one_at_a_time:
            return self._replay.answer(environ, start_response, carry_out)

    def _carry_out(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        scope: CredentialScope | None,
        body: bytes,
    ) -> Iterable[bytes]:
        answer = self._stood_in(environ, scope, body) if scope else None
        service = scope.service if scope else ""
        if answer is None:
            return faults.explained(self._emulator, environ, start_response, service=service)
        if isinstance(answer, ApiError):
            return answer.answer(environ, start_response, service=service)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [answer]

    def _stood_in(self, environ: WSGIEnvironment, scope: CredentialScope, body: bytes) -> bytes | ApiError | None:
        self._usage.called(scope.service)
        found = self._stand_ins.find(environ, scope, body)
        answer = found.answer() if found else None
        if found and answer:
            self._usage.stood_in(found.service, found.operation)
        return answer


def _length(
    environ: WSGIEnvironment, status: str, head: list[tuple[str, str]], body: bytes
) -> Iterable[tuple[str, str]]:
    """The length of a body, where its answer may have one and does not say it: so it needs no chunks."""
    is_said = any(name.lower() == "content-length" for name, _ in head)
    if not is_said and environ["REQUEST_METHOD"] != "HEAD" and not status.startswith(("204", "304")):
        yield "Content-Length", str(len(body))


def _called(environ: WSGIEnvironment, body: bytes) -> str:
    """The operation, where the request names it, else method and path."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return target.rpartition(".")[2]
    if action := re.search(rb"(?:^|&)Action=(\w+)", body[:4096]):
        return action[1].decode()
    return f"{environ['REQUEST_METHOD']} {environ['REQUEST_URI']}"


def _bucket_region(scope: CredentialScope, environ: WSGIEnvironment) -> str | None:
    """Where the bucket that a request names was made; None when it names none that there is."""
    if scope.service != "s3":
        return None
    from moto.s3.models import s3_backends

    account = emulated_account(scope.access_key)
    bucket = s3_backends[account]["aws"].buckets.get(environ["PATH_INFO"].strip("/").partition("/")[0])
    return bucket.region_name if bucket else None


def _take_body(environ: WSGIEnvironment) -> bytes:
    """Read the body before the lock is taken, so that a slow upload holds up nobody."""
    if not environ.get("CONTENT_LENGTH"):
        return b""
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _hang_up(environ: WSGIEnvironment) -> NoReturn:
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("the region is lost")
