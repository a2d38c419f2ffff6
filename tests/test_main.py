"""The app in installations that lack the bindings of some clouds."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.installation import Installation, without

PROJECT = Path(__file__).parents[1]
PROVIDERS = {"aws": "aws", "azure": "azurerm", "google": "google"}
KUBERNETES = "kubernetes"

ACCOUNTS = {
    "aws": 'account: "123456789012"',
    "azure": "subscription: 00000000-0000-0000-0000-000000000000, tenant: 11111111-1111-1111-1111-111111111111",
    "google": "project: acme-development",
}
REGIONS = {"aws": "us-east-1", "azure": "westeurope", "google": "europe-west4"}
ENVIRONMENT = """\
name: development
namespace: acme
mode: single-region
objectives: {{availability: 99%, rto: 1d, rpo: 1d, tier: 3}}
{cloud}: {{{account}}}
service:
  host: llm.example.com
  zone: {{name: example.com, id: Z0123456789EXAMPLE}}
state: {{backend: native}}
regions:
  primary: {{cloud: {cloud}, region: {region}, status: active, traffic: 100%}}
"""


def lacking(folder: Path, *providers: str) -> Installation:
    return without(folder, *(f"cdktf_cdktf_provider_{provider}" for provider in providers))


def synthesize(installation: Installation, environment: str, outdir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*installation.python, "main.py"],
        cwd=PROJECT,
        env={**installation.variables, "BACKSTAY_ENV": environment, "CDKTF_OUTDIR": str(outdir)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("cloud", PROVIDERS)
def test_one_cloud_needs_the_bindings_of_that_cloud_alone(tmp_path: Path, cloud: str) -> None:
    others = [provider for of, provider in PROVIDERS.items() if of != cloud]
    text = ENVIRONMENT.format(cloud=cloud, account=ACCOUNTS[cloud], region=REGIONS[cloud])
    (tmp_path / "development.yaml").write_text(text)
    done = synthesize(lacking(tmp_path / "installed", *others), str(tmp_path / "development.yaml"), tmp_path / "out")
    assert done.returncode == 0, done.stderr
    used = [
        json.loads(path.read_text())["terraform"]["required_providers"]
        for path in (tmp_path / "out/stacks").glob("*/cdk.tf.json")
    ]
    assert {name for providers in used for name in providers} == {PROVIDERS[cloud], KUBERNETES}


@pytest.mark.parametrize("cloud", PROVIDERS)
def test_a_cloud_without_bindings_leads_to_its_extra(tmp_path: Path, cloud: str) -> None:
    missing = f"cdktf_cdktf_provider_{PROVIDERS[cloud]}"
    done = synthesize(lacking(tmp_path / "installed", PROVIDERS[cloud]), "multicloud", tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr == (
        f"the bindings for {cloud} are not installed (no module {missing!r}); install backstay[{cloud}]\n"
    )


def test_without_any_bindings_the_environment_decides_which_extras_are_named(tmp_path: Path) -> None:
    bare = lacking(tmp_path / "installed", *PROVIDERS.values(), KUBERNETES)
    done = synthesize(bare, "multicloud", tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr == "the bindings of no cloud are installed; install backstay[aws,azure,google]\n"


def test_files_are_checked_without_any_bindings(tmp_path: Path) -> None:
    bare = lacking(tmp_path / "installed", *PROVIDERS.values(), KUBERNETES)
    done = subprocess.run(
        [*bare.python, "-m", "backstay", "check", "multicloud"],
        cwd=PROJECT,
        env=bare.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "multicloud: no problems\n")


def test_the_command_passes_on_which_extra_is_missing(tmp_path: Path) -> None:
    installation = lacking(tmp_path / "installed", "azurerm")
    (tmp_path / "environments").symlink_to(PROJECT / "environments")
    (tmp_path / "cdktf.json").write_text(json.dumps({"app": f"python -S {PROJECT / 'main.py'}"}))
    done = subprocess.run(
        [*installation.python, "-m", "backstay", "synth", "multicloud"],
        cwd=tmp_path,
        env=installation.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "install backstay[azure]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variables", "status", "said"),
    [
        ({"BACKSTAY_ENV": "nowhere"}, 3, "there is no such environment file"),
        ({"BACKSTAY_ENV": "development", "JSII_NODE": "nowhere"}, 1, "jsii needs Node"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    tmp_path: Path, variables: dict[str, str], status: int, said: str
) -> None:
    complete = lacking(tmp_path / "installed")
    given = Installation(complete.python, {**complete.variables, **variables})
    done = synthesize(given, variables["BACKSTAY_ENV"], tmp_path / "out")
    assert done.returncode == status
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
