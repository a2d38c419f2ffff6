"""A state that moves into the store which its own stack makes, on each cloud, in the words of Terraform 1.11."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from backstay.terraform import Action, Outcome, StackResult, StackRunner, Terraform, manifest
from backstay.terraform.interruption import Interruption
from backstay.terraform.remote_state import RemoteState
from backstay.terraform.run import ignore
from tests.terraform import scripted
from tests.terraform.apps import write_app

STATE, REGION = "production-state", "production-region"

LISTING = "Failed to get existing workspaces: listing blobs: executing request: "
QUERYING = "Failed to get existing workspaces: querying Cloud Storage failed: "
REQUEST = "\nRequestId:3f1d7f4e-701e-0035-4b66-000000000000\nTime:2026-11-24T10:00:00.0000000Z"

NO_ACCOUNT = (
    f'{LISTING}Get "https://acmeproduction.blob.core.windows.net/tfstate?comp=list&restype=container": dial tcp: '
    "lookup acmeproduction.blob.core.windows.net on 10.0.0.2:53: no such host"
)
NO_CONTAINER = (
    f"{LISTING}unexpected status 404 (404 The specified container does not exist.) with ContainerNotFound: "
    f"The specified container does not exist.{REQUEST}"
)
NO_ROLE = (
    f"{LISTING}unexpected status 403 (403 This request is not authorized to perform this operation using this "
    "permission.) with AuthorizationPermissionMismatch: This request is not authorized to perform this operation "
    f"using this permission.{REQUEST}"
)
CLOSED = (
    f"{LISTING}unexpected status 403 (403 This request is not authorized to perform this operation.) with "
    f"AuthorizationFailure: This request is not authorized to perform this operation.{REQUEST}"
)
ANOTHER_TENANT = (
    f"{LISTING}unexpected status 401 (401 Server failed to authenticate the request. Please refer to the information "
    "in the www-authenticate header.) with InvalidAuthenticationInfo: Server failed to authenticate the request. "
    f"Please refer to the information in the www-authenticate header.{REQUEST}"
)
ACCOUNT_TAKEN = (
    'creating Storage Account (Subscription: "00000000-0000-0000-0000-000000000000"\nResource Group Name: '
    '"acme-production"\nStorage Account Name: "acmeproduction"): performing Create: unexpected status 409 (409 '
    "Conflict) with error: StorageAccountAlreadyTaken: The storage account named acmeproduction is already taken."
)
NO_BUCKET = f"{QUERYING}storage: bucket doesn't exist"
ANOTHER_PROJECT = (
    f"{QUERYING}googleapi: Error 403: deploy@acme.iam.gserviceaccount.com does not have storage.objects.list access "
    "to the Google Cloud Storage bucket. Permission 'storage.objects.list' denied on resource (or it may not exist)., "
    "forbidden"
)
BUCKET_TAKEN = (
    "googleapi: Error 409: The requested bucket name is not available. The bucket namespace is shared by all users of "
    "the system. Please select a different name and try again., conflict"
)
NO_S3_BUCKET = 'Failed to get existing workspaces: S3 bucket "acme-production-state" does not exist.'

MISSING = [("s3", NO_S3_BUCKET), ("azurerm", NO_ACCOUNT), ("azurerm", NO_CONTAINER), ("gcs", NO_BUCKET)]
missing = pytest.mark.parametrize(("backend", "words"), MISSING, ids=["s3", "account", "container", "gcs"])


class World:
    """The state stack of one region and the region's stack, in a world that holds no store at first."""

    def __init__(self, directory: Path, backend: str) -> None:
        self.directory = directory
        backends = {"terraform": {"backend": {backend: {}}}}
        write_app(directory / "cdktf.out", {STATE: backends, REGION: backends}, depends_on={REGION: [STATE]})
        self.stack, self.region = manifest.read(directory / "cdktf.out")
        self.runner = StackRunner(
            terraform=Terraform((sys.executable, scripted.__file__), "1.11.4", "Terraform", "this test"),
            environment={"WORLD": str(directory)},
            logs=directory / "logs",
        )
        self.remote_state = RemoteState(
            runner=self.runner, folder=directory / "state", pause_seconds=0, patience_seconds=30
        )

    def says(self, of: str, words: str) -> None:
        (self.directory / of).write_text(words)

    def create(self) -> StackResult:
        return self.remote_state.create(self.stack, Action.APPLY, Interruption(), ignore)

    def plan(self) -> StackResult:
        return self.remote_state.run(self.stack, Action.PLAN, Interruption(), ignore)

    def remove(self) -> StackResult:
        return self.remote_state.remove(self.stack, Action.DESTROY, Interruption(), ignore)

    def destroy_region(self) -> StackResult:
        return self.remote_state.destroy_dependent(self.region, Action.DESTROY, Interruption(), ignore)

    @property
    def commands(self) -> list[str]:
        return (self.directory / "commands").read_text().splitlines()

    @property
    def has_store(self) -> bool:
        return (self.directory / "store/state").exists()

    @property
    def has_state_here(self) -> bool:
        return any((self.directory / "state").glob("*"))


@pytest.fixture
def world(tmp_path: Path) -> Callable[[str], World]:
    return lambda backend: World(tmp_path, backend)


@missing
def test_a_missing_store_is_made_and_the_state_moves_in(
    world: Callable[[str], World], backend: str, words: str
) -> None:
    here = world(backend)
    here.says("missing", words)
    assert here.create().outcome is Outcome.CHANGED
    assert here.commands == ["init", "init", "plan", "apply", "init -migrate-state"]
    assert here.has_store
    assert not here.has_state_here
    assert here.plan().outcome is Outcome.UNCHANGED


