"""The provider of a stack."""

from collections.abc import Mapping

import pytest
from cdktf import TerraformStack

from backstay.google.provider import attach_provider
from backstay.testing import Synthesized
from backstay.topology import GoogleSpec, google_region

TAGS = {"Environment": "production", "ManagedBy": "terraform"}


def provider(account: GoogleSpec | None, tags: Mapping[str, str] = TAGS) -> Synthesized:
    def build(stack: TerraformStack) -> None:
        attach_provider(stack, region=google_region("europe-west4"), account=account, tags=tags)

    return Synthesized(build)


def test_it_is_bound_to_the_region_and_the_project() -> None:
    (made,) = provider(GoogleSpec(project="acme-production")).document["provider"]["google"]
    assert made["region"] == "europe-west4"
    assert made["project"] == "acme-production"


def test_everything_carries_the_tags_as_labels() -> None:
    (made,) = provider(None).document["provider"]["google"]
    assert made["default_labels"] == {"environment": "production", "managedby": "terraform"}


def test_labels_are_those_that_machines_are_given() -> None:
    (made,) = provider(None, {"cost-center": "Inference", "team_a": ""}).document["provider"]["google"]
    assert made["default_labels"] == {"cost-center": "inference", "team_a": ""}


def test_the_project_is_left_to_the_credentials_where_none_is_named() -> None:
    (made,) = provider(None).document["provider"]["google"]
    assert "project" not in made


def test_it_may_be_of_version_6_or_7() -> None:
    required = provider(None).document["terraform"]["required_providers"]["google"]
    assert required["version"] == ">= 6.50.0, < 8.0.0"


def test_tags_that_cannot_become_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="become one label"):
        Synthesized(
            lambda stack: attach_provider(stack, region=google_region("europe-west4"), tags={"A b": "1", "a-b": "2"})
        )
