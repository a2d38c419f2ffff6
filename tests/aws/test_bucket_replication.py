"""What copies a bucket to other regions."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from backstay.aws.bucket_replication import BucketReplication
from backstay.testing import Synthesized
from backstay.topology import CloudRegion, aws_region
from tests.aws.policies import ACCOUNT, Request, actions, allows, statements
from tests.aws.surroundings import NAMES, REGION, in_region

EUROPE, ASIA = aws_region("eu-west-1"), aws_region("ap-southeast-1")
HERE = f"arn:aws:s3:::{NAMES.bucket('artifacts', REGION)}"
THERE = f"arn:aws:s3:::{NAMES.bucket('artifacts', EUROPE)}"
ALIAS = NAMES.key_alias("artifacts")


def replication(*targets: CloudRegion, **given: Any) -> Synthesized:
    wiring = {"purpose": "artifacts", "region": REGION, "targets": targets, "names": NAMES}
    return in_region(lambda scope: BucketReplication(scope, "artifacts", **wiring | given))


@pytest.fixture(scope="module")
def one_target() -> Synthesized:
    return replication(EUROPE)


def filled(value: Any) -> Any:
    """A value with the account and the partition that Terraform would fill in."""
    (identity,) = replication(EUROPE).all("aws_caller_identity", section="data")
    (partition,) = replication(EUROPE).all("aws_partition", section="data")
    text = json.dumps(value).replace(f"${{data.aws_caller_identity.{identity}.account_id}}", ACCOUNT)
    return json.loads(text.replace(f"${{data.aws_partition.{partition}.partition}}", "aws"))


def rules(made: Synthesized) -> list[dict[str, Any]]:
    return filled(made.only("aws_s3_bucket_replication_configuration")["rule"])


def rule(made: Synthesized) -> dict[str, Any]:
    (found,) = rules(made)
    return found


def test_it_finds_both_buckets_by_computed_names(one_target: Synthesized) -> None:
    configuration = one_target.only("aws_s3_bucket_replication_configuration")
    assert configuration["bucket"] == NAMES.bucket("artifacts", REGION)
    assert rule(one_target)["destination"]["bucket"] == THERE


def test_nothing_is_looked_up_but_who_and_where_one_is(one_target: Synthesized) -> None:
    assert set(one_target.document["data"]) == {"aws_caller_identity", "aws_partition"}


def test_everything_is_copied(one_target: Synthesized) -> None:
    assert rule(one_target)["status"] == "Enabled"
    assert rule(one_target)["filter"] == {"prefix": ""}


def test_a_copy_is_encrypted_with_the_key_of_its_own_region(one_target: Synthesized) -> None:
    assert rule(one_target)["source_selection_criteria"]["sse_kms_encrypted_objects"] == {"status": "Enabled"}
    encryption = rule(one_target)["destination"]["encryption_configuration"]
    assert encryption == {"replica_kms_key_id": f"arn:aws:kms:eu-west-1:{ACCOUNT}:{ALIAS}"}


def test_copies_arrive_within_15_minutes_or_are_told_of(one_target: Synthesized) -> None:
    destination = rule(one_target)["destination"]
    assert destination["replication_time"] == {"status": "Enabled", "time": {"minutes": 15}}
    assert destination["metrics"] == {"status": "Enabled", "event_threshold": {"minutes": 15}}


def test_deletions_and_changes_of_copies_are_copied_too(one_target: Synthesized) -> None:
    assert rule(one_target)["delete_marker_replication"] == {"status": "Enabled"}
    assert rule(one_target)["source_selection_criteria"]["replica_modifications"] == {"status": "Enabled"}


def test_every_target_has_a_rule_that_no_other_overrides() -> None:
    made = rules(replication(EUROPE, ASIA))
    assert [one["destination"]["bucket"] for one in made] == [
        f"arn:aws:s3:::{NAMES.bucket('artifacts', target)}" for target in (EUROPE, ASIA)
    ]
    assert len({one["priority"] for one in made}) == len({one["id"] for one in made}) == 2


def test_the_bucket_gets_its_rules_after_the_role_its_rights(one_target: Synthesized) -> None:
    (rights,) = one_target.all("aws_iam_role_policy")
    assert one_target.only("aws_s3_bucket_replication_configuration")["depends_on"] == [f"aws_iam_role_policy.{rights}"]


def test_only_storage_takes_the_role(one_target: Synthesized) -> None:
    (statement,) = json.loads(one_target.only("aws_iam_role")["assume_role_policy"])["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}


def test_each_direction_and_purpose_has_a_role_of_its_own() -> None:
    made = [
        replication(EUROPE),
        replication(EUROPE, purpose="state"),
        replication(REGION, region=EUROPE),
        replication(REGION, region=EUROPE, purpose="state"),
    ]
    assert len({one.only("aws_iam_role")["name"] for one in made}) == len(made)


def rights(made: Synthesized) -> str:
    return made.only("aws_iam_role_policy")["policy"]


def asks(made: Synthesized, action: str, resource: str, **context: str) -> bool:
    return allows(rights(made), Request(action, resource=resource, context=context))


def test_the_role_reads_here_and_writes_there_and_not_the_other_way_round(one_target: Synthesized) -> None:
    for action in ("s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging", "s3:GetObjectVersionAcl"):
        assert asks(one_target, action, f"{HERE}/model")
        assert not asks(one_target, action, f"{THERE}/model")
    for action in ("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"):
        assert asks(one_target, action, f"{THERE}/model")
        assert not asks(one_target, action, f"{HERE}/model")


def test_the_role_names_every_action(one_target: Synthesized) -> None:
    assert not [action for action in actions(rights(one_target)) if "*" in action]


def test_the_role_has_no_right_beyond_the_buckets_and_the_keys(one_target: Synthesized) -> None:
    own = (HERE, f"{HERE}/[*]", f"{THERE}/[*]", f"arn:aws:kms:*:{ACCOUNT}:key/[*]")
    for statement in statements(rights(one_target)):
        assert all(any(fnmatchcase(resource, pattern) for pattern in own) for resource in statement["Resource"])


KEY_THERE = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
KEY_HERE = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
THROUGH_S3 = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}


def test_the_role_encrypts_with_the_key_of_that_alias_only(one_target: Synthesized) -> None:
    named = {"kms:ResourceAliases": ALIAS}
    other = {"kms:ResourceAliases": NAMES.key_alias("state")}
    for action in ("kms:Encrypt", "kms:GenerateDataKey"):
        assert asks(one_target, action, KEY_THERE, **THROUGH_S3, **named)
        assert not asks(one_target, action, KEY_THERE, **THROUGH_S3, **other)
        assert not asks(one_target, action, KEY_HERE, **THROUGH_S3, **named)


def test_the_role_uses_keys_through_storage_only(one_target: Synthesized) -> None:
    named = {"kms:ResourceAliases": ALIAS}
    here = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
    assert asks(one_target, "kms:Decrypt", KEY_HERE, **here, **named)
    assert not asks(one_target, "kms:Decrypt", KEY_HERE, **named)
    assert not asks(one_target, "kms:Decrypt", KEY_THERE, **THROUGH_S3, **named)


@pytest.mark.parametrize("targets", [(), (REGION,), (EUROPE, REGION)])
def test_a_bucket_is_not_copied_to_nowhere_or_to_itself(targets: tuple[CloudRegion, ...]) -> None:
    with pytest.raises(ValueError, match=r"the artifacts of us-east-1 cannot be copied to .*; name at least one other"):
        replication(*targets)
