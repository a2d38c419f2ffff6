"""Where a region's Terraform state lives."""

from fnmatch import fnmatchcase
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.policy import trust
from backstay.aws.remote_state import RemoteState
from backstay.testing import Synthesized
from backstay.topology import aws_region
from tests.aws.policies import ACCOUNT, Request, actions, allows, denies, statements
from tests.aws.surroundings import NAMES, REGION, in_region

BUCKET = NAMES.bucket("state", REGION)
STATE = NAMES.state_key("production-us-east-1")


def remote_state(**given: Any) -> Synthesized:
    def build(scope: TerraformStack) -> Construct:
        made = RemoteState(scope, "state", **{"region": REGION, "names": NAMES} | given)
        for pipeline in ("plans", "applies"):
            role = IamRole(Construct(scope, pipeline), "role", assume_role_policy=trust("ec2.amazonaws.com"))
            made.grant_use(role)
        for name in ("bucket", "lock_table", "key"):
            TerraformOutput(scope, name, value=getattr(made.outputs, name), static_id=True)
        return made

    return in_region(build)


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return remote_state()


@pytest.fixture(scope="module")
def disposable() -> Synthesized:
    return remote_state(disposable=True)


def key_arn(made: Synthesized) -> str:
    (name,) = made.all("aws_kms_key")
    return f"${{aws_kms_key.{name}.arn}}"


def bucket_arn(made: Synthesized) -> str:
    (name,) = made.all("aws_s3_bucket")
    return f"${{aws_s3_bucket.{name}.arn}}"


def test_it_is_found_by_computed_names(kept: Synthesized) -> None:
    assert kept.only("aws_s3_bucket")["bucket"] == BUCKET
    assert kept.only("aws_dynamodb_table")["name"] == NAMES.lock_table(REGION)
    assert kept.only("aws_kms_alias")["name"] == NAMES.key_alias("state")


def test_its_names_are_known_before_a_plan(kept: Synthesized) -> None:
    outputs = {name: body["value"] for name, body in kept.document["output"].items()}
    assert outputs == {"bucket": BUCKET, "lock_table": NAMES.lock_table(REGION), "key": key_arn(kept)}


