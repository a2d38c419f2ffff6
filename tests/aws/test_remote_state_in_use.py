"""Terraform keeps its state: what it asks for, as recorded from the real thing."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.policy import trust
from backstay.aws.remote_state import RemoteState
from backstay.sandbox import Sandbox, environment
from tests.aws.policies import Request, allows
from tests.aws.surroundings import NAMES, REGION, in_region

BUCKET, TABLE = NAMES.bucket("state", REGION), NAMES.lock_table(REGION)

# The permission that a call needs, where it is not of the call's own name:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
PERMISSIONS = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}


def policy() -> str:
    """What a role is granted, with the ARNs that Terraform would fill in."""

    def build(scope: TerraformStack) -> Construct:
        made = RemoteState(scope, "state", region=REGION, names=NAMES)
        made.grant_use(IamRole(scope, "role", assume_role_policy=trust("ec2.amazonaws.com")))
        return made

    granted = in_region(build).only("aws_iam_role_policy")["policy"]
    granted = re.sub(r"\$\{aws_s3_bucket\.[^}]*\}", f"arn:aws:s3:::{BUCKET}", granted)
    return re.sub(r"\$\{aws_dynamodb_table\.[^}]*\}", TABLE, granted)


def stack(folder: Path) -> None:
    """A stack that needs no provider, with both kinds of lock."""
    settings = {
        "bucket": BUCKET,
        "key": NAMES.state_key("production-us-east-1"),
        "region": REGION.name,
        "dynamodb_table": TABLE,
        "use_lockfile": True,
    }
    document = {"terraform": {"backend": {"s3": settings}}, "resource": {"terraform_data": {"any": {"input": "kept"}}}}
    (folder / "cdk.tf.json").write_text(json.dumps(document))


def make_bucket_and_table(client: Any) -> None:
    client("s3").create_bucket(Bucket=BUCKET)
    client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
    )


def requests(log: str) -> Iterator[Request]:
    """What Terraform's own log says that its backend asked for."""
    for line in log.splitlines():
        found = re.search(r"HTTP Request Sent:.* rpc\.method=(\w+) rpc\.service=(S3|DynamoDB)", line)
        if not found:
            continue
        method, service = found.groups()
        resource = TABLE
        if service == "S3":
            key = re.search(r"aws\.s3\.key=(\S+)", line)
            resource = f"arn:aws:s3:::{BUCKET}" + (f"/{key[1]}" if key else "")
        yield Request(f"{service.lower()}:{PERMISSIONS.get(method, method)}", resource=resource)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, terraform_on_path: str, emulated_cloud: Sandbox) -> list[Request]:
    """Everything that a stack's life asks of its backend."""
    import boto3

    folder = tmp_path_factory.mktemp("stack")
    stack(folder)
    emulated_cloud.reset()
    variables = environment(emulated_cloud.endpoint) | {"TF_LOG": "debug", "TF_CLI_CONFIG_FILE": os.devnull}

    def client(service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION.name,
            endpoint_url=emulated_cloud.endpoint,
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        )

    make_bucket_and_table(client)
    log = ""
    for verb in (["init"], ["plan"], ["apply", "-auto-approve"], ["plan"], ["destroy", "-auto-approve"]):
        done = subprocess.run(
            [terraform_on_path, *verb, "-input=false"],
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        log += done.stderr
    return list(requests(log))


@pytest.mark.sandbox
def test_a_role_may_do_all_that_terraform_asks_for(asked: list[Request]) -> None:
    granted = policy()
    assert asked
    assert [request for request in asked if not allows(granted, request)] == []


@pytest.mark.sandbox
def test_a_role_may_do_no_more_than_terraform_asks_for(asked: list[Request]) -> None:
    needed = {request.action for request in asked}
    granted = {
        action
        for statement in json.loads(policy())["Statement"]
        for action in statement["Action"]
        if action.startswith(("s3:", "dynamodb:"))
    }
    assert granted == needed
