"""Model artifacts and checkpoints."""

from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.artifacts import ArtifactsBucket
from backstay.aws.policy import trust
from backstay.testing import Synthesized
from backstay.topology import aws_region
from backstay.topology.data import ArtifactsSpec
from tests.aws.policies import ACCOUNT, Request, actions, allows, denies, statements
from tests.aws.surroundings import NAMES, REGION, in_region

BUCKET = NAMES.bucket("artifacts", REGION)
MODEL = "models/3fa9.safetensors"


def artifacts(spec: ArtifactsSpec | None = None, **given: Any) -> Synthesized:
    def build(scope: TerraformStack) -> Construct:
        wiring = {"spec": spec or ArtifactsSpec(), "region": REGION, "names": NAMES}
        made = ArtifactsBucket(scope, "artifacts", **wiring | given)
        for name, grant in (("reader", made.grant_read), ("writer", made.grant_read_write)):
            grant(IamRole(Construct(scope, name), "role", assume_role_policy=trust("ec2.amazonaws.com")))
        for name in ("bucket", "id", "key"):
            TerraformOutput(scope, name, value=getattr(made.outputs, name), static_id=True)
        return made

    return in_region(build)


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return artifacts()


@pytest.fixture(scope="module")
def disposable() -> Synthesized:
    return artifacts(disposable=True)


def arn(made: Synthesized, type_: str) -> str:
    (name,) = made.all(type_)
    return f"${{{type_}.{name}.arn}}"


def test_replication_finds_the_bucket_and_its_key_by_computed_names(kept: Synthesized) -> None:
    assert kept.only("aws_s3_bucket")["bucket"] == BUCKET
    assert kept.only("aws_kms_alias")["name"] == NAMES.key_alias("artifacts")


def test_it_hands_on_what_others_refer_to(kept: Synthesized) -> None:
    outputs = {name: body["value"] for name, body in kept.document["output"].items()}
    assert outputs == {"bucket": BUCKET, "id": arn(kept, "aws_s3_bucket"), "key": arn(kept, "aws_kms_key")}


def test_it_has_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    assert artifacts(region=aws_region("eu-west-1")).addresses == kept.addresses


def test_it_has_versions_as_replication_asks_for(kept: Synthesized) -> None:
    assert kept.only("aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}


def test_what_was_replaced_can_be_had_back_for_as_long_as_the_spec_says() -> None:
    made = artifacts(ArtifactsSpec(keep_days=7))
    (rule,) = made.only("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 7}]
    assert "expiration" not in rule


def test_artifacts_are_encrypted_with_a_key_that_opens_for_storage_only(kept: Synthesized) -> None:
    (rule,) = kept.only("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {
        "sse_algorithm": "aws:kms",
        "kms_master_key_id": arn(kept, "aws_kms_key"),
    }
    through = {
        service
        for statement in statements(kept.only("aws_kms_key")["policy"])
        for service in statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService", [])
    }
    assert through == {"s3.us-east-1.amazonaws.com"}


def test_the_public_is_shut_out_in_every_way_there_is(kept: Synthesized) -> None:
    block = kept.only("aws_s3_bucket_public_access_block")
    settings = {name: value for name, value in block.items() if name.startswith(("block_", "ignore_", "restrict_"))}
    assert len(settings) == 4
    assert set(settings.values()) == {True}


@pytest.mark.parametrize(
    "context", [{"aws:SecureTransport": "false"}, {"aws:SecureTransport": "true", "s3:TlsVersion": "1.1"}]
)
def test_nobody_reaches_it_in_the_clear_or_over_old_tls(kept: Synthesized, context: dict[str, str]) -> None:
    resource = f"{arn(kept, 'aws_s3_bucket')}/{MODEL}"
    request = Request("s3:GetObject", account=ACCOUNT, resource=resource, context=context)
    assert denies(kept.only("aws_s3_bucket_policy")["policy"], request)


@pytest.mark.parametrize("type_", ["aws_s3_bucket", "aws_kms_key"])
def test_an_apply_can_delete_it_only_where_disposable(kept: Synthesized, disposable: Synthesized, type_: str) -> None:
    assert kept.only(type_)["lifecycle"] == {"prevent_destroy": True}
    assert "lifecycle" not in disposable.only(type_)


def test_a_disposable_bucket_goes_with_what_is_in_it(kept: Synthesized, disposable: Synthesized) -> None:
    assert kept.only("aws_s3_bucket")["force_destroy"] is False
    assert disposable.only("aws_s3_bucket")["force_destroy"] is True


def asks(made: Synthesized, role: str, action: str) -> bool:
    resource = f"{arn(made, 'aws_s3_bucket')}/{MODEL}"
    return allows(made.one("aws_iam_role_policy", role)["policy"], Request(action, resource=resource))


def test_a_reader_reads_and_does_not_write(kept: Synthesized) -> None:
    assert asks(kept, "reader", "s3:GetObject")
    assert not asks(kept, "reader", "s3:PutObject")
    assert not asks(kept, "reader", "s3:DeleteObject")


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])
def test_a_writer_reads_writes_and_deletes(kept: Synthesized, action: str) -> None:
    assert asks(kept, "writer", action)


def test_nobody_is_granted_old_versions_or_the_rules_of_the_bucket(kept: Synthesized) -> None:
    for policy in kept.all("aws_iam_role_policy").values():
        named = {action for action in actions(policy["policy"]) if action.startswith("s3:")}
        assert named <= {"s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
