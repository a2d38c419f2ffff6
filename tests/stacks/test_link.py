"""What regions copy to each other, as stacks of an environment."""

import json
from pathlib import Path
from typing import Any

import pytest
from cdktf import App

from backstay.testing import without_nulls
from backstay.topology import Environment
from backstay.topology.links import links
from stacks.link import LinkStack
from tests.topology.sample import environment

STORES: dict[str, Any] = {"data": {"artifacts": {}, "images": {"repositories": ["vllm"]}}}
THREE: dict[str, Any] = {
    "regions.tertiary": {"cloud": "aws", "region": "ap-southeast-1", "status": "standby", "traffic": "0%"}
}
Documents = dict[str, dict[str, Any]]


def linked(of: Environment, folder: Path) -> Documents:
    """The documents of every link of an environment, by the stack's name."""
    app = App(outdir=str(folder))
    for source, target in links(of):
        LinkStack(app, environment=of, source=source, target=target)
    app.synth()
    return {
        stack.name: without_nulls(json.loads((stack / "cdk.tf.json").read_text()))
        for stack in sorted((folder / "stacks").iterdir())
    }


def buckets(document: dict[str, Any]) -> dict[str, list[str]]:
    """Where each bucket is copied to, the buckets by their names."""
    found = document["resource"]["aws_s3_bucket_replication_configuration"].values()
    return {one["bucket"]: [rule["destination"]["bucket"].rpartition(":")[2] for rule in one["rule"]] for one in found}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    return linked(environment(STORES), tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    return linked(environment(STORES | THREE), tmp_path_factory.mktemp("three"))


def test_two_regions_have_a_link_in_each_direction(two: Documents) -> None:
    assert set(two) == {"example-link-us-east-1-eu-west-1", "example-link-eu-west-1-us-east-1"}


def test_a_link_and_its_state_are_in_the_region_that_copies(three: Documents) -> None:
    for name, document in three.items():
        (provider,) = document["provider"]["aws"]
        backend = document["terraform"]["backend"]["s3"]
        assert name.startswith(f"example-link-{provider['region']}-")
        assert backend["region"] == provider["region"]
        assert backend["bucket"] == f"acme-example--state-{provider['region']}"


def test_every_state_is_copied_to_the_peer_only(three: Documents) -> None:
    copied = {name: buckets(document) for name, document in three.items()}
    assert {
        bucket: targets for found in copied.values() for bucket, targets in found.items() if "--state-" in bucket
    } == {
        "acme-example--state-us-east-1": ["acme-example--state-eu-west-1"],
        "acme-example--state-eu-west-1": ["acme-example--state-us-east-1"],
        "acme-example--state-ap-southeast-1": ["acme-example--state-eu-west-1"],
    }


def test_artifacts_and_images_go_everywhere(three: Documents) -> None:
    regions = {"us-east-1", "eu-west-1", "ap-southeast-1"}
    for document in three.values():
        (provider,) = document["provider"]["aws"]
        elsewhere = regions - {provider["region"]}
        found = buckets(document)[f"acme-example--artifacts-{provider['region']}"]
        assert set(found) == {f"acme-example--artifacts-{region}" for region in elsewhere}
        (images,) = document["resource"]["aws_ecr_replication_configuration"].values()
        (rule,) = images["replication_configuration"]["rule"]
        assert {destination["region"] for destination in rule["destination"]} == elsewhere


def test_artifacts_go_to_the_peer_only_where_that_is_enough(tmp_path: Path) -> None:
    for document in linked(environment(THREE | {"data": {"artifacts": {"copies": "peer"}}}), tmp_path).values():
        assert {len(targets) for targets in buckets(document).values()} == {1}


def test_no_bucket_and_no_registry_gets_its_rules_from_two_stacks(three: Documents) -> None:
    sources = [bucket for document in three.values() for bucket in buckets(document)]
    assert len(set(sources)) == len(sources) == 6
    homes = [document["provider"]["aws"][0]["region"] for document in three.values()]
    assert len(set(homes)) == len(homes)


def test_a_region_that_is_added_changes_no_link_of_the_others_but_for_its_targets(
    two: Documents, three: Documents
) -> None:
    for name, document in two.items():
        for type_, resources in document["resource"].items():
            assert resources.keys() == three[name]["resource"][type_].keys()
            if type_ == "aws_iam_role":
                assert resources == three[name]["resource"][type_]


def test_images_are_left_to_whoever_writes_the_list_of_the_registry(tmp_path: Path) -> None:
    images = {"images": {"repositories": ["vllm"], "replication_rules": "existing"}}
    for document in linked(environment({"data": images}), tmp_path).values():
        assert "aws_ecr_replication_configuration" not in document["resource"]


def test_an_environment_without_stores_copies_its_states(tmp_path: Path) -> None:
    for document in linked(environment(), tmp_path).values():
        (bucket,) = buckets(document)
        assert "--state-" in bucket


def test_a_state_that_is_kept_elsewhere_is_not_copied(tmp_path: Path) -> None:
    kept_elsewhere = {"state": {"backend": "cloud", "organization": "acme"}}
    for document in linked(environment(STORES | kept_elsewhere), tmp_path).values():
        assert not [bucket for bucket in buckets(document) if "--state-" in bucket]


def test_a_cloud_without_replication_cannot_be_linked() -> None:
    azure: dict[str, Any] = {
        "azure": {
            "subscription": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
            "tenant": "1" * 8 + "-1111" * 3 + "-" + "1" * 12,
        },
        "state.backend": "native",
        "regions.primary.cloud": "azure",
        "regions.primary.region": "westeurope",
    }
    made = environment(azure)
    source, target = made.regions.values()
    with pytest.raises(ValueError, match="azure copies nothing from region to region"):
        LinkStack(App(), environment=made, source=source, target=target)
