"""A key and a secret in two regions of the embedded cloud, applied by Terraform with the real AWS provider."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.keys import Key
from backstay.aws.replicated_key import KeyReplica, ReplicatedKey
from backstay.aws.secret_replicas import ReplicatedSecret
from backstay.sandbox import Sandbox
from backstay.terraform import Action, Outcome
from backstay.topology import aws_region
from backstay.topology.keys import KeyUse
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES

# IAM's control plane goes with us-east-1, so the region that is lost is another.
SURVIVOR, LOST = aws_region("us-east-1"), aws_region("eu-west-1")
SECRET = "acme/production/token"  # noqa: S105 - its name
FIELD = b"4111 1111 1111 1111"

pytestmark = pytest.mark.sandbox


def here(region: Any) -> dict[str, Any]:
    return {"region": region, "names": NAMES, "disposable": True}


def originals(stack: TerraformStack) -> None:
    key = Key(stack, "key", purpose="secrets", uses={KeyUse.SECRETS}, **here(LOST)).outputs
    ReplicatedKey(stack, "fields", purpose="fields", **here(LOST))
    ReplicatedSecret(stack, "token", name=SECRET, replicas=[SURVIVOR], key=key, **here(LOST))


def secrets_key(stack: TerraformStack) -> None:
    Key(stack, "key", purpose="secrets", uses={KeyUse.SECRETS}, **here(SURVIVOR))


def with_replica_of(arn: str) -> Any:
    def build(stack: TerraformStack) -> None:
        secrets_key(stack)
        KeyReplica(stack, "fields", copy_of=arn, purpose="fields", **here(SURVIVOR))

    return build


def deploy(deployment: Deployment, action: Action) -> Outcome:
    result = deployment.run(action)
    assert not result.errors, result.errors
    return result.outcome


@dataclass(frozen=True)
class Pair:
    sandbox: Sandbox
    lost: Deployment
    survivor: Deployment


@pytest.fixture(scope="module")
def pair(emulated_cloud: Sandbox, terraform_on_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    assert terraform_on_path
    emulated_cloud.reset()
    lost, survivor = (
        Deployment(tmp_path_factory.mktemp("keys"), emulated_cloud, account="123456789012", region=region.name)
        for region in (LOST, SURVIVOR)
    )
    # A replica of the secret is encrypted with the key of its region, which so comes first.
    survivor.synthesize(secrets_key)
    assert deploy(survivor, Action.APPLY) is Outcome.CHANGED
    lost.synthesize(originals)
    assert deploy(lost, Action.APPLY) is Outcome.CHANGED
    arn = lost.client("kms").describe_key(KeyId=NAMES.key_alias("fields"))["KeyMetadata"]["Arn"]
    survivor.synthesize(with_replica_of(arn))
    assert deploy(survivor, Action.APPLY) is Outcome.CHANGED
    yield Pair(emulated_cloud, lost, survivor)
    emulated_cloud.restore(LOST.name)
    assert deploy(survivor, Action.DESTROY) is Outcome.CHANGED
    assert deploy(lost, Action.DESTROY) is Outcome.CHANGED


@pytest.fixture
def outage(pair: Pair) -> Iterator[None]:
    yield
    pair.sandbox.restore(LOST.name)


def test_a_second_apply_has_nothing_to_do(pair: Pair) -> None:
    assert deploy(pair.lost, Action.PLAN) is Outcome.UNCHANGED
    assert deploy(pair.survivor, Action.PLAN) is Outcome.UNCHANGED


@pytest.mark.usefixtures("outage")
def test_what_was_encrypted_before_a_loss_is_read_in_the_survivor_under_the_same_name(pair: Pair) -> None:
    sealed = pair.lost.client("kms").encrypt(KeyId=NAMES.key_alias("fields"), Plaintext=FIELD)["CiphertextBlob"]
    pair.sandbox.lose(LOST.name)
    kms = pair.survivor.client("kms")
    assert kms.decrypt(CiphertextBlob=sealed, KeyId=NAMES.key_alias("fields"))["Plaintext"] == FIELD


@pytest.mark.usefixtures("outage")
def test_a_secret_that_was_put_in_before_a_loss_is_read_in_the_survivor(pair: Pair) -> None:
    pair.lost.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString="one")
    pair.sandbox.lose(LOST.name)
    assert pair.survivor.client("secretsmanager").get_secret_value(SecretId=SECRET)["SecretString"] == "one"


@pytest.mark.usefixtures("outage")
def test_the_survivor_is_planned_with_the_first_key_gone(pair: Pair) -> None:
    pair.sandbox.lose(LOST.name)
    assert deploy(pair.survivor, Action.PLAN) is Outcome.UNCHANGED


def test_no_value_is_in_any_file_of_the_deployment(pair: Pair) -> None:
    value = "a value that no file may hold"
    pair.lost.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=value)
    assert deploy(pair.lost, Action.PLAN) is Outcome.UNCHANGED
    assert pair.lost.files_holding(SECRET)
    assert pair.lost.files_holding(value) == []
