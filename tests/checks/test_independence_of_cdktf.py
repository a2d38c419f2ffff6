"""The rules run on anyone's output, without what makes it."""

import subprocess
import sys

HEAVY = {"boto3", "cdktf", "constructs", "jsii", "moto", "ruamel"}
OURS = {"backstay", "backstay.checks", "backstay.topology"}


def loaded_by(statement: str) -> set[str]:
    script = f"import sys\n{statement}\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_the_rules_need_topology_only() -> None:
    modules = loaded_by("import backstay.checks, backstay.checks.sarif")
    assert not modules & HEAVY
    assert {".".join(name.split(".")[:2]) for name in modules if name.split(".")[0] == "backstay"} == OURS


def test_the_command_loads_no_rule_before_it_is_asked_to_check_stacks() -> None:
    modules = loaded_by("from backstay.cli.app import build; build(); from backstay.cli.check import check")
    assert not {name for name in modules if name.startswith("backstay.checks")}
