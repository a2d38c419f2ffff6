"""A stand-in for Terraform: its remote store is a folder, and it says of it what a test has written down.

The folder WORLD holds the store, a list of the commands that were given, and files with what to say: `missing` and
`refused` when the store is asked for (`refused-2` for the second time only), `apply` and `destroy` when that fails.
"""

import json
import os
import sys
from pathlib import Path

WORLD = Path(os.environ.get("WORLD", ""))
STORE = WORLD / "store"
BACKEND = Path(".terraform")


def state() -> Path:
    """Where the backend in force keeps the state."""
    override = Path("state_override.tf.json")
    if override.exists():
        return Path(json.loads(override.read_text())["terraform"]["backend"]["local"]["path"])
    return STORE / "state"


def fail(words: Path) -> None:
    sys.exit(f"\nError: {words.read_text()}\n")


def ask_store() -> None:
    asked = WORLD / "asked"
    times = len(asked.read_text()) + 1 if asked.exists() else 1
    asked.write_text("x" * times)
    for words in (WORLD / f"refused-{times}", WORLD / "refused"):
        if words.exists():
            fail(words)
    if not STORE.exists():
        fail(WORLD / "missing")


def initialize(moves: bool) -> None:
    target = state()
    source = Path(BACKEND.read_text()) if moves and BACKEND.exists() else None
    if STORE / "state" in (source, target):
        ask_store()
    if source and source != target and source.exists():
        target.write_bytes(source.read_bytes())
    BACKEND.write_text(str(target))


def tell(event: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(event) + "\n")


def count(operation: str, **changes: int) -> None:
    counts = {"add": 0, "change": 0, "remove": 0} | changes
    tell({"type": "change_summary", "changes": counts | {"operation": operation}})


def main(command: str, *options: str) -> None:
    with (WORLD / "commands").open("a") as commands:
        commands.write(" ".join((command, *(option for option in options if option.startswith("-m")))) + "\n")
    if (WORLD / command).exists():
        fail(WORLD / command)
    if command == "init":
        initialize("-migrate-state" in options)
    elif command == "plan":
        # With -detailed-exitcode, 2 is a plan that found changes.
        if state().exists():
            sys.exit(0)
        bucket = {"addr": "aws_s3_bucket.state", "resource_type": "aws_s3_bucket"}
        tell({"type": "planned_change", "change": {"resource": bucket, "action": "create"}})
        sys.exit(2)
    elif command == "apply":
        made = not state().exists()
        STORE.mkdir(exist_ok=True)
        state().write_text("the state")
        count("apply", add=int(made))
    elif command == "destroy":
        for left in [*STORE.glob("*"), state()]:
            left.unlink(missing_ok=True)
        if STORE.exists():
            STORE.rmdir()
        count("destroy", remove=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
