"""Who may do what with a key."""

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.aws.key_policy import ENCRYPT_DECRYPT, KeyOwner, application_key_policy, key_policy
from backstay.topology.keys import KeyUse
from tests.aws.policies import ACCOUNT, STRANGER, Request, actions, allows, statements

OWNER = KeyOwner(account=ACCOUNT, partition="aws", region="eu-west-1")
ALL_USES = key_policy(list(KeyUse), OWNER)
AUTO_SCALING = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"

# KMS refuses a longer policy: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
LONGEST_POLICY_BYTES = 32_768

some_uses = st.sets(st.sampled_from(list(KeyUse)), min_size=1)
some_action = st.sampled_from(sorted(actions(ALL_USES)))
SERVICES = ["ec2", "s3", "dynamodb", "secretsmanager", "eks", "logs", "lambda", "rds", "elasticache", "sqs", "ecr"]
some_service = st.sampled_from(
    [f"{service}.{region}.amazonaws.com" for service in SERVICES for region in ("eu-west-1", "us-east-1")]
)


def policy(*uses: KeyUse) -> str:
    return key_policy(uses, OWNER)


def asks(action: str, *, account: str = ACCOUNT, through: str | None = None, **context: str) -> Request:
    """A person or role of an account asks, by itself or through a service."""
    by = {"kms:CallerAccount": account, **({"kms:ViaService": through} if through else {}), **context}
    return Request(action, account=account, context=by)


def auto_scaling_asks(action: str, account: str = ACCOUNT, *, for_aws: str | None = None) -> Request:
    context = {"kms:CallerAccount": account, "aws:PrincipalArn": f"arn:aws:iam::{account}:{AUTO_SCALING}"}
    return Request(
        action, account=account, context=context | ({"kms:GrantIsForAWSResource": for_aws} if for_aws else {})
    )


@given(uses=some_uses, action=some_action, service=some_service, for_aws=st.booleans())
def test_nobody_of_another_account_gets_in(uses: set[KeyUse], action: str, service: str, for_aws: bool) -> None:
    context = {
        "kms:CallerAccount": STRANGER,
        "kms:ViaService": service,
        "kms:GrantIsForAWSResource": str(for_aws).lower(),
        "aws:PrincipalArn": f"arn:aws:iam::{STRANGER}:{AUTO_SCALING}",
        "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-west-1:{STRANGER}:log-group:theirs",
    }
    assert not allows(key_policy(uses, OWNER), Request(action, account=STRANGER, context=context))


@given(uses=some_uses, action=some_action, service=some_service)
def test_no_service_gets_in_on_behalf_of_another_account(uses: set[KeyUse], action: str, service: str) -> None:
    logs = f"arn:aws:logs:eu-west-1:{STRANGER}:log-group:theirs"
    request = Request(action, service=service, context={"kms:EncryptionContext:aws:logs:arn": logs})
    assert not allows(key_policy(uses, OWNER), request)


@given(uses=some_uses)
def test_whatever_the_uses_the_account_can_still_change_and_delete_the_key(uses: set[KeyUse]) -> None:
    for action in ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DescribeKey", "kms:GetKeyPolicy"):
        assert allows(key_policy(uses, OWNER), asks(action))


@given(uses=some_uses)
def test_a_policy_does_not_depend_on_the_order_of_its_uses(uses: set[KeyUse]) -> None:
    assert key_policy(sorted(uses), OWNER) == key_policy(sorted(uses, reverse=True), OWNER)


@pytest.mark.parametrize("use", [use for use in KeyUse if use is not KeyUse.CLUSTER_SECRETS])
@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant"])
def test_nobody_uses_the_key_except_through_a_service_of_its_uses(use: KeyUse, action: str) -> None:
    assert not allows(policy(use), asks(action))


@pytest.mark.parametrize(
    ("use", "service"),
    [
        (KeyUse.DISKS, "ec2"),
        (KeyUse.STATE, "s3"),
        (KeyUse.STATE, "dynamodb"),
        (KeyUse.SECRETS, "secretsmanager"),
        (KeyUse.DATABASES, "rds"),
        (KeyUse.CACHES, "elasticache"),
        (KeyUse.QUEUES, "sqs"),
        (KeyUse.OBJECTS, "s3"),
    ],
)
@pytest.mark.parametrize("action", ENCRYPT_DECRYPT)
def test_a_use_opens_the_key_through_its_services_in_its_region_only(use: KeyUse, service: str, action: str) -> None:
    assert allows(policy(use), asks(action, through=f"{service}.eu-west-1.amazonaws.com"))
    if action != "kms:DescribeKey":
        assert not allows(policy(use), asks(action, through=f"{service}.us-east-1.amazonaws.com"))


