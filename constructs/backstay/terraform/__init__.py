"""Runs Terraform over synthesized stacks: in order, side by side, interruptible, and told in typed events.

Needs the standard library only. `binary.find` finds Terraform and `manifest.read` the stacks;
`run_in_order` with a `StackRunner` does the work.
"""

from backstay.terraform.binary import Terraform
from backstay.terraform.errors import (
    ManifestError,
    ProviderMirrorError,
    TerraformError,
    TerraformNotFoundError,
)
from backstay.terraform.manifest import SynthesizedStack
from backstay.terraform.result import Action, Outcome, StackResult
from backstay.terraform.run import StackRunner
from backstay.terraform.schedule import run_in_order

__all__ = [
    "Action",
    "ManifestError",
    "Outcome",
    "ProviderMirrorError",
    "StackResult",
    "StackRunner",
    "SynthesizedStack",
    "Terraform",
    "TerraformError",
    "TerraformNotFoundError",
    "run_in_order",
]