def test_a_state_that_was_overwritten_can_be_had_back(kept: Synthesized) -> None:
    assert kept.only("aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}


def test_old_states_are_kept_for_90_days_and_the_newest_20_for_ever(kept: Synthesized) -> None:
    (rule,) = kept.only("aws_s3_bucket_lifecycle_configuration")["rule"]
    (expiry,) = rule["noncurrent_version_expiration"]
    assert rule["status"] == "Enabled"
    assert expiry == {"noncurrent_days": 90, "newer_noncurrent_versions": 20}


def test_no_rule_lets_a_current_state_expire(kept: Synthesized) -> None:
    (rule,) = kept.only("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert "expiration" not in rule
    assert "transition" not in rule


def test_every_object_is_under_the_rule(kept: Synthesized) -> None:
    (rule,) = kept.only("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["filter"] == [{"prefix": ""}]


def test_uploads_that_were_given_up_are_cleared_after_a_week(kept: Synthesized) -> None:
    (rule,) = kept.only("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]


def test_rules_about_old_versions_wait_until_there_are_versions(kept: Synthesized) -> None:
    (versioning,) = kept.all("aws_s3_bucket_versioning")
    expiry = kept.only("aws_s3_bucket_lifecycle_configuration")
    assert expiry["depends_on"] == [f"aws_s3_bucket_versioning.{versioning}"]


def test_state_is_encrypted_with_its_own_key(kept: Synthesized) -> None:
    (rule,) = kept.only("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {
        "sse_algorithm": "aws:kms",
        "kms_master_key_id": key_arn(kept),
    }
    assert rule["bucket_key_enabled"] is True


def test_locks_are_encrypted_with_the_same_key(kept: Synthesized) -> None:
    encryption = kept.only("aws_dynamodb_table")["server_side_encryption"]
    assert encryption == {"enabled": True, "kms_key_arn": key_arn(kept)}


def test_its_key_opens_for_storage_and_locks_only(kept: Synthesized) -> None:
    through = {
        service
        for statement in statements(kept.only("aws_kms_key")["policy"])
        for service in statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService", [])
    }
    assert through == {"s3.us-east-1.amazonaws.com", "dynamodb.us-east-1.amazonaws.com"}


def test_the_public_is_shut_out_in_every_way_there_is(kept: Synthesized) -> None:
    block = kept.only("aws_s3_bucket_public_access_block")
    settings = {name: value for name, value in block.items() if name.startswith(("block_", "ignore_", "restrict_"))}
    assert len(settings) == 4
    assert set(settings.values()) == {True}


def test_no_object_can_belong_to_another_account(kept: Synthesized) -> None:
    rule = kept.only("aws_s3_bucket_ownership_controls")["rule"]
    assert rule == {"object_ownership": "BucketOwnerEnforced"}


def over(kept: Synthesized, action: str, *, tls: str | None) -> Request:
    context = {"aws:SecureTransport": "false"} if tls is None else {"aws:SecureTransport": "true", "s3:TlsVersion": tls}
    return Request(action, account=ACCOUNT, resource=f"{bucket_arn(kept)}/{STATE}", context=context)


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject"])
@pytest.mark.parametrize("tls", [None, "1.0", "1.1"])
def test_nobody_reaches_it_in_the_clear_or_over_old_tls(kept: Synthesized, action: str, tls: str | None) -> None:
    assert denies(kept.only("aws_s3_bucket_policy")["policy"], over(kept, action, tls=tls))


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_current_tls_is_not_refused(kept: Synthesized, tls: str) -> None:
    assert not denies(kept.only("aws_s3_bucket_policy")["policy"], over(kept, "s3:GetObject", tls=tls))


def test_even_the_list_of_states_needs_tls(kept: Synthesized) -> None:
    policy = kept.only("aws_s3_bucket_policy")["policy"]
    request = Request("s3:ListBucket", resource=bucket_arn(kept), context={"aws:SecureTransport": "false"})
    assert denies(policy, request)


def test_the_buckets_policy_lets_nobody_in(kept: Synthesized) -> None:
    effects = [statement["Effect"] for statement in statements(kept.only("aws_s3_bucket_policy")["policy"])]
    assert set(effects) == {"Deny"}


def test_the_lock_table_has_the_key_that_terraform_asks_for(kept: Synthesized) -> None:
    table = kept.only("aws_dynamodb_table")
    assert table["hash_key"] == "LockID"
    assert table["attribute"] == [{"name": "LockID", "type": "S"}]


def test_locks_are_paid_by_request_and_recoverable(kept: Synthesized) -> None:
    table = kept.only("aws_dynamodb_table")
    assert table["billing_mode"] == "PAY_PER_REQUEST"
    assert table["point_in_time_recovery"] == {"enabled": True}


@pytest.mark.parametrize("type_", ["aws_s3_bucket", "aws_dynamodb_table", "aws_kms_key"])
def test_an_apply_cannot_delete_what_holds_state(kept: Synthesized, type_: str) -> None:
    assert kept.only(type_)["lifecycle"] == {"prevent_destroy": True}


def test_nor_can_anybody_else_by_mistake(kept: Synthesized) -> None:
    assert kept.only("aws_dynamodb_table")["deletion_protection_enabled"] is True
    assert kept.only("aws_s3_bucket")["force_destroy"] is False


@pytest.mark.parametrize("type_", ["aws_s3_bucket", "aws_dynamodb_table", "aws_kms_key"])
def test_an_apply_can_delete_it_all_where_disposable(disposable: Synthesized, type_: str) -> None:
    assert "lifecycle" not in disposable.only(type_)


def test_a_disposable_bucket_goes_with_what_is_in_it(disposable: Synthesized) -> None:
    assert disposable.only("aws_s3_bucket")["force_destroy"] is True
    assert disposable.only("aws_dynamodb_table")["deletion_protection_enabled"] is False


def test_it_has_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    assert remote_state(region=aws_region("ap-southeast-1")).addresses == kept.addresses


def grant(made: Synthesized) -> str:
    return made.one("aws_iam_role_policy", "applies")["policy"]


@pytest.mark.parametrize("object_", [STATE, f"{STATE}.tflock"])
@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject"])
def test_a_pipeline_reads_and_writes_states_and_their_locks(kept: Synthesized, object_: str, action: str) -> None:
    assert allows(grant(kept), Request(action, resource=f"{bucket_arn(kept)}/{object_}"))


def test_a_pipeline_deletes_locks_but_no_state(kept: Synthesized) -> None:
    assert allows(grant(kept), Request("s3:DeleteObject", resource=f"{bucket_arn(kept)}/{STATE}.tflock"))
    assert not allows(grant(kept), Request("s3:DeleteObject", resource=f"{bucket_arn(kept)}/{STATE}"))


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])
def test_a_pipeline_stays_out_of_other_environments(kept: Synthesized, action: str) -> None:
    for other in ("staging/staging-us-east-1.tfstate", "staging/staging-us-east-1.tfstate.tflock", "anything"):
        assert not allows(grant(kept), Request(action, resource=f"{bucket_arn(kept)}/{other}"))


def test_a_pipeline_never_touches_old_versions_or_the_bucket_itself(kept: Synthesized) -> None:
    assert {action for action in actions(grant(kept)) if action.startswith("s3:")} == {
        "s3:ListBucket",
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
    }


def test_a_grant_names_exactly_what_it_is_for(kept: Synthesized) -> None:
    (table,) = kept.all("aws_dynamodb_table")
    own = (f"{bucket_arn(kept)}*", f"${{aws_dynamodb_table.{table}.arn}}", key_arn(kept))
    resources = [resource for statement in statements(grant(kept)) for resource in statement["Resource"]]
    assert all(any(fnmatchcase(resource, pattern) for pattern in own) for resource in resources)
    assert not [action for action in actions(grant(kept)) if "*" in action]


def test_roles_of_the_same_id_are_each_granted(kept: Synthesized) -> None:
    roles = {policy["role"] for policy in kept.all("aws_iam_role_policy").values()}
    assert len(roles) == 2
