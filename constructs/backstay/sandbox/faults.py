"""What the emulator cannot do, said as an AWS error that no SDK repeats.

Left alone, moto answers an unknown operation with a page of HTML and a defect with status 500, which the
AWS provider tries again 25 times before it gives up with a parse error.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_log = logging.getLogger(__name__)

# 501 is an error to every SDK and, unlike 500 and 503, not one that is tried again.
_STATUS = "501 Not Implemented"


def explained(emulator: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The emulator's answer to a request, or an AWS error that says why there is none."""
    started: list[Any] = []

    def remember(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        started[:] = [status, headers]

    try:
        # A list, so that a lazily produced body is produced here as well.
        body = list(emulator(environ, remember))
    except NotImplementedError as missing:
        return _refuse(environ, start_response, f"the embedded cloud lacks this: {missing}")
    except Exception as defect:
        _log.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
        return _refuse(environ, start_response, f"the embedded cloud failed: {type(defect).__name__}: {defect}")
    status, headers = started
    if status.startswith("404") and dict(headers).get("Content-Type", "").startswith("text/html"):
        return _refuse(environ, start_response, f"the embedded cloud has no {environ['PATH_INFO']}")
    start_response(status, headers)
    return body


def _refuse(environ: WSGIEnvironment, start_response: StartResponse, message: str) -> Iterable[bytes]:
    code = "NotInEmbeddedCloud"
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        # The query protocol of most old services and the variant of EC2, one inside the other's place.
        error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        content_type, text = "text/xml", f"<Response><Errors>{error}</Errors>{error}</Response>"
    else:
        content_type, text = "application/json", json.dumps({"__type": code, "message": message})
    body = text.encode()
    start_response(
        _STATUS,
        [("Content-Type", content_type), ("Content-Length", str(len(body))), ("x-amzn-ErrorType", code)],
    )
    return [body]
