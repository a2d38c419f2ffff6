"""What can be asked of a block and of a stack."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.checks.block import Block
from backstay.checks.stack import Stack
from tests.checks.example import Document, backend, stack


def block(body: Document, type_: str = "aws_s3_bucket", *, region: str | None = "us-east-1", **sections: Any) -> Block:
    made = Stack("prod", {"cdk.tf.json": stack({f"{type_}.it": body}, region=region, **sections)})
    return made.by_address[f"{type_}.it"]


def test_values_are_found_through_lists_and_blocks() -> None:
    rules = [{"destination": {"bucket": "a"}}, {"destination": [{"bucket": "b"}]}]
    assert block({"rule": rules}).values("rule.destination.bucket") == ["a", "b"]


def test_a_variable_is_known_by_its_default() -> None:
    known = block({"bucket": "${var.name}"}, variable={"name": {"default": "weights"}})
    assert known.text("bucket") == "weights"
    assert block({"bucket": "${var.name}"}, variable={"name": {}}).text("bucket") is None


def test_a_local_is_known_by_its_value() -> None:
    assert block({"size": "${local.size}"}, locals={"size": 3}).number("size") == 3


@pytest.mark.parametrize(
    ("written", "read"), [(3, 3), ("3", 3), (None, 7), ("${var.n}", None), (True, None), ("many", None), ([], 7)]
)
def test_a_number_is_told_from_one_that_is_not_known(written: object, read: float | None) -> None:
    body = {} if written is None else {"size": written}
    assert block(body).number("size", 7) == read


@pytest.mark.parametrize(
    ("written", "read"), [(True, True), ("false", False), (None, False), ("${var.on}", None), (3, None), ({}, None)]
)
def test_a_switch_is_told_from_one_that_is_not_known(written: object, read: bool | None) -> None:
    body = {} if written is None else {"on": written}
    assert block(body).flag("on", default=False) is read


@pytest.mark.parametrize(
    ("ignored", "is_ignored"),
    [
        (["scaling_config[0].desired_size"], True),
        (["scaling_config"], True),
        ("all", True),
        (["scaling_config[0].max_size"], False),
        ([], False),
    ],
)
def test_an_argument_is_ignored_by_itself_or_with_what_holds_it(ignored: object, is_ignored: bool) -> None:
    assert block({"lifecycle": {"ignore_changes": ignored}}).ignores("scaling_config.desired_size") is is_ignored


@pytest.mark.parametrize(
    ("type_", "body", "region"),
    [
        ("aws_s3_bucket", {}, "us-east-1"),
        ("aws_s3_bucket", {"region": "eu-west-1"}, "eu-west-1"),
        ("aws_s3_bucket", {"provider": "aws.peer"}, "ap-south-1"),
        ("aws_s3_bucket", {"provider": "aws.unknown"}, None),
        ("azurerm_key_vault", {"location": "West Europe"}, "westeurope"),
        ("azurerm_key_vault", {"location": "${var.somewhere}"}, None),
        ("google_compute_instance", {"zone": "europe-west4-a"}, "europe-west4"),
        ("kubernetes_secret_v1", {}, None),
    ],
)
def test_a_block_is_in_a_region(type_: str, body: Document, region: str | None) -> None:
    providers = {"aws": [{"region": "us-east-1"}, {"region": "ap-south-1", "alias": "peer"}]}
    assert block(body, type_, provider=providers).region == region


def test_a_stack_of_azure_is_where_most_of_it_is() -> None:
    made = stack(
        {
            f"azurerm_subnet.{place}-{n}": {"location": place}
            for n in range(2)
            for place in ("westeurope", "northeurope")
        }
        | {"azurerm_subnet.one-more": {"location": "northeurope"}},
        region=None,
    )
    assert Stack("prod", {"cdk.tf.json": made}).region == "northeurope"


def test_a_block_means_another_by_reference_or_by_name() -> None:
    made = Stack(
        "prod",
        {
            "cdk.tf.json": stack(
                {
                    "aws_s3_bucket.weights": {"bucket": "weights"},
                    "aws_s3_bucket_versioning.a": {"bucket": "${aws_s3_bucket.weights.id}"},
                    "aws_s3_bucket_versioning.b": {"bucket": "arn:aws:s3:::weights"},
                    "aws_s3_bucket_versioning.c": {"bucket": "weights-too"},
                }
            )
        },
    )
    bucket = made.by_address["aws_s3_bucket.weights"]
    meant = {name: made.by_address[f"aws_s3_bucket_versioning.{name}"].names("bucket", bucket) for name in "abc"}
    assert meant == {"a": True, "b": True, "c": False}


def test_a_stack_knows_its_backend() -> None:
    found = Stack("prod", {"cdk.tf.json": stack({}, terraform=backend("gcs", bucket="states"))}).backend
    assert found is not None
    assert (found.kind, found.store) == ("gcs", "states")


@given(st.text(), st.text())
def test_any_path_may_be_asked_for(path: str, text: str) -> None:
    assert block({"bucket": text}).values(f"none.{path}") == []


def test_comments_are_no_part_of_what_is_said() -> None:
    assert block({"//": {"metadata": {"path": "a/b"}}, "bucket": "weights"}).strings == ((("bucket",), "weights"),)
