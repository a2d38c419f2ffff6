"""A stand-in for Terraform that only reads, writes and unlocks states, in the words of Terraform 1.11.

The folder WORLD holds the buckets, as folders; a missing one is a bucket that does not exist. `denied` in WORLD makes
every request fail. What has been asked of each bucket is listed in `asked`.
"""

import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any

WORLD = Path(os.environ.get("WORLD", ""))
BACKEND = Path(".terraform/terraform.tfstate")


def fail(*words: str) -> None:
    sys.exit("\n\x1b[31m╷\x1b[0m\n" + "\n".join(f"\x1b[31m│\x1b[0m {word}" for word in words))


def settings() -> dict[str, Any]:
    return json.loads(Path("backend.tf.json").read_text())["terraform"]["backend"]["s3"]


def path() -> Path:
    backend = settings()
    with (WORLD / "asked").open("a") as asked:
        asked.write(f"{backend['bucket']}\n")
    if (WORLD / "denied").exists():
        fail("Error: operation error S3: AccessDenied")
    bucket = WORLD / backend["bucket"]
    if not bucket.is_dir():
        fail(f'Error: Failed to get existing workspaces: S3 bucket "{backend["bucket"]}" does not exist.')
    return bucket / backend["key"]


def pull() -> None:
    found = path()
    empty = {"version": 4, "terraform_version": "1.11.4", "serial": 0, "lineage": "", "outputs": {}, "resources": []}
    sys.stdout.write(found.read_text() if found.exists() else json.dumps(empty))


def lock_words(lock: dict[str, str]) -> list[str]:
    details = {"ID": lock["ID"], "Operation": lock["Operation"], "Who": lock["Who"], "Created": lock["Created"]}
    return ["Lock Info:", *(f"  {name}: {value}" for name, value in details.items())]


def push(*, forced: bool) -> None:
    target, pushed = path(), json.load(sys.stdin)
    lock = Path(f"{target}.tflock")
    if lock.exists():
        fail("Error: Error acquiring the state lock", "", *lock_words(json.loads(lock.read_text())))
    if not target.exists():
        pushed |= {"lineage": str(uuid.uuid4()), "serial": 1}
    else:
        there = json.loads(target.read_text())
        if not forced and there["lineage"] != pushed["lineage"]:
            sys.exit(
                f'Failed to write state: cannot import state with lineage "{pushed["lineage"]}" over unrelated state'
            )
        if not forced and there["serial"] > pushed["serial"]:
            sys.exit(f"Failed to write state: cannot import state with serial {pushed['serial']} over newer state")
        if there != pushed:
            pushed["serial"] += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(pushed))


def unlock(lock_id: str) -> None:
    lock = Path(f"{path()}.tflock")
    if not lock.exists():
        sys.exit("Failed to unlock state: unable to retrieve file from S3 bucket: StatusCode: 404, NoSuchKey:")
    held = json.loads(lock.read_text())
    if held["ID"] != lock_id:
        what = f"lock ID '{lock_id}' does not match the existing lock ID '{held['ID']}'"
        sys.exit("\n".join([f"Failed to unlock state: {what}", *lock_words(held)]))
    lock.unlink()


def main(*arguments: str) -> None:
    match [argument for argument in arguments if argument != "-no-color"]:
        case ["version"]:
            sys.stdout.write("Terraform v1.11.4\n")
        case ["init", "-input=false"]:
            path()
            BACKEND.parent.mkdir()
            BACKEND.write_text(json.dumps(settings()))
        case ["state", "pull"]:
            pull()
        case ["state", "push", "-"]:
            push(forced=False)
        case ["state", "push", "-force", "-"]:
            push(forced=True)
        case ["force-unlock", "-force", lock_id]:
            unlock(lock_id)
        case other:
            sys.exit(f"no such command: {other}")


if __name__ == "__main__":
    main(*sys.argv[1:])
