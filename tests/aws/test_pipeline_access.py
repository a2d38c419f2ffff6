"""Who may plan and apply on AWS, and how far: what a role's policies allow is put to an evaluator of IAM's rules."""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.pipeline.trust import AUDIENCE, HOST
from backstay.aws.pipeline_access import PipelineAccess
from backstay.aws.provider import attach_provider
from backstay.aws.role import Role
from backstay.testing import Synthesized
from backstay.topology import Access, Names, PipelineSpec, aws_region
from tests.aws.policies import ACCOUNT, Request, actions, allows, denies, statements
from tests.aws.surroundings import in_region
from tests.pipeline_tokens import BY_NAME, BY_NUMBER, ENVIRONMENT, Token, taken_wrongly
from tests.synthesis import documents

NAMES = Names("acme", ENVIRONMENT)
EAST, WEST = aws_region("us-east-1"), aws_region("us-west-2")
ZONE = "Z0123456789EXAMPLE"
# Of staging in its sandbox, with `api_calls.actions` of the log: deployed, planned without a lock, destroyed.
CALLS = json.loads((Path(__file__).parents[1] / "golden" / "calls" / "staging.json").read_text())

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MOST_CHARACTERS = 6_144
MOST_IN_A_TRUST_POLICY = 2_048
MOST_POLICIES = 10


def made(spec: PipelineSpec = BY_NUMBER, *, names: Names = NAMES, regions: int = 2, **wanted: Any) -> Synthesized:
    places = [EAST, WEST, *(aws_region(f"ap-southeast-{number}") for number in range(1, 8))][:regions]
    given: dict[str, Any] = {"zone": ZONE} | wanted
    return in_region(
        lambda scope: PipelineAccess(scope, "access", spec=spec, region=EAST, regions=places, names=names, **given)
    )


@pytest.fixture(scope="module")
def access() -> Synthesized:
    return made(secrets=["acme/staging/hf-token"])


def policies(of: Synthesized, access: Access) -> dict[str, str]:
    """The documents that are attached to a role, by their purpose."""
    attached = of.all("aws_iam_role_policy_attachment")
    held = [body["policy_arn"].split(".")[1] for name, body in attached.items() if name.startswith(f"access_{access}_")]
    return {name: of.all("aws_iam_policy")[name]["policy"] for name in held}


def may(of: Synthesized, access: Access, action: str, resource: str = "*", **context: str) -> bool:
    """Whether a role's policies let a request through, in one of the environment's regions unless it says another."""
    asked = Request(
        action,
        resource=resource,
        context={"aws:RequestedRegion": "us-west-2"} | {key.replace("__", ":"): it for key, it in context.items()},
    )
    held = policies(of, access).values()
    return any(allows(policy, asked) for policy in held) and not any(denies(policy, asked) for policy in held)


def trust_policy(of: Synthesized, access: Access) -> str:
    (policy,) = [body["assume_role_policy"] for name, body in of.all("aws_iam_role").items() if f"_{access}_" in name]
    return policy


def takes(policy: str, claims: Mapping[str, str]) -> bool:
    """Whether STS takes a token for a role: AWS compares every claim as it is written."""
    (statement,) = statements(policy)
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{claims['iss'].removeprefix('https://')}"
    ((operator, wanted),) = statement["Condition"].items()
    assert operator == "StringEquals"
    return statement["Principal"] == {"Federated": provider} and all(
        claims.get(key.removeprefix(f"{HOST}:")) in ([value] if isinstance(value, str) else value)
        for key, value in wanted.items()
    )


@pytest.mark.parametrize("spec", [BY_NAME, BY_NUMBER], ids=["by name", "by number"])
def test_each_role_takes_the_tokens_of_its_own_jobs_and_no_others(spec: PipelineSpec) -> None:
    roles = made(spec)

    def take(access: Access, token: Token) -> bool:
        return takes(trust_policy(roles, access), token.claims(AUDIENCE))

    assert taken_wrongly(spec, take) == []


def test_every_call_of_a_plan_is_allowed(access: Synthesized) -> None:
    assert sorted(set(CALLS["plan"]) - named(access, Access.PLAN)) == []


