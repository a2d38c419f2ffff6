"""The environment that a Terraform process gets, and the CLI configuration that it reads."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from backstay.terraform.mirror import ProviderMirror

_CLI_CONFIGURATION = "TF_CLI_CONFIG_FILE"
_PLUGIN_CACHE = "TF_PLUGIN_CACHE_DIR"


def missing_cli_configuration(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the file that TF_CLI_CONFIG_FILE names when it does not exist, else None."""
    named = environment.get(_CLI_CONFIGURATION)
    return named if named and not Path(named).is_file() else None


def child_environment(
    *,
    folder: Path,
    mirror: ProviderMirror | None,
    environment: Mapping[str, str] = os.environ,
    verifies_downloads: bool = False,
) -> dict[str, str]:
    """Return the environment for Terraform's processes; what they share is kept in `folder`.

    With a mirror, Terraform reads a CLI configuration written into `folder` instead of the user's own;
    credentials of `terraform login` and TF_TOKEN_* variables stay in force. Without one, the user's own
    configuration decides where providers come from. With `verifies_downloads`, what is shared has to have the checksums
    of a lock file.
    """
    child = {
        # Terraform then leaves out advice to type its commands, which a person here does not.
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        # Terraform and its providers live briefly and read large schemas: to collect garbage a quarter as often takes a
        # quarter less processor time and 0.2 GB more memory (measured: `terraform validate`, AWS provider 5.100).
        "GOGC": "400",
        **environment,
    }
    if missing_cli_configuration(environment):
        # Terraform would repeat a warning in front of every output.
        del child[_CLI_CONFIGURATION]
    folder.mkdir(parents=True, exist_ok=True)
    if mirror is not None:
        child[_CLI_CONFIGURATION] = str(_write_cli_configuration(folder, mirror))
    if mirror is not None or not has_own_cli_configuration(child):
        _share_downloads(child, folder, verifies=verifies_downloads)
    return child


def shares_downloads(child: Mapping[str, str]) -> bool:
    """Say whether providers land in one cache: Terraform cannot fill that from two processes at once."""
    return _PLUGIN_CACHE in child


def _write_cli_configuration(folder: Path, mirror: ProviderMirror) -> Path:
    mirrored = json.dumps(list(mirror.providers))
    path = (folder / "terraform.rc").absolute()
    # Written beside and renamed: another run may be reading the file.
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f"    path    = {json.dumps(str(mirror.directory))}\n"
        f"    include = {mirrored}\n"
        "  }\n"
        "  direct {\n"
        f"    exclude = {mirrored}\n"
        "  }\n"
        "}\n",
        encoding="utf-8",
    )
    return draft.replace(path)


def has_own_cli_configuration(environment: Mapping[str, str]) -> bool:
    """Say whether the user has configured Terraform's command line, and with it where providers come from."""
    named = environment.get(_CLI_CONFIGURATION)
    return Path(named).is_file() if named else (Path.home() / ".terraformrc").is_file()


def _share_downloads(child: dict[str, str], folder: Path, *, verifies: bool) -> None:
    # One AWS provider is 0.7 GB unpacked, and every stack would have its own copy.
    cache = (folder / "providers").absolute()
    cache.mkdir(exist_ok=True)
    child.setdefault(_PLUGIN_CACHE, str(cache))
    if not verifies:
        # The lock files lie in cdktf.out, which is made anew by each synth, so nobody relies on their checksums.
        child.setdefault("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE", "1")
