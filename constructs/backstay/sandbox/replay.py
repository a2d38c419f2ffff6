"""A call that is repeated because its answer got lost is not carried out twice."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

# Far more calls than Terraform has under way at once; answers are a few kilobytes each.
_KEPT = 256


class Replay:
    """Gives a repeated call the answer that the first try had.

    An SDK that loses a connection sends the call again, with the same `amz-sdk-invocation-id`. AWS tells
    such a call by its client token; moto does not look at those, and makes a second thing of the same kind.
    Failures are not kept: what failed is to be tried again.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[str, tuple[str, list[tuple[str, str]], list[bytes]]] = OrderedDict()

    def answer(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        carry_out: Callable[[StartResponse], Iterable[bytes]],
    ) -> Iterable[bytes]:
        """Answer from memory if the call was answered before, else carry it out and remember."""
        call = environ.get("HTTP_AMZ_SDK_INVOCATION_ID", "")
        if attempt(environ) > 1 and call in self._answers:
            status, headers, body = self._answers[call]
            start_response(status, headers)
            return body
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said[:] = [status, headers]
            return start_response(status, headers, *rest)

        body = list(carry_out(start))
        if call and said and said[0].startswith("2"):
            self._answers[call] = (said[0], said[1], body)
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        return body


def attempt(environ: WSGIEnvironment) -> int:
    """Which try of its call a request is, as SDKs say it; 1 where nothing is said."""
    said = re.search(r"attempt=(\d+)", environ.get("HTTP_AMZ_SDK_REQUEST", ""))
    return int(said[1]) if said else 1
