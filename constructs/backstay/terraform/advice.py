"""What to do about the errors that people meet most, since Terraform cannot know how it was called here."""

import re
from collections.abc import Sequence
from shlex import join

from backstay.terraform.events import Diagnostic
from backstay.terraform.state_store import STORES, has_sign

_LOCK_ID = re.compile(r"^\s*ID:\s+(\S+)", re.MULTILINE)

_ADVICE_BY_ERROR = (
    (
        ("could not connect to", "failed to request discovery document"),
        "the provider registry cannot be reached: check the network, or name a directory of providers with "
        "--provider-mirror DIR or BACKSTAY_PROVIDER_MIRROR; where there is a network, "
        "`terraform providers mirror DIR` makes one",
    ),
    (
        ("no available releases match", "was not found in any of the search locations"),
        "the provider mirror lacks a version that the stack accepts; add one, or leave the mirror out",
    ),
    (
        ("Provider dependency changes detected", "the lock file is read-only"),
        "the stack needs a provider that the .terraform.lock.hcl of the project lacks; run `backstay providers lock` "
        "and commit the file",
    ),
    (
        ("BucketAlreadyOwnedByYou", "you already own it", "this resource needs to be imported into the State"),
        "it exists in this account, but no state knows of it: import it with `terraform import` in the stack's "
        "directory, or delete it if it is empty, and run the same command again",
    ),
    (
        ("No value for required variable",),
        "give each value as an environment variable TF_VAR_<name>, which keeps it out of files and of the command line",
    ),
    (
        ("Instance cannot be destroyed",),
        "it keeps data, so it is protected against being destroyed or replaced: undo what would do that; only an "
        "environment that says `disposable: true` can be destroyed whole",
    ),
    (
        ("No valid credential sources found", "failed to refresh cached credentials"),
        "no AWS credentials were found; set AWS_PROFILE or log in, and see `backstay doctor`",
    ),
    (
        ("unable to build authorizer for",),
        "no Azure credentials were found that work; log in with `az login` or set those of a service principal, and "
        "see `backstay doctor`",
    ),
    (
        ("could not find default credentials",),
        "no Google Cloud credentials were found; run `gcloud auth application-default login` or set "
        "GOOGLE_APPLICATION_CREDENTIALS, and see `backstay doctor`",
    ),
    (
        ("client-go credential plugin that is not installed",),
        "the command that gets tokens for the cluster is not on PATH; `backstay doctor` says how to get it",
    ),
    (
        ("AWS account ID not allowed",),
        "these credentials belong to an account other than the environment's; nothing was changed",
    ),
    (
        ("Backend configuration changed", "Backend type changed", "Backend initialization required"),
        "the stack was initialized with another state backend: move its state there with `init -migrate-state`, "
        "or delete the .terraform folder in the stack's directory to start from the new one",
    ),
    (
        ("Unsupported Terraform Core version",),
        "the stack needs a newer Terraform; name one in TERRAFORM_BINARY_NAME",
    ),
)

_NO_STORE = (
    "the store of the state does not exist yet; run `backstay state bootstrap ENV`, or make the one that the "
    "environment names under `state`"
)


def advise(diagnostic: Diagnostic, *, command: Sequence[str], directory: str) -> str:
    """Return how to go on after this error, or an empty string where Terraform's own words must do."""
    text = diagnostic.text
    if any(has_sign(text, store.missing) for store in STORES.values()):
        return _NO_STORE
    if "Error acquiring the state lock" in text and "ResourceNotFoundException" in text:
        return "the state's lock table does not exist yet; run `backstay state bootstrap ENV`"
    # The second is what `init` says, which locks a state on Azure and Google Cloud while it makes it.
    if "Error acquiring the state lock" in text or "Lock Info:" in text:
        lock = _LOCK_ID.search(diagnostic.detail)
        release = join([*command, f"-chdir={directory}", "force-unlock", lock[1] if lock else "ID"])
        return f"another run holds the lock: wait until it has ended; only if it is dead, release it: {release}"
    return next((advice for signs, advice in _ADVICE_BY_ERROR if any(sign in text for sign in signs)), "")
