"""The embedded cloud: an AWS emulator on loopback that real Terraform applies stacks against.

Importing this package is cheap and needs no extra; starting the emulator needs `backstay[sandbox]`.
"""

from backstay.sandbox.errors import SandboxError
from backstay.sandbox.process import Sandbox
from backstay.sandbox.settings import environment, write_override

__all__ = ["Sandbox", "SandboxError", "environment", "write_override"]
