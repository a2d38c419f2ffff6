"""Environment file -> stacks -> Terraform JSON.

`BACKSTAY_ENV` names an environment, or the path of its file; without it, every environment is synthesized.
"""

import importlib.util
import os
import sys
from pathlib import Path

from backstay import environment_file, fast_jsii
from backstay.topology import Environment

PROJECT = Path(__file__).parent


def main() -> int:
    """Synthesize; returns the exit code: 1 when something is not installed, 3 when an environment is refused."""
    wanted = os.environ.get("BACKSTAY_ENV")
    try:
        files = [
            environment_file.find(name, PROJECT) for name in ([wanted] if wanted else environment_file.names(PROJECT))
        ]
        environments = [environment_file.load(file) for file in files]
    except environment_file.EnvironmentFileError as error:
        return _end(3, error)
    # Every cloud's extra brings these.
    if importlib.util.find_spec("cdktf_cdktf_provider_kubernetes") is None:
        clouds = sorted({region.cloud for environment in environments for region in environment.regions.values()})
        return _end(1, f"the bindings of no cloud are installed; install backstay[{','.join(clouds)}]")
    try:
        fast_jsii.install()
    except fast_jsii.UnsupportedNodeError as error:
        return _end(1, error)
    return _synthesize(environments)


def _synthesize(environments: list[Environment]) -> int:
    from cdktf import App

    from backstay.clouds import CloudUnavailableError
    from stacks import add_stacks

    app = App()
    try:
        for environment in environments:
            add_stacks(app, environment)
    except CloudUnavailableError as error:
        return _end(1, error)
    app.synth()
    return 0


def _end(code: int, why: Exception | str) -> int:
    sys.stderr.write(f"{why}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
