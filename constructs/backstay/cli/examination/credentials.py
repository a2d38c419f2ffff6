"""Where each provider would find credentials: only whether there are any is looked at, never what they are."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backstay.cli.examination.finding import NAMES, Finding
from backstay.topology import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backstay.cli.examination.environments import Environments


@dataclass(frozen=True)
class _Places:
    """Where the provider of a cloud looks.

    Attributes:
        variables: environment variables, any of which is enough.
        files: usual paths of files that a login leaves, by the variable that names another.
        login: what to do where there is nothing.
    """

    variables: tuple[str, ...]
    files: Mapping[str, Path]
    login: str


_PLACES = {
    Cloud.AWS: _Places(
        ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
        {
            "AWS_SHARED_CREDENTIALS_FILE": Path("~/.aws/credentials"),
            "AWS_CONFIG_FILE": Path("~/.aws/config"),
        },
        "for a real account set AWS_PROFILE or log in; the sandbox needs none",
    ),
    Cloud.AZURE: _Places(
        (
            "ARM_CLIENT_SECRET",
            "ARM_CLIENT_SECRET_FILE_PATH",
            "ARM_CLIENT_CERTIFICATE",
            "ARM_CLIENT_CERTIFICATE_PATH",
            "ARM_USE_OIDC",
            "ARM_USE_MSI",
            "ARM_USE_AKS_WORKLOAD_IDENTITY",
        ),
        {},
        "log in with `az login`; or set ARM_CLIENT_ID and, for instance, ARM_USE_OIDC=true or ARM_CLIENT_SECRET",
    ),
    Cloud.GOOGLE: _Places(
        # Those that the provider takes and the backend of the state as well.
        ("GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN"),
        {"GOOGLE_APPLICATION_CREDENTIALS": Path("~/.config/gcloud/application_default_credentials.json")},
        "log in with `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a file",
    ),
}


def examine(cloud: Cloud, environments: Environments) -> Finding:
    """Say where a cloud's credentials are, or how to get some if an environment needs them."""
    subject = f"{NAMES[cloud]} credentials"
    if found := _found(cloud):
        return Finding(subject, f"named by {', '.join(found)}")
    is_in_use = cloud is Cloud.AWS or environments.on(cloud)
    return Finding(subject, "none", _PLACES[cloud].login if is_in_use else "")


def are_unknown_to_gcloud() -> bool:
    """Say whether there are Google Cloud credentials, but not where Google's own commands look for a default."""
    return bool(_found(Cloud.GOOGLE)) and not any(_files(_PLACES[Cloud.GOOGLE].files))


def _found(cloud: Cloud) -> list[str]:
    places = _PLACES[cloud]
    found = [name for name in places.variables if os.environ.get(name)]
    found += _files(places.files)
    if cloud is Cloud.AZURE:
        found += _azure_login()
    return found


def _files(usual: Mapping[str, Path]) -> Iterator[str]:
    for variable, path in usual.items():
        file = Path(os.environ.get(variable) or path).expanduser()
        if file.is_file():
            yield str(file)


def _azure_login() -> Iterator[str]:
    folder = Path(os.environ.get("AZURE_CONFIG_DIR") or "~/.azure").expanduser()
    if shutil.which("az") and (folder / "azureProfile.json").is_file():
        yield f"the Azure CLI's {folder}"