# What empties buckets and vaults before they are deleted, and what makes the pipeline's own policies.
OF_PEOPLE = {
    "deploy": {"iam:CreatePolicy"},
    "destroy": {
        "backup:ListRecoveryPointsByBackupVault",
        "iam:DeletePolicy",
        "iam:ListPolicyVersions",
        "s3:DeleteObjects",
        "s3:ListBucketVersions",
    },
}


@pytest.mark.parametrize("what", OF_PEOPLE)
def test_every_call_of_an_apply_is_allowed_but_for_those_of_people(access: Synthesized, what: str) -> None:
    assert set(CALLS[what]) - named(access, Access.APPLY) == OF_PEOPLE[what]


def named(of: Synthesized, access: Access) -> set[str]:
    """Every action that a role's policies allow somewhere."""
    held = [statement for policy in policies(of, access).values() for statement in statements(policy)]
    return {action for statement in held if statement["Effect"] == "Allow" for action in statement["Action"]}


def test_a_plan_changes_nothing(access: Synthesized) -> None:
    reads = ("Describe*", "Get*", "List*", "BatchGet*")
    harmless = {"kms:Decrypt", "states:ValidateStateMachineDefinition"}
    assert {
        action
        for action in named(access, Access.PLAN) - harmless
        if not any(fnmatchcase(action.partition(":")[2], read) for read in reads)
    } == set()


KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"
STATES = "arn:aws:s3:::acme-staging--state-us-west-2"
STATE_KEY = {"kms__ResourceAliases": "alias/acme/staging/state"}


def test_a_plan_reads_states_and_nothing_else_that_is_kept(access: Synthesized) -> None:
    def plan(action: str, resource: str, **context: str) -> bool:
        return may(access, Access.PLAN, action, resource, **context)

    assert plan("s3:GetObject", f"{STATES}/staging/staging-us-west-2.tfstate")
    assert plan("s3:ListBucket", STATES)
    assert plan("kms:Decrypt", KEY, **STATE_KEY)
    assert plan("dynamodb:GetItem", f"arn:aws:dynamodb:us-west-2:{ACCOUNT}:table/acme-staging--locks-us-west-2")
    refused = {
        "s3:GetObject": "arn:aws:s3:::acme-staging--artifacts-us-west-2/models/weights",
        "kms:Decrypt": KEY,
        "dynamodb:GetItem": f"arn:aws:dynamodb:us-west-2:{ACCOUNT}:table/acme-staging--sessions",
        "dynamodb:PutItem": f"arn:aws:dynamodb:us-west-2:{ACCOUNT}:table/acme-staging--locks-us-west-2",
        "s3:PutObject": f"{STATES}/staging/staging-us-west-2.tfstate",
        "secretsmanager:GetSecretValue": f"arn:aws:secretsmanager:us-west-2:{ACCOUNT}:secret:acme/staging/hf-token-a1",
    }
    assert [action for action, resource in refused.items() if plan(action, resource)] == []
    assert not plan("s3:GetObject", "arn:aws:s3:::acme-production--state-us-west-2/production/x.tfstate")
    assert not plan("s3:GetObject", f"{STATES}/production/production-us-west-2.tfstate")


def test_a_plan_cannot_read_values_whatever_is_attached_later(access: Synthesized) -> None:
    held = policies(access, Access.PLAN).values()
    secret = Request("secretsmanager:GetSecretValue", resource="arn:aws:secretsmanager:us-west-2:1:secret:x")
    objects = Request("s3:GetObject", resource="arn:aws:s3:::acme-production--state-us-east-1/x")
    for asked in (secret, objects):
        assert any(denies(policy, asked) for policy in held)


def test_a_plan_reads_exactly_the_secrets_that_the_environment_lets_it_read() -> None:
    spec = BY_NUMBER.model_copy(update={"plan_reads_secrets": "its people are all allowed to know them"})
    access = made(spec, secrets=["acme/staging/hf-token"])

    def reads(name: str) -> bool:
        secret = f"arn:aws:secretsmanager:us-west-2:{ACCOUNT}:secret:{name}"
        return may(access, Access.PLAN, "secretsmanager:GetSecretValue", secret)

    assert reads("acme/staging/hf-token-a1b2c3")
    assert not reads("acme/staging/other-a1b2c3")
    assert not reads("acme/staging/hf-token-of-somebody-else")
    assert not may(access, Access.PLAN, "secretsmanager:BatchGetSecretValue")
    for_secrets = {"kms__ViaService": "secretsmanager.us-west-2.amazonaws.com"}
    assert may(access, Access.PLAN, "kms:Decrypt", KEY, **for_secrets)
    assert not may(access, Access.PLAN, "kms:Decrypt", KEY, kms__ViaService="s3.us-west-2.amazonaws.com")


