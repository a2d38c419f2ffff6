"""The wheel: what it holds, and that another team's stack works with it alone."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from backstay import __version__
from tests.conftest import require

PROJECT = Path(__file__).parents[1]


def clean_environment() -> dict[str, str]:
    """The environment without what points into this checkout."""
    ours = {"PYTHONPATH", "VIRTUAL_ENV", "JSII_NODE", "NODE_OPTIONS"}
    return {key: value for key, value in os.environ.items() if key not in ours}


def uv() -> str:
    found = shutil.which("uv") or str(PROJECT / ".tools/uv/bin/uv")
    require(Path(found).exists(), "no uv, which builds and installs the wheel")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel in the folder that BACKSTAY_DIST names, which a release is about to publish; else one built here."""
    folder = Path(os.environ.get("BACKSTAY_DIST") or tmp_path_factory.mktemp("wheel"))
    if "BACKSTAY_DIST" not in os.environ:
        subprocess.run([uv(), "build", "--quiet", "--wheel", "--out-dir", folder], cwd=PROJECT, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.packaging
def test_the_wheel_ships_backstay_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/", 1)[0] for name in names} == {"backstay", f"backstay-{__version__}.dist-info"}
    assert not [name for name in names if name.endswith((".so", ".exe", ".pyc")) or "__pycache__" in name]


@pytest.mark.packaging
def test_the_wheel_ships_what_is_not_python_too(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"backstay/py.typed", "backstay/fast_jsii/hook.cjs"} <= set(names)


@pytest.mark.packaging
def test_another_team_uses_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "examples/another_team", tmp_path / "theirs")
    theirs, python = tmp_path / "theirs", tmp_path / "venv/bin/python"
    # A package of theirs that has the name of our app must not be hidden by ours.
    (theirs / "stacks.py").write_text("OWN = True\n")
    (theirs / "own.py").write_text("import stacks, constructs, sys; print(stacks.OWN, constructs.__file__)\n")
    run = {"cwd": theirs, "env": clean_environment(), "check": True, "capture_output": True, "text": True}
    subprocess.run([uv(), "venv", "--quiet", "--python", sys.executable, tmp_path / "venv"], **run)
    subprocess.run([uv(), "pip", "install", "--quiet", "--python", python, f"{wheel}[aws]"], **run)
    subprocess.run([python, "main.py"], **run)

    document = json.loads((theirs / "cdktf.out/stacks/research/cdk.tf.json").read_text())
    assert "aws_eks_cluster" in document["resource"]
    own, constructs = subprocess.run([python, "own.py"], **run).stdout.split()
    assert own == "True"
    assert constructs.startswith(str(tmp_path / "venv"))


ONE_CLOUD = """\
name: research
namespace: acme
mode: single-region
azure: {{subscription: 00000000-0000-0000-0000-000000000000, tenant: 11111111-1111-1111-1111-111111111111}}
google: {{project: acme-research}}
service:
  host: llm.example.com
  zone: {{name: example.com, id: Z0123456789EXAMPLE}}
state: {{backend: native}}
secrets:
  - {{name: VLLM_API_KEY, variable: llm_api_key}}
regions:
  primary: {{cloud: {cloud}, region: {region}, status: active, traffic: 100%}}
monitoring: {{emails: [oncall@example.com]}}
"""


@pytest.mark.packaging
@pytest.mark.parametrize(
    ("cloud", "region", "cluster"),
    [
        ("azure", "westeurope", "azurerm_kubernetes_cluster"),
        ("google", "europe-west4", "google_container_cluster"),
    ],
)
def test_whoever_uses_one_cloud_installs_its_bindings_only(
    wheel: Path, tmp_path: Path, cloud: str, region: str, cluster: str
) -> None:
    theirs, python = tmp_path / "theirs", tmp_path / "venv/bin/python"
    shutil.copytree(PROJECT / "stacks", theirs / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "main.py", theirs)
    (theirs / "environments").mkdir()
    (theirs / "environments/research.yaml").write_text(ONE_CLOUD.format(cloud=cloud, region=region))
    run = {"cwd": theirs, "env": clean_environment(), "capture_output": True, "text": True}
    subprocess.run([uv(), "venv", "--quiet", "--python", sys.executable, tmp_path / "venv"], check=True, **run)
    subprocess.run([uv(), "pip", "install", "--quiet", "--python", python, f"{wheel}[{cloud}]"], check=True, **run)
    subprocess.run([python, "main.py"], check=True, **run)

    made = {path.parent.name for path in theirs.glob("cdktf.out/stacks/*/cdk.tf.json")}
    assert made == {f"research-state-{region}", f"research-{region}", f"research-{region}-workloads"}
    document = json.loads((theirs / f"cdktf.out/stacks/research-{region}/cdk.tf.json").read_text())
    assert cluster in document["resource"]
    assert not list(tmp_path.glob("venv/lib/*/site-packages/cdktf_cdktf_provider_aws"))

    (theirs / "environments/research.yaml").write_text(
        ONE_CLOUD.format(cloud="aws", region="us-east-1") + 'aws: {account: "123456789012"}\n'
    )
    refused = subprocess.run([python, "main.py"], check=False, **run)
    assert refused.returncode
    assert "install backstay[aws]" in refused.stderr


def test_constructs_is_the_package_that_cdktf_is_built_on() -> None:
    import constructs

    assert constructs.__file__
    assert "site-packages" in constructs.__file__
    assert constructs.Construct.__jsii_type__ == "constructs.Construct"


def test_nothing_lies_in_the_source_root_that_would_hide_constructs() -> None:
    allowed = {"backstay", "README.md", "__pycache__"}
    assert {path.name for path in (PROJECT / "constructs").iterdir()} <= allowed


def test_the_version_is_the_same_everywhere() -> None:
    declared = re.search(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text(), re.MULTILINE)
    assert declared
    assert declared[1] == __version__


def test_importing_backstay_changes_nothing_for_others() -> None:
    code = (
        "import sys; before = list(sys.meta_path); import backstay; "
        "print(before == sys.meta_path, 'jsii' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
