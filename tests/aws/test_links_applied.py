"""Two regions that copy to each other in the embedded cloud, applied by Terraform with the real AWS provider."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.artifacts import ArtifactsBucket
from backstay.aws.bucket_replication import BucketReplication
from backstay.aws.image_replication import ImageReplication
from backstay.aws.images import ImageRepositories
from backstay.aws.keys import Key
from backstay.aws.message_queue import DEPTH, MessageQueue
from backstay.aws.remote_state import RemoteState
from backstay.sandbox import Sandbox
from backstay.terraform import Action, Outcome
from backstay.topology import CloudRegion, aws_region
from backstay.topology.data import ArtifactsSpec, ImagesSpec, MessageQueueSpec
from backstay.topology.keys import KeyUse
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES

# IAM's control plane goes with us-east-1, so the region that is lost is another: this is about what regions share.
SURVIVOR, LOST, LATER = aws_region("us-east-1"), aws_region("eu-west-1"), aws_region("ap-southeast-1")
PEERS = {SURVIVOR: LOST, LOST: SURVIVOR}
IMAGES = ImagesSpec(repositories=("vllm",))
EARLY, STATE = "models/early", NAMES.state_key("production-eu-west-1")

pytestmark = pytest.mark.sandbox


def stores(region: CloudRegion) -> Callable[[TerraformStack], None]:
    def build(stack: TerraformStack) -> None:
        here: dict[str, Any] = {"region": region, "names": NAMES, "disposable": True}
        key = Key(stack, "key", purpose="data", uses={KeyUse.QUEUES, KeyUse.IMAGES}, **here).outputs
        RemoteState(stack, "state", **here)
        ArtifactsBucket(stack, "artifacts", spec=ArtifactsSpec(), **here)
        ImageRepositories(stack, "images", spec=IMAGES, key=key, **here)
        MessageQueue(stack, "message-queue", spec=MessageQueueSpec(), key=key, **here)

    return build


def link(source: CloudRegion, *targets: CloudRegion) -> Callable[[TerraformStack], None]:
    def build(stack: TerraformStack) -> None:
        here: dict[str, Any] = {"region": source, "names": NAMES}
        BucketReplication(stack, "state", purpose="state", targets=targets[:1], **here)
        BucketReplication(stack, "artifacts", purpose="artifacts", targets=targets, **here)
        ImageReplication(stack, "images", spec=IMAGES, targets=targets, **here)

    return build


@dataclass(frozen=True)
class Linked:
    """Both regions' stores and links, deployed in that order."""

    sandbox: Sandbox
    stores: dict[CloudRegion, Deployment]
    links: dict[CloudRegion, Deployment]

    def s3(self, region: CloudRegion) -> Any:
        return self.stores[region].client("s3")


def run(action: Action, deployments: dict[CloudRegion, Deployment]) -> set[Outcome]:
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda deployment: deployment.run(action), deployments.values()))
    assert not [error for result in results for error in result.errors]
    return {result.outcome for result in results}


@pytest.fixture(scope="module")
def linked(
    emulated_cloud: Sandbox, terraform_on_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Linked]:
    assert terraform_on_path
    emulated_cloud.reset()

    def deployments() -> dict[CloudRegion, Deployment]:
        return {
            region: Deployment(
                tmp_path_factory.mktemp(region.name), emulated_cloud, account="123456789012", region=region.name
            )
            for region in PEERS
        }

    made = Linked(emulated_cloud, deployments(), deployments())
    for region, deployment in made.stores.items():
        deployment.synthesize(stores(region))
    assert run(Action.APPLY, made.stores) == {Outcome.CHANGED}
    made.s3(LOST).put_object(Bucket=NAMES.bucket("artifacts", LOST), Key=EARLY, Body=b"written before the links")
    for region, deployment in made.links.items():
        deployment.synthesize(link(region, PEERS[region]))
    assert run(Action.APPLY, made.links) == {Outcome.CHANGED}
    yield made
    emulated_cloud.restore(LOST.name)
    assert run(Action.DESTROY, made.links) == {Outcome.CHANGED}
    assert run(Action.DESTROY, made.stores) == {Outcome.CHANGED}
    for region in PEERS:
        assert made.s3(region).list_buckets()["Buckets"] == []
        assert made.stores[region].client("ecr").describe_repositories()["repositories"] == []
        assert "QueueUrls" not in made.stores[region].client("sqs").list_queues()


@pytest.fixture
def outage(linked: Linked) -> Iterator[None]:
    yield
    linked.sandbox.restore(LOST.name)


def keys(linked: Linked, region: CloudRegion, purpose: str = "artifacts") -> set[str]:
    found = linked.s3(region).list_objects_v2(Bucket=NAMES.bucket(purpose, region))
    return {one["Key"] for one in found.get("Contents", [])}


def read(linked: Linked, region: CloudRegion, key: str, purpose: str = "artifacts") -> bytes:
    return linked.s3(region).get_object(Bucket=NAMES.bucket(purpose, region), Key=key)["Body"].read()


def write(linked: Linked, region: CloudRegion, key: str, body: bytes, purpose: str = "artifacts") -> None:
    linked.s3(region).put_object(Bucket=NAMES.bucket(purpose, region), Key=key, Body=body)


