"""What the signature of an AWS request says about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

# AWS Signature Version 4: Credential=<access key>/<date>/<region>/<service>/aws4_request, in the
# Authorization header or, for presigned requests, in the query string.
_SCOPE = re.compile(r"Credential=([^/\s,]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")


@dataclass(frozen=True)
class CredentialScope:
    """Who signed a request, for which region and service."""

    access_key: str
    region: str
    service: str


def credential_scope(environ: Mapping[str, Any]) -> CredentialScope | None:
    """The scope of a WSGI request; None when it is unsigned or signed for no single region."""
    signed = environ.get("HTTP_AUTHORIZATION") or unquote(environ.get("QUERY_STRING", ""))
    found = _SCOPE.search(signed)
    return CredentialScope(*found.groups()) if found else None