@pytest.mark.parametrize(("use", "service"), [(KeyUse.LOGS, "ec2"), (KeyUse.STATE, "ec2"), (KeyUse.DISKS, "s3")])
def test_a_use_does_not_open_the_key_for_another(use: KeyUse, service: str) -> None:
    assert not allows(policy(use), asks("kms:Decrypt", through=f"{service}.eu-west-1.amazonaws.com"))


@pytest.mark.parametrize("action", ENCRYPT_DECRYPT)
def test_auto_scaling_starts_machines_with_encrypted_disks(action: str) -> None:
    assert allows(policy(KeyUse.DISKS), auto_scaling_asks(action))


def test_auto_scaling_passes_the_key_on_to_aws_only() -> None:
    disks = policy(KeyUse.DISKS)
    assert allows(disks, auto_scaling_asks("kms:CreateGrant", for_aws="true"))
    assert not allows(disks, auto_scaling_asks("kms:CreateGrant", for_aws="false"))
    assert not allows(disks, auto_scaling_asks("kms:CreateGrant"))


def test_auto_scaling_of_another_account_is_refused() -> None:
    assert not allows(policy(KeyUse.DISKS), auto_scaling_asks("kms:Decrypt", STRANGER))


def test_auto_scaling_has_no_business_with_keys_for_other_things() -> None:
    others = [use for use in KeyUse if use is not KeyUse.DISKS]
    assert not allows(policy(*others), auto_scaling_asks("kms:GenerateDataKey"))


def test_another_role_does_not_pass_for_auto_scaling() -> None:
    context = {"kms:CallerAccount": ACCOUNT, "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/application"}
    assert not allows(policy(KeyUse.DISKS), Request("kms:Decrypt", account=ACCOUNT, context=context))


def test_no_role_is_named_as_principal_since_it_may_not_exist_yet() -> None:
    named = [statement["Principal"].get("AWS", "*") for statement in statements(ALL_USES)]
    assert set(named) == {"*", f"arn:aws:iam::{ACCOUNT}:root"}


def test_machines_pass_the_key_on_to_aws_only() -> None:
    through = "ec2.eu-west-1.amazonaws.com"
    disks, for_aws = policy(KeyUse.DISKS), {"kms:GrantIsForAWSResource": "true"}
    assert allows(disks, asks("kms:CreateGrant", through=through, **for_aws))
    assert not allows(disks, asks("kms:CreateGrant", through=through))


def logs_ask(action: str, log_group: str, region: str = "eu-west-1") -> Request:
    context = {"kms:EncryptionContext:aws:logs:arn": log_group}
    return Request(action, service=f"logs.{region}.amazonaws.com", context=context)


@pytest.mark.parametrize("action", ENCRYPT_DECRYPT)
def test_cloudwatch_encrypts_the_accounts_own_log_groups(action: str) -> None:
    group = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/acme/production/network/flow"
    assert allows(policy(KeyUse.LOGS), logs_ask(action, group))


