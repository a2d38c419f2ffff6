"""A directory of providers that Terraform installs from in place of the registry."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backstay.terraform.errors import ProviderMirrorError

VARIABLE = "BACKSTAY_PROVIDER_MIRROR"

_LAYOUT = (
    "expected <host>/<namespace>/<type>/<version>/<os>_<arch>/terraform-provider-*, "
    "or <host>/<namespace>/<type>/terraform-provider-<type>_<version>_<os>_<arch>.zip; "
    "`terraform providers mirror DIR` makes one"
)


@dataclass(frozen=True)
class ProviderMirror:
    """Providers by source address (`registry.terraform.io/hashicorp/aws`), each with its versions."""

    directory: Path
    providers: Mapping[str, tuple[str, ...]]


def find(option: Path | None, environment: Mapping[str, str] = os.environ) -> ProviderMirror | None:
    """Return the mirror named by the command line, else by BACKSTAY_PROVIDER_MIRROR, else None.

    Raises:
        ProviderMirrorError: the directory named does not exist or holds no provider for this machine.

    """
    if option is not None:
        return read(option, "--provider-mirror")
    if named := environment.get(VARIABLE):
        return read(Path(named), VARIABLE)
    return None


def read(directory: Path, named_by: str) -> ProviderMirror:
    """Return what the mirror in `directory` holds for this machine's platform.

    Raises:
        ProviderMirrorError: the directory does not exist or holds no provider for this machine.

    """
    directory = directory.expanduser().absolute()
    if not directory.is_dir():
        raise ProviderMirrorError(f"{named_by}: {directory} is not a directory; {_LAYOUT}")
    target = current_platform()
    versions: dict[str, set[str]] = {}
    for plugin in directory.glob(f"*/*/*/*/{target}/terraform-provider-*"):
        *_, host, namespace, kind, version, _, _ = plugin.parts
        versions.setdefault(f"{host}/{namespace}/{kind}", set()).add(version)
    for archive in directory.glob(f"*/*/*/terraform-provider-*_{target}.zip"):
        *_, host, namespace, kind, name = archive.parts
        version = name.removeprefix(f"terraform-provider-{kind}_").removesuffix(f"_{target}.zip")
        versions.setdefault(f"{host}/{namespace}/{kind}", set()).add(version)
    if not versions:
        raise ProviderMirrorError(f"{named_by}: {directory} holds no provider for {target}; {_LAYOUT}")
    return ProviderMirror(directory, {source: tuple(sorted(versions[source])) for source in sorted(versions)})


def current_platform() -> str:
    """Return this machine's platform in the form of provider packages: linux_amd64."""
    machine = platform.machine().lower()
    architecture = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(machine, machine)
    return f"{platform.system().lower()}_{architecture}"
