"""Errors in the form that the caller's SDK can read: each of AWS's protocols has its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

_REST_XML = frozenset({"cloudfront", "route53", "s3"})


@dataclass(eq=False)
class ApiError(Exception):
    """An error that a service returns; `status` is the whole HTTP status line after the version."""

    status: str
    code: str
    message: str

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse, *, service: str) -> Iterable[bytes]:
        """Answer a request to `service` (its signing name) with this error."""
        content_type, body = self._body(environ, service)
        start_response(self.status, [("Content-Type", content_type), ("x-amzn-ErrorType", self.code)])
        return [body]

    def _body(self, environ: WSGIEnvironment, service: str) -> tuple[str, bytes]:
        sends_a_form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
        if not sends_a_form and service not in _REST_XML:
            return "application/json", json.dumps({"__type": self.code, "message": self.message}).encode()
        error = f"<Error><Code>{self.code}</Code><Message>{escape(self.message)}</Message></Error>"
        if service == "ec2":
            error = f"<Response><Errors>{error}</Errors></Response>"
        elif service != "s3":
            error = f"<ErrorResponse>{error}</ErrorResponse>"
        return "text/xml", error.encode()
