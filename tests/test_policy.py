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

OPEN_ON_AZURE = {
    "name": "open",
    "access": "Allow",
    "direction": "Inbound",
    "protocol": "Tcp",
    "source_address_prefix": "*",
    "destination_port_range": "22",
}
OPEN_ON_GOOGLE = {
    "name": "open",
    "network": "default",
    "source_ranges": ["0.0.0.0/0"],
    "allow": [{"protocol": "tcp", "ports": ["22"]}],
}


def scan(stacks: Path, *options: str | Path) -> tuple[int, dict[str, str | None]]:
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
        *options,
    ]
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, {found["check"]: found["reason"] for found in json.loads(done.stdout)["findings"]}


def stack_of(folder: Path, resource: dict[str, object], type_: str = "aws_security_group") -> Path:
    stack = folder / "stacks" / "bad"
    stack.mkdir(parents=True)
    document = {
        # With this plain string in place checkov gives up on the file, and lets everything pass.
        "terraform": {"required_version": ">= 1.5.0"},
        "resource": {type_: {"open_ABC": resource}},
    }
    (stack / "cdk.tf.json").write_text(json.dumps(document))
    return folder / "stacks"


@pytest.mark.packaging
@pytest.mark.parametrize(
    ("type_", "resource", "check"),
    [
        ("aws_security_group", OPEN_TO_THE_WORLD, "CKV_AWS_24"),
        ("azurerm_network_security_rule", OPEN_ON_AZURE, "CKV_AZURE_10"),
        ("google_compute_firewall", OPEN_ON_GOOGLE, "CKV_GCP_2"),
    ],
)
def test_a_stack_that_admits_the_world_to_ssh_is_refused(
    tmp_path: Path, type_: str, resource: dict[str, object], check: str
) -> None:
    code, failed = scan(stack_of(tmp_path, resource, type_))
    assert code == 1
    assert check in failed


@pytest.mark.packaging
def test_what_checkov_lets_pass_is_refused_all_the_same_unless_it_is_waived(tmp_path: Path) -> None:
    unencrypted = {"name": "acme", "https_traffic_only_enabled": False}
    _, failed = scan(stack_of(tmp_path / "bad", unencrypted, "azurerm_storage_account"))
    assert "CKV_AZURE_3" not in failed
    assert failed["BACKSTAY_AZURE_1"] is None
    waived = unencrypted | {"//": {"checkov": {"BACKSTAY_AZURE_1": "the reason"}}}
    _, failed = scan(stack_of(tmp_path / "waived", waived, "azurerm_storage_account"))
    assert failed["BACKSTAY_AZURE_1"] == "the reason"


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


@pytest.mark.packaging
def test_code_hosts_are_told_what_is_not_waived_and_where_it_is(tmp_path: Path) -> None:
    waived = {**OPEN_TO_THE_WORLD, "//": {"checkov": {"CKV_AWS_24": "the reason"}}}
    stacks = stack_of(tmp_path, waived)
    file = stacks / "bad/cdk.tf.json"
    file.write_text(json.dumps(json.loads(file.read_text()), indent=2))
    _, failed = scan(stacks, "--sarif", tmp_path / "sarif/checkov.sarif")
    (run,) = json.loads((tmp_path / "sarif/checkov.sarif").read_text())["runs"]
    assert {result["ruleId"] for result in run["results"]} == {check for check in failed if check != "CKV_AWS_24"}
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {result["ruleId"] for result in run["results"]}
    (place,) = {
        (at["artifactLocation"]["uri"], at["region"]["startLine"])
        for result in run["results"]
        for at in [result["locations"][0]["physicalLocation"]]
    }
    assert place[0] == file.as_posix()
    assert '"open_ABC": {' in file.read_text().splitlines()[place[1] - 1]
