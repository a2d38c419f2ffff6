"""Asking over HTTP without being led elsewhere."""

from typing import Any
from urllib.request import HTTPRedirectHandler


class Stay(HTTPRedirectHandler):
    """Takes a redirection for the answer, as the error of HTTP that it then is."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""