def test_a_second_apply_has_nothing_to_do(linked: Linked) -> None:
    assert run(Action.PLAN, linked.stores) == {Outcome.UNCHANGED}
    assert run(Action.PLAN, linked.links) == {Outcome.UNCHANGED}


@pytest.mark.usefixtures("outage")
def test_what_was_written_before_a_loss_is_read_in_the_survivor(linked: Linked) -> None:
    write(linked, LOST, "models/new", b"weights")
    write(linked, LOST, STATE, b'{"serial": 7}', purpose="state")
    linked.sandbox.lose(LOST.name)
    assert read(linked, SURVIVOR, "models/new") == b"weights"
    assert json.loads(read(linked, SURVIVOR, STATE, purpose="state")) == {"serial": 7}


@pytest.mark.usefixtures("outage")
def test_the_survivor_is_planned_and_applied_with_its_peer_gone(linked: Linked) -> None:
    linked.sandbox.lose(LOST.name)
    for deployments in (linked.stores, linked.links):
        survivor = {SURVIVOR: deployments[SURVIVOR]}
        assert run(Action.PLAN, survivor) == {Outcome.UNCHANGED}
        assert run(Action.APPLY, survivor) == {Outcome.UNCHANGED}


def test_what_is_written_in_the_survivor_goes_back(linked: Linked) -> None:
    write(linked, SURVIVOR, STATE, b'{"serial": 8}', purpose="state")
    assert json.loads(read(linked, LOST, STATE, purpose="state")) == {"serial": 8}


def test_a_deletion_is_copied_and_can_be_taken_back_in_both_regions(linked: Linked) -> None:
    write(linked, SURVIVOR, "models/deleted", b"weights")
    linked.s3(SURVIVOR).delete_object(Bucket=NAMES.bucket("artifacts", SURVIVOR), Key="models/deleted")
    for region in PEERS:
        assert "models/deleted" not in keys(linked, region)
        found = linked.s3(region).list_object_versions(
            Bucket=NAMES.bucket("artifacts", region), Prefix="models/deleted"
        )
        assert len(found["Versions"]) == 1


def test_what_was_there_before_the_link_is_copied_when_it_is_written_again(linked: Linked) -> None:
    bucket = NAMES.bucket("artifacts", LOST)
    assert EARLY not in keys(linked, SURVIVOR)
    linked.s3(LOST).copy_object(
        Bucket=bucket, Key=EARLY, CopySource={"Bucket": bucket, "Key": EARLY}, MetadataDirective="REPLACE"
    )
    assert read(linked, SURVIVOR, EARLY) == b"written before the links"


def test_the_registry_copies_the_repositories_of_the_environment_to_the_peer(linked: Linked) -> None:
    for region, peer in PEERS.items():
        registry = linked.links[region].client("ecr").describe_registry()
        (rule,) = registry["replicationConfiguration"]["rules"]
        assert [destination["region"] for destination in rule["destinations"]] == [peer.name]
        assert [one["filter"] for one in rule["repositoryFilters"]] == ["acme/production/"]


def test_a_message_that_nobody_finishes_goes_to_the_dead_letters(linked: Linked) -> None:
    sqs = linked.stores[SURVIVOR].client("sqs")
    queue = sqs.get_queue_url(QueueName=NAMES.queue("messages"))["QueueUrl"]
    dead_letters = sqs.get_queue_url(QueueName=NAMES.queue("dead-letters"))["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="fails")
    deliveries = 0
    while sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0, WaitTimeSeconds=0).get("Messages"):
        deliveries += 1
    (dead,) = sqs.receive_message(QueueUrl=dead_letters)["Messages"]
    depth = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[*DEPTH])["Attributes"]
    assert (deliveries, dead["Body"]) == (MessageQueueSpec().deliveries, "fails")
    assert depth == dict.fromkeys(DEPTH, "0")


def test_a_region_is_added_and_removed_again_and_keeps_what_it_got(linked: Linked) -> None:
    later = NAMES.bucket("artifacts", LATER)
    s3 = linked.s3(SURVIVOR)
    s3.create_bucket(Bucket=later)
    s3.put_bucket_versioning(Bucket=later, VersioningConfiguration={"Status": "Enabled"})
    survivor = {SURVIVOR: linked.links[SURVIVOR]}

    linked.links[SURVIVOR].synthesize(link(SURVIVOR, LOST, LATER))
    assert run(Action.APPLY, survivor) == {Outcome.CHANGED}
    write(linked, SURVIVOR, "models/for-three", b"weights")

    linked.links[SURVIVOR].synthesize(link(SURVIVOR, LOST))
    assert run(Action.APPLY, survivor) == {Outcome.CHANGED}
    assert run(Action.PLAN, survivor) == {Outcome.UNCHANGED}
    write(linked, SURVIVOR, "models/for-two", b"weights")

    assert {"models/for-three", "models/for-two"} <= keys(linked, LOST)
    assert {one["Key"] for one in s3.list_objects_v2(Bucket=later)["Contents"]} == {"models/for-three"}
    s3.delete_object(
        Bucket=later,
        Key="models/for-three",
        VersionId=s3.head_object(Bucket=later, Key="models/for-three")["VersionId"],
    )
    s3.delete_bucket(Bucket=later)