@pytest.mark.parametrize(
    ("group", "region"),
    [
        (f"arn:aws:logs:eu-west-1:{STRANGER}:log-group:theirs", "eu-west-1"),
        (f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:elsewhere", "eu-west-1"),
        (f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:ours", "us-east-1"),
    ],
)
def test_cloudwatch_does_not_use_the_key_for_anything_else(group: str, region: str) -> None:
    assert not allows(policy(KeyUse.LOGS), logs_ask("kms:Encrypt", group, region))


def test_whoever_creates_a_cluster_passes_the_key_on_to_it() -> None:
    cluster = policy(KeyUse.CLUSTER_SECRETS)
    assert allows(cluster, asks("kms:CreateGrant"))
    assert allows(cluster, asks("kms:DescribeKey"))


def test_only_the_lock_table_is_passed_the_key_for_state() -> None:
    state = policy(KeyUse.STATE)
    assert allows(state, asks("kms:CreateGrant", through="dynamodb.eu-west-1.amazonaws.com"))
    assert not allows(state, asks("kms:CreateGrant", through="s3.eu-west-1.amazonaws.com"))


def test_no_policy_names_actions_by_wildcard() -> None:
    assert not [action for action in actions(ALL_USES) if "*" in action]


def test_statements_can_be_told_apart_by_name() -> None:
    names = [statement["Sid"] for statement in statements(ALL_USES)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9]+", name) for name in names)


def test_every_use_adds_to_the_policy() -> None:
    assert all(policy(first) != policy(first, second) for first, second in combinations(KeyUse, 2))


def test_a_key_for_everything_has_a_policy_that_kms_takes() -> None:
    assert len(ALL_USES.encode()) < LONGEST_POLICY_BYTES


@pytest.mark.parametrize(("use", "service"), [(KeyUse.DATABASES, "rds"), (KeyUse.CACHES, "elasticache")])
def test_a_store_passes_the_key_on_to_aws_only(use: KeyUse, service: str) -> None:
    through = f"{service}.eu-west-1.amazonaws.com"
    later = {"kms:GrantIsForAWSResource": "true"}
    assert allows(policy(use), asks("kms:CreateGrant", through=through, **later))
    assert not allows(policy(use), asks("kms:CreateGrant", through=through))


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_a_table_is_copied_here_from_the_region_that_owns_it(region: str) -> None:
    through = f"dynamodb.{region}.amazonaws.com"
    for action in (*ENCRYPT_DECRYPT, "kms:CreateGrant"):
        assert allows(policy(KeyUse.TABLES), asks(action, through=through))
    assert not allows(policy(KeyUse.TABLES), asks("kms:Decrypt", through=f"s3.{region}.amazonaws.com"))


@pytest.mark.parametrize("action", ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"])
def test_a_repository_is_passed_the_key_when_it_is_made(action: str) -> None:
    images = policy(KeyUse.IMAGES)
    assert allows(images, asks(action, through="ecr.eu-west-1.amazonaws.com"))
    if action != "kms:DescribeKey":
        assert not allows(images, asks(action, through="ecr.us-east-1.amazonaws.com"))


def test_nobody_decrypts_images_except_the_repositories() -> None:
    assert not allows(policy(KeyUse.IMAGES), asks("kms:Decrypt", through="ecr.eu-west-1.amazonaws.com"))


@pytest.mark.parametrize("action", [*ENCRYPT_DECRYPT, "kms:ReplicateKey", "kms:PutKeyPolicy"])
def test_a_key_for_applications_is_used_as_the_accounts_own_policies_say(action: str) -> None:
    assert allows(application_key_policy(OWNER), asks(action))
    assert not allows(application_key_policy(OWNER), asks(action, account=STRANGER))


def test_a_key_for_applications_is_passed_on_to_nobody() -> None:
    assert not allows(application_key_policy(OWNER), asks("kms:CreateGrant"))


@pytest.mark.parametrize("service", ["backup", "dynamodb", "ec2", "rds"])
def test_a_vaults_key_is_used_by_the_service_that_a_snapshot_is_of(service: str) -> None:
    through = f"{service}.eu-west-1.amazonaws.com"
    later = {"kms:GrantIsForAWSResource": "true"}
    assert allows(policy(KeyUse.BACKUPS), asks("kms:GenerateDataKey", through=through))
    assert allows(policy(KeyUse.BACKUPS), asks("kms:CreateGrant", through=through, **later))
    assert not allows(policy(KeyUse.BACKUPS), asks("kms:CreateGrant", through=through))


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey"])
def test_alarms_of_the_account_alone_encrypt_what_they_say(action: str) -> None:
    def alarm_asks(account: str) -> Request:
        return Request(action, service="cloudwatch.amazonaws.com", context={"aws:SourceAccount": account})

    assert allows(policy(KeyUse.ALARMS), alarm_asks(ACCOUNT))
    assert not allows(policy(KeyUse.ALARMS), alarm_asks(STRANGER))


def test_whoever_tells_people_does_so_through_the_topic() -> None:
    assert allows(policy(KeyUse.ALARMS), asks("kms:GenerateDataKey", through="sns.eu-west-1.amazonaws.com"))
    assert not allows(policy(KeyUse.ALARMS), asks("kms:GenerateDataKey", through="sqs.eu-west-1.amazonaws.com"))
