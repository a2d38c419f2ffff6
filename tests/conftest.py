"""What every test may use."""

import os
import shutil

import pytest
from hypothesis import settings

from backstay import fast_jsii

# How long an example takes says more of the machine than of the code.
settings.register_profile("backstay", deadline=None)
settings.load_profile("backstay")

# Before the first import of a provider binding, or the suite pays 35 s for it.
fast_jsii.install()


def require(present: object, reason: str) -> None:
    """Skip the calling test when something it needs is absent; in CI everything must be there, so fail."""
    if present:
        return
    if os.environ.get("CI"):
        pytest.fail(f"needed in CI: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def terraform_on_path() -> str:
    """The path of a Terraform or OpenTofu binary."""
    found = shutil.which("terraform") or shutil.which("tofu")
    require(found, "no terraform or tofu on PATH")
    assert found
    return found