def test_an_apply_stays_in_the_environments_regions(access: Synthesized) -> None:
    for action in ("ec2:CreateVpc", "ec2:RunInstances"):
        assert may(access, Access.APPLY, action)
        assert not may(access, Access.APPLY, action, aws__RequestedRegion="eu-west-1")


OWN, OTHERS = {"aws__ResourceTag/Environment": "staging"}, {"aws__ResourceTag/Environment": "production"}


def test_an_apply_touches_what_has_the_environments_tag_and_name(access: Synthesized) -> None:
    vpc = f"arn:aws:ec2:us-west-2:{ACCOUNT}:vpc/vpc-1"
    database = f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:acme-staging-vector-db-1"
    assert may(access, Access.APPLY, "ec2:DeleteVpc", vpc, **OWN)
    assert may(access, Access.APPLY, "rds:ModifyDBCluster", database, **OWN)
    for action, resource in (
        ("ec2:DeleteVpc", vpc),
        ("ec2:RevokeSecurityGroupIngress", vpc),
        ("rds:ModifyDBCluster", database),
        ("kms:ScheduleKeyDeletion", KEY),
    ):
        assert not may(access, Access.APPLY, action, resource, **OTHERS), action
    assert not may(access, Access.APPLY, "ec2:DeleteVpc", vpc)


def test_an_apply_tags_what_it_makes_and_never_a_machine_that_is_there(access: Synthesized) -> None:
    def may_tag(resource: str, **context: str) -> bool:
        return may(access, Access.APPLY, "ec2:CreateTags", f"arn:aws:ec2:us-west-2:{ACCOUNT}:{resource}", **context)

    assert may_tag("instance/i-1", ec2__CreateAction="RunInstances")
    assert may_tag("instance/i-1", **OWN)
    assert may_tag("security-group/sg-1")
    # Another team's machine: with the tag, it could be stopped and started again with other user data.
    assert not may_tag("instance/i-1")
    assert not may_tag("instance/i-1", **OTHERS)
    assert not may_tag("security-group/sg-1", **OTHERS)
    assert not may_tag("instance/i-1", ec2__CreateAction="RunInstances", aws__RequestedRegion="eu-west-1")


@pytest.mark.parametrize(
    ("action", "own", "others"),
    [
        (
            "s3:DeleteBucket",
            "arn:aws:s3:::acme-staging--artifacts-us-west-2",
            "arn:aws:s3:::acme-staging-eu--artifacts",
        ),
        ("sqs:DeleteQueue", "arn:aws:sqs:us-west-2:123456789012:acme-staging--messages", "acme-production--messages"),
        ("sns:DeleteTopic", "arn:aws:sns:us-west-2:123456789012:acme-staging--alarms", "acme-staging-eu--alarms"),
        (
            "dynamodb:DeleteTable",
            "arn:aws:dynamodb:us-west-2:123456789012:table/acme-staging--sessions",
            "arn:aws:dynamodb:us-west-2:123456789012:table/acme-production--sessions",
        ),
        (
            "eks:DeleteCluster",
            "arn:aws:eks:us-west-2:123456789012:cluster/acme-staging",
            "arn:aws:eks:us-west-2:123456789012:cluster/acme-staging-eu",
        ),
        (
            "route53:ChangeResourceRecordSets",
            f"arn:aws:route53:::hostedzone/{ZONE}",
            "arn:aws:route53:::hostedzone/Z9999999999",
        ),
        (
            "logs:DeleteLogGroup",
            "arn:aws:logs:us-west-2:123456789012:log-group:/acme/staging/failover",
            "arn:aws:logs:us-west-2:123456789012:log-group:/acme/production/failover",
        ),
    ],
)
def test_an_apply_knows_the_names_of_its_own_environment_only(
    access: Synthesized, action: str, own: str, others: str
) -> None:
    assert may(access, Access.APPLY, action, own)
    assert not may(access, Access.APPLY, action, others)


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


