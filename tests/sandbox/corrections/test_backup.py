"""AWS Backup, corrected."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING

from backstay.sandbox.accounts import access_key

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def test_tags_can_be_listed_by_a_path_without_a_final_slash(corrects) -> None:
    def tags(cloud: Cloud) -> bytes:
        made = cloud.client("backup").create_backup_vault(BackupVaultName="v", BackupVaultTags={"a": "1"})
        scope = f"{access_key(cloud.account)}/20260101/eu-west-1/backup/aws4_request"
        connection = HTTPConnection(cloud.endpoint.removeprefix("http://"))
        path = f"/tags/{made['BackupVaultArn'].replace(':', '%3A')}"
        # Terraform's SDK sends no final slash; Python's always does.
        connection.request("GET", path, headers={"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}"})
        return connection.getresponse().read()

    corrects(tags, b'{"Tags": {"a": "1"}}')
