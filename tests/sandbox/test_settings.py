"""How commands are kept inside the sandbox."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from backstay.sandbox import environment, write_override
from backstay.sandbox.accounts import access_key, account_of

if TYPE_CHECKING:
    from pathlib import Path

ENDPOINT = "http://127.0.0.1:4000"


def test_nothing_of_a_real_account_is_passed_on() -> None:
    real = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_S3": "https://s3.example.com",
        "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/deploy",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/run/token",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
        "AWS_CA_BUNDLE": "/etc/ca.pem",
        "ARM_CLIENT_SECRET": "real",
        "GOOGLE_CREDENTIALS": "real",
    }
    assert not real.keys() & environment(ENDPOINT, base=real).keys()


def test_own_files_of_the_user_are_not_read() -> None:
    given = environment(ENDPOINT, base={"AWS_CONFIG_FILE": "~/.aws/config"})
    assert given["AWS_CONFIG_FILE"] == given["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert given["AWS_EC2_METADATA_DISABLED"] == "true"


def test_everything_else_of_the_environment_is_passed_on() -> None:
    base = {"PATH": "/usr/bin", "TF_VAR_api_key": "k", "HTTPS_PROXY": "http://proxy:3128"}
    assert base.items() <= environment(ENDPOINT, base=base).items()


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_loopback_is_reached_without_a_proxy(name: str) -> None:
    given = environment(ENDPOINT, base={name: "intranet"})
    assert given["NO_PROXY"] == given["no_proxy"] == "intranet,127.0.0.1,localhost"


def test_key_says_which_account_it_is_for() -> None:
    key = environment(ENDPOINT, account="111122223333", base={})["AWS_ACCESS_KEY_ID"]
    assert account_of(key) == "111122223333"
    assert len(key) == 20


@pytest.mark.parametrize("account", ["", "12345", "12345678901a", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_account_that_is_not_twelve_digits_is_refused(account: str) -> None:
    with pytest.raises(ValueError, match="give its 12 digits"):
        access_key(account)


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "", "SANDBOX0", "SANDBOX0x"])
def test_foreign_key_is_for_no_account(key: str) -> None:
    assert account_of(key) is None


def overridden(tmp_path: Path, stack: dict[str, Any]) -> Any:
    """What is laid over a stack named `production-eu-west-1`."""
    directory = tmp_path / "production-eu-west-1"
    directory.mkdir(exist_ok=True)
    (directory / "cdk.tf.json").write_text(json.dumps(stack))
    written = write_override(directory, local_state=tmp_path / "state")
    return json.loads(written.read_text()) if written else None


def test_provider_gives_up_early(tmp_path: Path) -> None:
    stack = {"provider": {"aws": [{"region": "eu-west-1"}, {"region": "us-east-1", "alias": "us"}]}}
    expected = {"provider": {"aws": [{"max_retries": 2}, {"max_retries": 2, "alias": "us"}]}}
    assert overridden(tmp_path, stack) == expected


def test_provider_loses_what_leads_to_a_real_account(tmp_path: Path) -> None:
    stack = {"provider": {"aws": {"region": "eu-west-1", "profile": "production", "endpoints": [{"s3": "x"}]}}}
    (provider,) = overridden(tmp_path, stack)["provider"]["aws"]
    assert provider == {"max_retries": 2, "profile": None, "endpoints": [{}]}


def test_s3_backend_is_left_as_it_is(tmp_path: Path) -> None:
    assert overridden(tmp_path, {"terraform": {"backend": {"s3": {"bucket": "state", "key": "k"}}}}) is None


def test_s3_backend_with_credentials_is_repeated_without_them(tmp_path: Path) -> None:
    backend = {"bucket": "state", "key": "k", "region": "eu-west-1", "use_lockfile": True}
    stack = {"terraform": {"backend": {"s3": backend | {"profile": "production", "access_key": "AKIA"}}}}
    assert overridden(tmp_path, stack) == {"terraform": {"backend": {"s3": backend}}}


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"cloud": {"organization": "acme", "workspaces": {"name": "w"}}},
        {"backend": {"azurerm": {"key": "k"}}},
        {"backend": {"gcs": {"bucket": "b"}}},
        {"backend": {"remote": {"organization": "acme"}}},
    ],
)
def test_state_that_would_lie_elsewhere_becomes_a_local_file(tmp_path: Path, elsewhere: dict[str, Any]) -> None:
    path = str(tmp_path / "state" / "production-eu-west-1.tfstate")
    assert overridden(tmp_path, {"terraform": elsewhere}) == {"terraform": {"backend": {"local": {"path": path}}}}


def test_override_of_an_earlier_run_is_removed_when_none_is_needed(tmp_path: Path) -> None:
    overridden(tmp_path, {"provider": {"aws": {"region": "eu-west-1"}}})
    assert overridden(tmp_path, {}) is None
    assert not list(tmp_path.rglob("*override*"))