BOUND = {"iam__PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/acme-staging--pipeline-boundary"}


def test_an_apply_makes_roles_within_their_boundary_only(access: Synthesized) -> None:
    own = role("acme-staging--us-west-2-backups")
    assert may(access, Access.APPLY, "iam:CreateRole", own, **BOUND)
    assert not may(access, Access.APPLY, "iam:CreateRole", own)
    assert not may(access, Access.APPLY, "iam:PutRolePolicy", own, iam__PermissionsBoundary="arn:aws:iam::aws:policy/x")
    assert not may(access, Access.APPLY, "iam:DeleteRolePermissionsBoundary", own)
    for others in ("admin", "acme-staging-eu--us-west-2-backups", "acme-production--us-west-2-backups"):
        assert not may(access, Access.APPLY, "iam:CreateRole", role(others), **BOUND)
    assert may(access, Access.APPLY, "iam:PassRole", own, iam__PassedToService="states.amazonaws.com")
    assert not may(access, Access.APPLY, "iam:PassRole", own, iam__PassedToService="lambda.amazonaws.com")


@pytest.mark.parametrize(
    "action",
    ["iam:AttachRolePolicy", "iam:DeleteRole", "iam:PassRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"],
)
@pytest.mark.parametrize("own", list(Access))
def test_an_apply_cannot_change_its_own_roles(access: Synthesized, action: str, own: Access) -> None:
    context = {**BOUND, "iam__PassedToService": "ec2.amazonaws.com"}
    assert not may(access, Access.APPLY, action, role(NAMES.pipeline_role(own)), **context)


def test_an_apply_cannot_change_the_pipelines_policies_provider_or_state(access: Synthesized) -> None:
    policy = f"arn:aws:iam::{ACCOUNT}:policy/acme-staging--pipeline-boundary"
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}"
    for action, resource in (
        ("iam:CreatePolicyVersion", policy),
        ("iam:DeletePolicy", policy),
        ("iam:UpdateOpenIDConnectProviderThumbprint", provider),
        ("s3:PutObject", f"{STATES}/staging/staging-pipeline-aws.tfstate"),
        ("s3:DeleteObject", f"{STATES}/staging/staging-pipeline-aws.tfstate.tflock"),
    ):
        assert not may(access, Access.APPLY, action, resource), action
    assert may(access, Access.APPLY, "s3:PutObject", f"{STATES}/staging/staging-us-west-2.tfstate")


def within(of: Synthesized, action: str, resource: str = "*", **context: str) -> bool:
    """Whether the boundary lets a role of the environment do something that its own policies allow."""
    (bounds,) = [body["policy"] for name, body in of.all("aws_iam_policy").items() if "_boundary-" in name]
    found = {key.replace("__", ":"): value for key, value in context.items()}
    return allows(bounds, Request(action, resource=resource, context=found))


def test_a_role_that_an_apply_makes_can_do_no_more_than_the_boundary(access: Synthesized) -> None:
    assert within(access, "rds:FailoverGlobalCluster", **OWN)
    assert within(access, "iam:PassRole", role("acme-staging--us-west-2-restore-test"))
    for action, resource in (
        ("iam:CreateRole", role("acme-staging--us-west-2-more")),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/more"),
        ("iam:PassRole", role("admin")),
        ("sts:AssumeRole", role("admin")),
        ("organizations:LeaveOrganization", "*"),
        ("s3:PutObject", f"{STATES}/staging/staging-pipeline-aws.tfstate"),
    ):
        assert not within(access, action, resource), action
    assert not within(access, "secretsmanager:GetSecretValue", **OTHERS)