@missing
def test_what_is_gone_needs_no_destroying(world: Callable[[str], World], backend: str, words: str) -> None:
    here = world(backend)
    here.says("missing", words)
    for result in (here.destroy_region(), here.remove()):
        assert result.outcome is Outcome.UNCHANGED
        assert result.reason == "the store of its state does not exist, as after a destroy"
    assert here.commands == ["init", "init"]


@missing
def test_a_run_without_a_store_leads_to_the_bootstrap(world: Callable[[str], World], backend: str, words: str) -> None:
    here = world(backend)
    here.says("missing", words)
    result = here.plan()
    assert result.outcome is Outcome.FAILED
    assert ["run `backstay state bootstrap ENV`" in advice for advice in result.advice] == [True]


@missing
def test_a_store_is_unmade_with_its_state_out_of_it(world: Callable[[str], World], backend: str, words: str) -> None:
    here = world(backend)
    here.says("missing", words)
    here.create()
    assert here.remove().counts.destroyed == 1
    assert here.commands[5:] == ["init", "init -migrate-state", "destroy"]
    assert not here.has_store
    assert not here.has_state_here


REFUSALS = [
    ("azurerm", ANOTHER_TENANT, "storage account names are unique in the world"),
    ("azurerm", NO_ROLE, "need the role Storage Blob Data Contributor"),
    ("azurerm", CLOSED, "`azure.deploy_from`"),
    ("gcs", ANOTHER_PROJECT, "choose another `namespace` in the environment file"),
    ("gcs", ANOTHER_PROJECT, "need the role roles/storage.objectUser"),
    ("s3", 'Unable to access object "key" in S3 bucket "acme": Forbidden', "bucket names are unique in the world"),
]


@pytest.mark.parametrize(("backend", "words", "advice"), REFUSALS)
def test_a_store_that_refuses_is_left_alone(
    world: Callable[[str], World], backend: str, words: str, advice: str
) -> None:
    here = world(backend)
    here.says("refused", words)
    for act in (here.create, here.plan, here.remove):
        result = act()
        assert result.outcome is Outcome.FAILED
        assert advice in "".join(result.advice)
    assert here.destroy_region().outcome is Outcome.FAILED
    assert set(here.commands) == {"init"}


TAKEN = [
    ("azurerm", NO_ACCOUNT, ACCOUNT_TAKEN, "this one belongs to another tenant or subscription"),
    ("gcs", NO_BUCKET, BUCKET_TAKEN, "this one belongs to another project"),
    ("s3", NO_S3_BUCKET, "creating S3 Bucket (acme): BucketAlreadyExists", "this one belongs to another account"),
]


@pytest.mark.parametrize(("backend", "absent", "words", "advice"), TAKEN)
def test_a_name_that_somebody_else_has_leads_to_the_namespace(
    world: Callable[[str], World], backend: str, absent: str, words: str, advice: str
) -> None:
    here = world(backend)
    here.says("missing", absent)
    here.says("apply", words)
    result = here.create()
    assert result.outcome is Outcome.FAILED
    assert advice in "".join(result.advice)
    assert not here.has_store


@pytest.mark.parametrize("words", [NO_ROLE, NO_ACCOUNT])
def test_a_storage_account_may_take_its_time(world: Callable[[str], World], words: str) -> None:
    here = world("azurerm")
    here.says("missing", NO_ACCOUNT)
    for times in (2, 3):
        here.says(f"refused-{times}", words)
    assert here.create().outcome is Outcome.CHANGED
    assert here.commands[4:] == ["init -migrate-state"] * 3
    assert not here.has_state_here


def test_a_role_that_never_comes_leaves_the_state_for_the_next_bootstrap(world: Callable[[str], World]) -> None:
    here = world("azurerm")
    here.says("missing", NO_ACCOUNT)
    here.says("refused-2", NO_ROLE)
    here.remote_state = RemoteState(runner=here.runner, folder=here.directory / "state", patience_seconds=0)
    result = here.create()
    assert result.outcome is Outcome.FAILED
    assert "up to ten minutes" in "".join(result.advice)
    assert here.has_state_here
    assert "`backstay state bootstrap ENV` finishes making it" in "".join(here.plan().advice)
    assert here.create().outcome is Outcome.UNCHANGED
    assert not here.has_state_here


def test_a_wait_for_a_role_can_be_interrupted(world: Callable[[str], World]) -> None:
    here = world("azurerm")
    here.says("missing", NO_ACCOUNT)
    here.says("refused-2", NO_ROLE)
    patient = RemoteState(runner=here.runner, folder=here.directory / "state", pause_seconds=600)
    interruption = Interruption()
    stop = threading.Timer(1, interruption.request)
    stop.start()
    result = patient.create(here.stack, Action.APPLY, interruption, ignore)
    stop.join()
    assert result.outcome is Outcome.INTERRUPTED
    assert here.has_state_here


def test_words_of_another_backend_mean_nothing(world: Callable[[str], World]) -> None:
    here = world("gcs")
    here.says("missing", NO_CONTAINER)
    assert here.create().outcome is Outcome.FAILED
    assert here.commands == ["init"]


def test_what_a_provider_cannot_find_is_no_missing_store(world: Callable[[str], World]) -> None:
    here = world("gcs")
    here.says("missing", NO_BUCKET)
    here.create()
    here.says("destroy", "reading the bucket: googleapi: Error 404: The specified bucket does not exist., notFound")
    assert here.destroy_region().outcome is Outcome.FAILED
