"""What the tests of pipelines may use."""

from collections.abc import Iterator

import pytest

from tests.pipeline.github_server import GitHubServer, serving


@pytest.fixture
def github_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as server:
        yield server