@pytest.mark.parametrize(
    "action",
    [
        "cloudformation:UpdateStack",
        "codebuild:StartBuild",
        "ec2-instance-connect:SendSSHPublicKey",
        "ec2:ModifyInstanceAttribute",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "ecs:ExecuteCommand",
        "eks:CreateAccessEntry",
        "glue:UpdateJob",
        "lambda:UpdateFunctionCode",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
        "ssm:CreateAssociation",
        "ssm:SendCommand",
        "ssm:StartAutomationExecution",
        "ssm:StartSession",
        "states:UpdateStateMachine",
        "sts:AssumeRoot",
    ],
)
def test_a_role_that_an_apply_makes_runs_nothing_with_anothers_rights(access: Synthesized, action: str) -> None:
    assert not within(access, action)


@pytest.mark.parametrize("environment", ["production", "active-passive", "multicloud"])
def test_a_role_can_do_within_the_boundary_what_its_own_policies_allow(access: Synthesized, environment: str) -> None:
    stacks = [stack["resource"] for name, stack in documents(environment).items() if "-pipeline-" not in name]
    held = [body["policy"] for stack in stacks for body in stack.get("aws_iam_role_policy", {}).values()]
    wanted = {action for policy in held for action in actions(policy)}
    assert wanted
    assert sorted(action for action in wanted if not within(access, action)) == []


# Of what AWS's own policies allow that are attached to roles, what is needed here:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
@pytest.mark.parametrize(
    "action",
    [
        "ec2:AssignPrivateIpAddresses",  # AmazonEKS_CNI_Policy
        "ec2:AttachVolume",  # AmazonEBSCSIDriverPolicy
        "ecr:BatchGetImage",  # AmazonEC2ContainerRegistryPullOnly
        "eks-auth:AssumeRoleForPodIdentity",  # AmazonEKSWorkerNodePolicy
        "elasticloadbalancing:DescribeLoadBalancers",  # AmazonEKSClusterPolicy
        "ec2messages:GetMessages",  # AmazonSSMManagedInstanceCore
        "ssm:UpdateInstanceInformation",
        "ssmmessages:OpenDataChannel",
        "dynamodb:StartAwsBackupJob",  # AWSBackupServiceRolePolicyForBackup
        "rds:CopyDBClusterSnapshot",
        "tag:GetResources",
        "rds:RestoreDBClusterFromSnapshot",  # AWSBackupServiceRolePolicyForRestores
        "s3:PutInventoryConfiguration",  # AWSBackupServiceRolePolicyForS3Backup
        "s3:PutObject",  # AWSBackupServiceRolePolicyForS3Restore
    ],
)
def test_a_role_can_do_within_the_boundary_what_clusters_machines_and_backups_need(
    access: Synthesized, action: str
) -> None:
    assert within(access, action, **OWN)


def test_roles_of_a_bound_stack_have_the_boundary() -> None:
    bounds = "arn:aws:iam::123456789012:policy/bounds"

    def build(scope: TerraformStack) -> Role:
        attach_provider(scope, region=EAST, tags={}, boundary=bounds)
        return Role(scope, "role", name="one", assume_role_policy="{}")

    assert Synthesized(build).only("aws_iam_role")["permissions_boundary"] == bounds


def test_the_accounts_provider_is_made_once() -> None:
    existing = PipelineSpec(repository="acme/platform", oidc_provider="existing")
    assert made(existing).all("aws_iam_openid_connect_provider") == {}
    (provider,) = made().all("aws_iam_openid_connect_provider").values()
    assert provider["client_id_list"] == [AUDIENCE]
    assert provider["lifecycle"] == {"prevent_destroy": True}


@pytest.mark.parametrize("names", [NAMES, Names("abcdefghijkl", "x" * 30)], ids=["short", "long"])
def test_policies_fit_into_what_iam_takes(names: Names) -> None:
    roles = made(names=names, regions=9, zone=None, secrets=[f"acme/staging/secret-{number}" for number in range(5)])
    sizes = {
        name: len(json.dumps({"Version": "2012-10-17", "Statement": statements(body["policy"])}, separators=(",", ":")))
        for name, body in roles.all("aws_iam_policy").items()
    }
    assert {name: size for name, size in sizes.items() if size > MOST_CHARACTERS} == {}
    for access in Access:
        assert len(policies(roles, access)) <= MOST_POLICIES
        assert len(trust_policy(roles, access)) <= MOST_IN_A_TRUST_POLICY
