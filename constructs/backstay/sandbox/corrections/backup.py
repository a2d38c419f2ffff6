"""AWS Backup."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from backstay.sandbox.corrections.registry import correction, instead


@correction
def list_tags() -> None:
    """Tags are found by the whole path of a request.

    Moto looks before the last slash, which only Python's SDK sends: to Terraform nothing has tags.
    """
    from moto.backup.responses import BackupResponse

    @instead(BackupResponse, "list_tags")
    def list_tags(self: Any) -> str:
        arn = unquote(self.path.partition("/tags/")[2].rstrip("/"))
        return json.dumps({"Tags": self.backup_backend.list_tags(resource_arn=arn)})
