"""What copies container images to other regions."""

from typing import Any

import pytest

from backstay.aws.image_replication import ImageReplication
from backstay.testing import Synthesized
from backstay.topology import CloudRegion, aws_region
from backstay.topology.data import ImagesSpec
from tests.aws.surroundings import NAMES, REGION, in_region

EUROPE, ASIA = aws_region("eu-west-1"), aws_region("ap-southeast-1")


def replication(*targets: CloudRegion, **given: Any) -> Synthesized:
    spec = ImagesSpec(repositories=("vllm",), **given)
    wiring = {"spec": spec, "region": REGION, "targets": targets, "names": NAMES}
    return in_region(lambda scope: ImageReplication(scope, "images", **wiring))


def rule(made: Synthesized) -> dict[str, Any]:
    (found,) = made.only("aws_ecr_replication_configuration")["replication_configuration"]["rule"]
    return found


def test_images_go_to_every_target_of_the_same_account() -> None:
    made = replication(EUROPE, ASIA)
    (account,) = made.all("aws_caller_identity", section="data")
    assert rule(made)["destination"] == [
        {"region": target, "registry_id": f"${{data.aws_caller_identity.{account}.account_id}}"}
        for target in ("eu-west-1", "ap-southeast-1")
    ]


def test_only_the_repositories_of_the_environment_are_copied() -> None:
    (found,) = rule(replication(EUROPE))["repository_filter"]
    assert found == {"filter": "acme/production/", "filter_type": "PREFIX_MATCH"}
    assert NAMES.repository("vllm").startswith(found["filter"])


def test_the_list_copies_what_else_it_is_told_to() -> None:
    filters = rule(replication(EUROPE, also_copied=("acme/staging/", "base")))["repository_filter"]
    assert [found["filter"] for found in filters] == ["acme/production/", "acme/staging/", "base"]


def test_a_list_that_is_somebody_elses_is_not_written() -> None:
    with pytest.raises(ValueError, match="leaves the registry's list to others"):
        replication(EUROPE, replication_rules="existing")


@pytest.mark.parametrize("targets", [(), (REGION,)])
def test_images_are_not_copied_to_nowhere_or_to_where_they_are(targets: tuple[CloudRegion, ...]) -> None:
    with pytest.raises(ValueError, match="the images of us-east-1 cannot be copied"):
        replication(*targets)
