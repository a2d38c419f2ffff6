"""Environment file -> stacks -> Terraform JSON.

`BACKSTAY_ENV` names an environment, or the path of its file; without it, every environment is synthesized.
"""

import os
import sys
from pathlib import Path

from backstay import environment_file, fast_jsii

PROJECT = Path(__file__).parent


def main() -> int:
    """Synthesize; returns the exit code."""
    wanted = os.environ.get("BACKSTAY_ENV")
    try:
        files = [
            environment_file.find(name, PROJECT) for name in ([wanted] if wanted else environment_file.names(PROJECT))
        ]
        environments = [environment_file.load(file) for file in files]
    except environment_file.EnvironmentFileError as error:
        sys.stderr.write(f"{error}\n")
        return 3

    fast_jsii.install()
    from cdktf import App

    from stacks import add_stacks

    app = App()
    for environment in environments:
        add_stacks(app, environment)
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
