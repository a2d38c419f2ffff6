"""What to do about errors, in the words of Terraform 1.11 and of its providers."""

import pytest

from backstay.terraform.advice import advise
from backstay.terraform.events import Diagnostic

AZURE_CLI = (
    'could not configure AzureCli Authorizer: could not parse Azure CLI version: launching Azure CLI: exec: "az": '
    "executable file not found in $PATH"
)
LOCK_INFO = """\
failed to lock azure state: state blob is already locked
Lock Info:
  ID:        7b1d0b7e-2f6e-7f0b-6f0e-5b6d5f1c1d3a
  Path:      tfstate/production/production-westeurope.tfstate
  Operation: init"""


def advice(summary: str, detail: str = "") -> str:
    return advise(Diagnostic("error", summary, detail), command=["terraform"], directory="stacks/east")


@pytest.mark.parametrize(
    ("summary", "detail", "expected"),
    [
        (f"unable to build authorizer for Storage API: {AZURE_CLI}", "", "log in with `az login`"),
        (f"unable to build authorizer for Resource Manager API: {AZURE_CLI}", "", "log in with `az login`"),
        (
            "storage.NewClient() failed: dialing: google: could not find default credentials. See "
            "https://cloud.google.com/docs/authentication/external/set-up-adc for more information",
            "",
            "gcloud auth application-default login",
        ),
        (
            'Get "https://10.0.0.2/api/v1/namespaces/llm": getting credentials: exec: executable kubelogin not found',
            "It looks like you are trying to use a client-go credential\nplugin that is not installed.",
            "`backstay doctor` says how to get it",
        ),
        (
            "googleapi: Error 409: Your previous request to create the named bucket succeeded and you already own it.",
            "",
            "import it with `terraform import`",
        ),
        (
            'A resource with the ID "/subscriptions/0" already exists - to be managed via Terraform this resource '
            "needs to be imported into the State.",
            "",
            "import it with `terraform import`",
        ),
        (
            "Error acquiring the state lock",
            'Error message: writing "gs://acme/default.tflock" failed: googleapi: Error\n404: The specified bucket '
            "does not exist., notFound",
            "run `backstay state bootstrap ENV`",
        ),
    ],
)
def test_it_leads_on(summary: str, detail: str, expected: str) -> None:
    assert expected in advice(summary, detail)


def test_a_state_that_is_locked_while_it_is_made_can_be_released() -> None:
    summary, detail = LOCK_INFO.split("\n", 1)
    released = advice(f"Error loading state: {summary}", detail)
    assert released.endswith("terraform -chdir=stacks/east force-unlock 7b1d0b7e-2f6e-7f0b-6f0e-5b6d5f1c1d3a")


def test_what_nobody_knows_anything_about_is_left_to_terraforms_own_words() -> None:
    assert advice("creating the machine: out of capacity") == ""
