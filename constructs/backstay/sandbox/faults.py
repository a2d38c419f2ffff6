"""What the emulator cannot do, said as an AWS error that no SDK repeats.

Left alone, moto answers an unknown operation with a page of HTML and a defect with status 500, which the
AWS provider tries again 25 times before it gives up with a parse error.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from backstay.sandbox.api_error import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_log = logging.getLogger(__name__)

# The web framework's own page; an AWS error is XML, JSON or, after HEAD, nothing.
_NO_ROUTE = b"<!doctype html>"


def explained(
    emulator: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse, *, service: str
) -> Iterable[bytes]:
    """The emulator's answer to a request, or an AWS error that says why there is none."""
    started: list[Any] = []

    def remember(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        started[:] = [status, headers]

    try:
        # A list, so that a lazily produced body is produced here as well.
        body = list(emulator(environ, remember))
    except NotImplementedError as missing:
        return _lacking(str(missing)).answer(environ, start_response, service=service)
    except Exception as defect:
        _log.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
        what = f"{type(defect).__name__}: {defect}"
        return _lacking(f"it failed with {what}").answer(environ, start_response, service=service)
    status, headers = started
    if b"".join(body).startswith(_NO_ROUTE):
        what = f"there is no {environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        return _lacking(what).answer(environ, start_response, service=service)
    start_response(status, headers)
    return body


def _lacking(what: str) -> ApiError:
    # 501 is an error to every SDK and, unlike 500 and 503, not one that is tried again.
    return ApiError("501 Not Implemented", "NotInEmbeddedCloud", f"beyond the embedded cloud: {what}")
