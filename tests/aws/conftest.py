"""What tests with real Terraform share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backstay.sandbox import Sandbox
from tests.aws.deployment import Deployment


@pytest.fixture(scope="session")
def emulated_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The embedded cloud."""
    running = Sandbox.start(tmp_path_factory.mktemp("emulated-cloud"))
    yield running
    running.stop()


@pytest.fixture
def deployment(emulated_cloud: Sandbox, terraform_on_path: str, tmp_path: Path) -> Deployment:
    """A stack that can be deployed into an empty cloud."""
    assert terraform_on_path
    emulated_cloud.reset()
    return Deployment(tmp_path, emulated_cloud, account="123456789012")
