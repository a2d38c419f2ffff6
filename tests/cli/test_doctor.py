"""Saying what is there and what is missing."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from backstay.terraform.mirror import current_platform
from tests.cli.conftest import Project
from tests.conftest import require
from tests.installation import without

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    plugin = (
        tmp_path / f"mirror/registry.terraform.io/hashicorp/aws/5.100.0/{current_platform()}/terraform-provider-aws"
    )
    plugin.parent.mkdir(parents=True)
    plugin.touch()
    return tmp_path / "mirror"


def findings(project: Project, *arguments: str, **variables: str) -> dict[str, dict[str, object]]:
    return {found["subject"]: found for found in project.json("doctor", *arguments, **variables)["findings"]}


def test_it_exits_with_0_when_the_sandbox_can_run(project: Project, mirror: Path, terraform_on_path: str) -> None:
    require(importlib.util.find_spec("moto"), "the sandbox extra is not installed")
    done = project.run("doctor", "--provider-mirror", str(mirror))
    assert done.returncode == 0, done.stdout
    assert terraform_on_path in done.stdout
    assert "the sandbox can run here" in done.stdout


def test_without_terraform_it_says_how_to_get_one(project: Project, mirror: Path) -> None:
    done = project.run("doctor", "--provider-mirror", str(mirror), TERRAFORM_BINARY_NAME="absent")
    assert done.returncode == 1
    assert "the sandbox cannot run here for want of: Terraform" in done.stdout
    found = findings(project, "--provider-mirror", str(mirror), TERRAFORM_BINARY_NAME="absent")["Terraform"]
    assert "neither an executable file nor a command on PATH" in str(found["advice"])


def test_an_old_node_is_found_out(project: Project, mirror: Path, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho v18.20.0\n")
    node.chmod(0o755)
    found = findings(project, "--provider-mirror", str(mirror), JSII_NODE=str(node))["Node"]
    assert found["blocks_the_sandbox"] is True
    assert "is release 18.20.0; jsii needs Node 22 or 24" in str(found["advice"])


def test_a_mirror_that_is_none_is_explained(project: Project, tmp_path: Path) -> None:
    found = findings(project, BACKSTAY_PROVIDER_MIRROR=str(tmp_path))["providers"]
    assert "holds no provider for" in str(found["advice"])


def test_a_configuration_file_that_does_not_exist_is_mentioned(project: Project, mirror: Path) -> None:
    found = findings(project, "--provider-mirror", str(mirror), TF_CLI_CONFIG_FILE="/absent.tfrc")
    note = found["Terraform's configuration"]
    assert "/absent.tfrc, which does not exist" in str(note["found"])
    assert note["blocks_the_sandbox"] is False


def test_credentials_are_named_by_where_they_are_and_never_shown(project: Project, mirror: Path) -> None:
    credentials = {"AWS_ACCESS_KEY_ID": "AKIAHIDDEN", "AWS_SECRET_ACCESS_KEY": "hidden-too"}
    done = project.run("doctor", "--provider-mirror", str(mirror), **credentials)
    assert "named by AWS_ACCESS_KEY_ID" in done.stdout
    for value in credentials.values():
        assert value not in done.stdout + done.stderr


def test_a_broken_environment_is_pointed_at(project: Project, mirror: Path) -> None:
    (project.directory / "environments/broken.yaml").write_text("name: broken\n")
    found = findings(project, "--provider-mirror", str(mirror))
    assert found["environment broken"]["advice"] == "see `backstay check broken`"
    assert found["environment development"]["advice"] is None


@pytest.fixture
def multicloud(project: Project) -> Project:
    """A project whose environments have clusters on all clouds."""
    shutil.copy(REPOSITORY / "environments/multicloud.yaml", project.directory / "environments")
    return project


def only(folder: Path, *commands: str) -> str:
    """A PATH that has these commands and no others."""
    folder.mkdir()
    for name in commands:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_bindings_are_told_by_cloud(project: Project, mirror: Path) -> None:
    found = findings(project, "--provider-mirror", str(mirror))
    assert {"AWS bindings", "Azure bindings", "Google Cloud bindings"} <= found.keys()
    assert not any(found[subject]["advice"] for subject in found if subject.endswith("bindings"))


def test_bindings_that_an_environment_lacks_lead_to_the_extra(multicloud: Project, tmp_path: Path) -> None:
    installation = without(tmp_path / "installed", "cdktf_cdktf_provider_azurerm", "cdktf_cdktf_provider_google")
    done = subprocess.run(
        [*installation.python, "-m", "backstay", "doctor"],
        cwd=multicloud.directory,
        env={**installation.variables, "BACKSTAY_PROVIDER_MIRROR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    for cloud in ("azure", "google"):
        assert f"install backstay[{cloud}]" in done.stdout
    assert "not installed, needed by multicloud" in done.stdout
    assert "install backstay[aws]" not in done.stdout


def test_each_provider_is_told_by_where_it_comes_from(project: Project, mirror: Path) -> None:
    found = findings(project, "--provider-mirror", str(mirror))
    assert found["provider aws"]["found"] == f"5.100.0, mirrored in {mirror}"
    assert str(found["provider azurerm, google, kubernetes"]["found"]).startswith("from the registry")
    assert found["provider azurerm, google, kubernetes"]["blocks_the_sandbox"] is False


@pytest.mark.parametrize(
    ("cloud", "variable"),
    [("Azure", "ARM_CLIENT_SECRET"), ("Azure", "ARM_USE_OIDC"), ("Google Cloud", "GOOGLE_CREDENTIALS")],
)
def test_credentials_of_every_cloud_are_named_and_never_shown(
    multicloud: Project, mirror: Path, cloud: str, variable: str
) -> None:
    done = multicloud.run("doctor", "--json", "--provider-mirror", str(mirror), **{variable: "hidden-value"})
    assert f"named by {variable}" in done.stdout
    assert "hidden-value" not in done.stdout + done.stderr
    assert f"{cloud} credentials" in done.stdout


def test_logins_are_found_where_the_providers_look(multicloud: Project, mirror: Path, tmp_path: Path) -> None:
    default = tmp_path / ".config/gcloud/application_default_credentials.json"
    for file in (default, tmp_path / ".azure/azureProfile.json"):
        file.parent.mkdir(parents=True)
        file.touch()
    path = only(tmp_path / "bin", "az")
    found = findings(multicloud, "--provider-mirror", str(mirror), PATH=path, HOME=str(tmp_path))
    assert found["Google Cloud credentials"]["found"] == f"named by {default}"
    assert found["Azure credentials"]["found"] == f"named by the Azure CLI's {tmp_path / '.azure'}"


def test_without_a_login_it_says_how_to_get_one(multicloud: Project, mirror: Path, tmp_path: Path) -> None:
    path = only(tmp_path / "bin")
    found = findings(multicloud, "--provider-mirror", str(mirror), PATH=path, HOME=str(tmp_path))
    assert "az login" in str(found["Azure credentials"]["advice"])
    assert "gcloud auth application-default login" in str(found["Google Cloud credentials"]["advice"])


def test_a_cloud_that_no_environment_uses_asks_for_nothing(project: Project, mirror: Path, tmp_path: Path) -> None:
    path = only(tmp_path / "bin")
    found = findings(project, "--provider-mirror", str(mirror), PATH=path, HOME=str(tmp_path))
    assert found["Azure credentials"]["advice"] is None
    assert not [subject for subject in found if subject.startswith("command")]


def test_commands_for_tokens_are_looked_for(multicloud: Project, mirror: Path, tmp_path: Path) -> None:
    path = only(tmp_path / "bin", "kubelogin")
    found = findings(multicloud, "--provider-mirror", str(mirror), PATH=path, AAD_LOGIN_METHOD="")
    assert found["command kubelogin"]["found"] == f"{path}/kubelogin, for tokens for AKS in multicloud"
    assert "AAD_LOGIN_METHOD" in str(found["command az"]["advice"])
    assert "gcloud components install" in str(found["command gke-gcloud-auth-plugin"]["advice"])
    assert "command aws" not in found


def test_credentials_that_the_gke_plugin_does_not_see_are_pointed_out(
    multicloud: Project, mirror: Path, tmp_path: Path
) -> None:
    path = only(tmp_path / "bin", "gke-gcloud-auth-plugin")
    variables = {"PATH": path, "HOME": str(tmp_path), "GOOGLE_CREDENTIALS": "hidden"}
    found = findings(multicloud, "--provider-mirror", str(mirror), **variables)
    assert "application default credentials" in str(found["tokens for GKE"]["found"])


def test_the_aws_command_is_needed_where_secrets_go_through_the_state(
    project: Project, mirror: Path, tmp_path: Path
) -> None:
    file = project.directory / "environments/development.yaml"
    file.write_text(file.read_text() + "secrets_through_state: the pipeline has Terraform 1.9\n")
    found = findings(project, "--provider-mirror", str(mirror), PATH=only(tmp_path / "bin"))
    assert "install version 2 of the AWS CLI" in str(found["command aws"]["advice"])
