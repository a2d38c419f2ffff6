"""What the tests of the engine share."""

import os
import threading
from pathlib import Path

import pytest

from backstay.terraform import StackRunner, binary, settings


@pytest.fixture
def runner(tmp_path: Path, terraform_on_path: str) -> StackRunner:
    """A runner with the Terraform on PATH, whose logs lie in `logs`."""
    assert terraform_on_path
    return StackRunner(
        terraform=binary.find(),
        environment=settings.child_environment(folder=tmp_path / "terraform", mirror=None, environment=os.environ),
        logs=tmp_path / "logs",
        init_lock=threading.Lock(),
    )
