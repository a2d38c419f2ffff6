"""A place where a state is kept, read and written by Terraform itself, without the stack that it belongs to."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backstay.terraform.binary import Terraform
from backstay.terraform.errors import TerraformError
from backstay.terraform.state_file import StateFile
from backstay.terraform.state_store import STORES, has_sign

_COLOURS_AND_BOXES = re.compile(r"\x1b\[[0-9;]*m|[╷│╵]")
_LOCK_DETAIL = re.compile(r"^\s*(ID|Operation|Who|Created):\s*(.*?)\s*$", re.MULTILINE)
_SECONDS = 600

# Locks have UUIDs for ids, so none has this one.
_NO_LOCKS_ID = "0"
_NO_LOCK = (("NoSuchKey",), ("StatusCode: 404",))

_OLD_CHECKSUM = (("state data in S3 does not have the expected content",),)


class StoreMissingError(TerraformError):
    """The store of a state does not exist."""


@dataclass(frozen=True)
class StateLock:
    """Who holds the lock on a state, as they said when they took it."""

    id: str
    operation: str
    who: str
    created: datetime | None


class StateLockedError(TerraformError):
    """Somebody holds the lock on the state."""

    def __init__(self, place: str, lock: StateLock) -> None:
        super().__init__(f"{place} is locked by {lock.who}, with the id {lock.id}; wait until that run has ended")
        self.lock = lock


@dataclass(frozen=True, kw_only=True)
class StatePlace:
    """One key in one store, by the settings of the backend `s3`; `folder` is for Terraform, and holds no state.

    Every method raises StoreMissingError when there is no such store, and TerraformError when Terraform fails.
    """

    backend: Mapping[str, Any]
    terraform: Terraform
    environment: Mapping[str, str]
    folder: Path

    def read(self) -> StateFile | None:
        """Return the state that is there, without locking it; None when there is none."""
        self._open()
        try:
            return StateFile.parse(self._run("state", "pull"))
        except ValueError as error:
            raise TerraformError(f"{self} does not hold a state that can be read: {error}") from error

    def write(self, state: StateFile) -> None:
        """Write a state over an older one of its lineage.

        Raises:
            StateLockedError: somebody holds the lock.
            TerraformError: what is there is newer, or has another lineage.

        """
        self._open()
        self._run("state", "push", "-", said=str(state))

    def replace(self, state: StateFile) -> None:
        """Write a state over whatever is there, the versions of which the store keeps.

        Raises:
            StateLockedError: somebody holds the lock.

        """
        if self.read() is None:
            # Terraform gives a state that is pushed to where there is none another lineage, so it is pushed twice.
            self._run("state", "push", "-", said=str(state))
        self._run("state", "push", "-force", "-", said=str(state))

    def lock(self) -> StateLock | None:
        """Return the lock on the state in a store that locks by file, without touching it."""
        self._open()
        done = self._ask("force-unlock", "-force", _NO_LOCKS_ID)
        said = _plain(done.stderr)
        if found := _lock(said):
            return found
        if has_sign(" ".join(said.split()), _NO_LOCK):
            return None
        raise TerraformError(f"whether {self} is locked cannot be seen: {said}")

    def unlock(self, lock_id: str) -> None:
        """Take away the lock with this id, and no other."""
        self._open()
        self._run("force-unlock", "-force", lock_id)

    def __str__(self) -> str:
        """Return where it is, for messages."""
        return f"s3://{self.backend['bucket']}/{self.backend['key']}"

    def _open(self) -> None:
        if (self.folder / ".terraform/terraform.tfstate").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = {"terraform": {"backend": {"s3": dict(self.backend)}}}
        (self.folder / "backend.tf.json").write_text(json.dumps(settings), encoding="utf-8")
        self._run("init", "-input=false")

    def _run(self, *arguments: str, said: str = "") -> str:
        done = self._ask(*arguments, said=said)
        if done.returncode == 0:
            return done.stdout
        why = _plain(done.stderr)
        if "Error acquiring the state lock" in why and (lock := _lock(why)):
            raise StateLockedError(str(self), lock)
        if has_sign(" ".join(why.split()), STORES["s3"].missing):
            raise StoreMissingError(f"the bucket {self.backend['bucket']} does not exist")
        if has_sign(" ".join(why.split()), _OLD_CHECKSUM):
            raise TerraformError(self._how_to_forget_the_checksum())
        raise TerraformError(f"`terraform {' '.join(arguments)}` failed for {self}: {why}")

    def _how_to_forget_the_checksum(self) -> str:
        item = json.dumps({"LockID": {"S": f"{self.backend['bucket']}/{self.backend['key']}-md5"}})
        table, region = self.backend["dynamodb_table"], self.backend["region"]
        return (
            f"{self} is not what the lock table has a checksum of; where its bucket was made anew, forget that: "
            f"aws dynamodb delete-item --region {region} --table-name {table} --key '{item}'"
        )

    def _ask(self, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        # Where the user keeps a stack's data, another stack's backend would be found.
        variables = {name: value for name, value in self.environment.items() if name != "TF_DATA_DIR"}
        try:
            return subprocess.run(  # noqa: S603 - the user's own Terraform
                [*self.terraform.command, *arguments, "-no-color"],
                cwd=self.folder,
                env=variables,
                input=said,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TerraformError(f"{self} did not answer within {_SECONDS} s") from error


def _plain(text: str) -> str:
    """Terraform colours what it says of `state`, and frames it, even when asked not to."""
    return "\n".join(line.strip() for line in _COLOURS_AND_BOXES.sub("", text).splitlines()).strip()


def _lock(said: str) -> StateLock | None:
    if "Lock Info:" not in said:
        return None
    details = dict(_LOCK_DETAIL.findall(said))
    operation = details.get("Operation", "").removeprefix("OperationType").lower()
    who = details.get("Who", "unknown")
    return StateLock(details["ID"], operation or "unknown", who, _time(details.get("Created", "")))


def _time(written: str) -> datetime | None:
    """Go's way to write a time: 2026-01-01 10:00:00.123456789 +0000 UTC."""
    found = re.match(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? \+0000 UTC", written)
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else None
