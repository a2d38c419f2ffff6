"""Whose request it is."""

import subprocess
import sys

import pytest

from backstay.sandbox.accounts import access_key, account_of

ACCOUNTS = """
from backstay.sandbox import accounts
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

accounts.recognise_access_keys()
for number in range(3):
    iam_backends[f"10000000000{number}"]["aws"]
role = sts_backends["100000000000"]["aws"].assume_role(
    "eu-west-1", "session", "arn:aws:iam::100000000001:role/deploy", None, 900, None
)
print(accounts.emulated_account(role.access_key.access_key_id))
print(accounts.emulated_account("AKIAOFNOBODY"))
print(accounts.emulated_account(accounts.access_key("100000000002")))
print({partition for account in iam_backends.values() for partition in account.keys()})
"""


def test_a_key_of_the_sandbox_names_its_account() -> None:
    assert account_of(access_key("100000000001")) == "100000000001"
    assert account_of("AKIAIOSFODNN7EXAMPLE") is None


@pytest.mark.parametrize("account", ["", "1234", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_what_is_no_account_has_no_key(account: str) -> None:
    with pytest.raises(ValueError, match="give its 12 digits"):
        access_key(account)


def test_whoever_assumed_a_role_is_in_its_account_and_nothing_is_made_to_find_that_out() -> None:
    # The emulator is changed for good, so in a process of its own.
    done = subprocess.run([sys.executable, "-c", ACCOUNTS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["100000000001", "123456789012", "100000000002", "{'aws'}"]
