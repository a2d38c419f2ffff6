"""The policy scan: it refuses what is bad, and accepts what the code waives with a reason."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import require

PROJECT = Path(__file__).parents[1]
OPEN_TO_THE_WORLD = {
    "name": "open",
    "description": "a known-bad group",
    # The null is what CDKTF writes; with it in place checkov lets the group pass.
    "ingress": [
        {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": None}
    ],
}


def scan(stacks: Path) -> tuple[int, dict[str, str | None]]:
    """The scan's exit code, and the reason, or None, for each check that failed."""
    uv = shutil.which("uv") or str(PROJECT / ".tools/uv/bin/uv")
    require(Path(uv).exists(), "no uv, which makes checkov's environment")
    command = [
        uv,
        "run",
        "--frozen",
        "--isolated",
        "--only-group",
        "policy",
        "python",
        ".ci/policy.py",
        stacks,
        "--json",
    ]
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, {found["check"]: found["reason"] for found in json.loads(done.stdout)["findings"]}


def stack_of(folder: Path, resource: dict[str, object]) -> Path:
    stack = folder / "stacks" / "bad"
    stack.mkdir(parents=True)
    document = {
        # With this plain string in place checkov gives up on the file, and lets everything pass.
        "terraform": {"required_version": ">= 1.5.0"},
        "resource": {"aws_security_group": {"open_ABC": resource}},
    }
    (stack / "cdk.tf.json").write_text(json.dumps(document))
    return folder / "stacks"


@pytest.mark.packaging
def test_a_stack_that_admits_the_world_to_ssh_is_refused(tmp_path: Path) -> None:
    code, failed = scan(stack_of(tmp_path, OPEN_TO_THE_WORLD))
    assert code == 1
    assert "CKV_AWS_24" in failed


@pytest.mark.packaging
def test_a_waiver_covers_its_own_check_only(tmp_path: Path) -> None:
    waived = {**OPEN_TO_THE_WORLD, "//": {"checkov": {"CKV_AWS_24": "the reason"}}}
    code, failed = scan(stack_of(tmp_path, waived))
    assert failed["CKV_AWS_24"] == "the reason"
    assert code == 1
    assert [check for check, reason in failed.items() if reason is None]


@pytest.mark.packaging
def test_a_data_source_waives_a_check_in_its_lifecycle(tmp_path: Path) -> None:
    waived = {"state": "available", "lifecycle": {"//": {"checkov": {"CKV_AWS_394": "the reason"}}}}
    stack = tmp_path / "stacks" / "zones"
    stack.mkdir(parents=True)
    document = {"terraform": {}, "data": {"aws_availability_zones": {"zones_ABC": waived}}}
    (stack / "cdk.tf.json").write_text(json.dumps(document))
    code, failed = scan(stack.parent)
    assert failed == {"CKV_AWS_394": "the reason"}
    assert code == 0
