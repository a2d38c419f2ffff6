"""What each backend says when the store of a state cannot be used, and what to do about it."""

import json
from dataclasses import dataclass

from backstay.terraform.manifest import SynthesizedStack

Sign = tuple[str, ...]
"""Phrases that stand together in one error."""

Remedy = tuple[Sign, str]
"""What to do about errors with a sign."""


@dataclass(frozen=True, kw_only=True)
class StateStore:
    """The words of one backend, and of the provider that makes its store.

    Attributes:
        missing: `init` finds no store.
        refusals: `init` may not use the store.
        taken: the provider cannot make the store.
        settling: `init` cannot use the store for some minutes after it was made.
    """

    missing: tuple[Sign, ...]
    refusals: tuple[Remedy, ...]
    taken: tuple[Remedy, ...]
    settling: tuple[Sign, ...] = ()


def store_of(stack: SynthesizedStack) -> StateStore | None:
    """The store that the stack's backend needs; None where it needs none that could be missing."""
    configuration = json.loads((stack.directory / "cdk.tf.json").read_text(encoding="utf-8"))
    backends = configuration.get("terraform", {}).get("backend", {})
    return next((STORES[backend] for backend in backends if backend in STORES), None)


def has_sign(text: str, signs: tuple[Sign, ...]) -> bool:
    """Say whether an error's text has any of the signs."""
    return any(all(phrase in text for phrase in sign) for sign in signs)


def first_remedy(text: str, remedies: tuple[Remedy, ...]) -> str | None:
    """Return what to do about an error, by the first sign that its text has."""
    return next((remedy for sign, remedy in remedies if has_sign(text, (sign,))), None)


def _rename(store: str, other: str, owner: str) -> str:
    return (
        f"the name of the state {store} is taken: {store} names are unique in the world, and this one belongs to "
        f"another {other}, or these credentials may not use it; choose another `namespace` in the environment file, "
        f"or use credentials of the {owner} that owns the {store}"
    )


_S3 = _rename("bucket", other="account", owner="account")
_AZURE = _rename("storage account", other="tenant or subscription", owner="tenant")
_GOOGLE = _rename("bucket", other="project", owner="project")

# A storage account has a name in the DNS for as long as it exists.
_NO_STORAGE_ACCOUNT = ("lookup", ".blob.", "no such host")
_NO_STORAGE_ROLE = ("AuthorizationPermissionMismatch",)

STORES = {
    "s3": StateStore(
        missing=(("S3 bucket", "does not exist"), ("NoSuchBucket",)),
        refusals=(
            (("StatusCode: 301",), _S3),
            (("StatusCode: 401",), _S3),
            (("StatusCode: 403",), _S3),
            (("Unable to access object", "in S3 bucket"), _S3),
        ),
        taken=((("BucketAlreadyExists",), _S3),),
    ),
    "azurerm": StateStore(
        missing=(_NO_STORAGE_ACCOUNT, ("ContainerNotFound",)),
        refusals=(
            (("InvalidAuthenticationInfo",), _AZURE),
            (("AuthenticationFailed",), _AZURE),
            (
                _NO_STORAGE_ROLE,
                "these credentials may not read and write the state: they need the role Storage Blob Data Contributor "
                "on the resource group of the state, which takes up to ten minutes to be in force",
            ),
            (
                ("AuthorizationFailure",),
                "the storage account of the state does not answer to this network: deploy from a network under "
                "`azure.deploy_from`, or add this one there and deploy that first",
            ),
        ),
        taken=((("StorageAccountAlreadyTaken",), _AZURE),),
        # The stack gives the role itself; and that there is no account may be an answer from before.
        settling=(_NO_STORAGE_ROLE, _NO_STORAGE_ACCOUNT),
    ),
    "gcs": StateStore(
        missing=(("bucket doesn't exist",), ("The specified bucket does not exist",)),
        refusals=(
            (
                ("Error 403", "does not have storage."),
                f"{_GOOGLE}, where they need the role roles/storage.objectUser on it",
            ),
        ),
        taken=((("The requested bucket name is not available",), _GOOGLE),),
    ),
}
"""By the name of the backend in a stack's JSON."""
