"""Which emulated account a request belongs to: its access key says so."""

DEFAULT_ACCOUNT = "123456789012"

# Access keys have 20 characters; eight name the sandbox and twelve are the account.
_PREFIX = "SANDBOX0"


def access_key(account: str) -> str:
    """The access key that signs for `account` (12 digits).

    Raises ValueError when the account is not 12 digits.
    """
    if not (len(account) == 12 and account.isascii() and account.isdigit()):
        raise ValueError(f"{account!r} is not an aws account: give its 12 digits")
    return f"{_PREFIX}{account}"


def account_of(key: str) -> str | None:
    """The account that `key` signs for; None when it is not one of the sandbox's own keys."""
    account = key.removeprefix(_PREFIX)
    if account == key or not account.isdigit():
        return None
    return account


def recognise_access_keys() -> None:
    """Let the emulator in this process give each request to the account that its key names."""
    import moto.iam.models

    def get_account_id_from(key: str) -> str:
        return account_of(key) or _account_that_issued(key) or DEFAULT_ACCOUNT

    moto.iam.models.get_account_id_from = get_account_id_from


def _account_that_issued(key: str) -> str | None:
    """The account that gave a key away, as it does to whoever assumes a role.

    moto would look into every partition of AWS, and make it first, in each account: a minute for some hundred accounts.
    """
    from moto.iam.models import iam_backends

    # Copies, since other requests make accounts meanwhile.
    for account, partitions in list(iam_backends.items()):
        if any(key in made.access_keys for made in list(partitions.values())):
            return account
    return None


def emulated_account(key: str) -> str:
    """The account whose things a request with this key is about, inside the emulator's process.

    Other than `account_of`, this also knows the keys that the emulator gave to whoever assumed a role.
    """
    from moto.iam.models import get_account_id_from

    return get_account_id_from(key)
