"""Small stacks of two AWS regions that copy their states to each other, with the names of an environment's stacks."""

from typing import Any

from tests.cli.aws_stacks import AWS
from tests.cli.conftest import Project
from tests.terraform.apps import Stack

NAME = "development"
FIRST, SECOND = "us-east-1", "us-west-2"
PEER = {FIRST: SECOND, SECOND: FIRST}
ROUTING = f"{NAME}-routing"
ZONE = "Z0123456789EXAMPLE"

ENVIRONMENT = f"""\
name: {NAME}
namespace: acme
mode: active-passive
disposable: true
aws: {{account: "123456789012"}}
objectives: {{availability: 99%, rto: 1d, rpo: 1d, tier: 3}}
service:
  host: llm.example.com
  zone: {{name: example.com, id: {ZONE}}}
state: STATE
regions:
  primary: {{cloud: aws, region: {FIRST}, status: active, traffic: 100%, vector_db: primary, cache: active}}
  secondary: {{cloud: aws, region: {SECOND}, status: standby, traffic: 0%, vector_db: replica, cache: standby}}
"""


def state(region: str) -> str:
    return f"{NAME}-state-{region}"


def region_stack(region: str) -> str:
    return f"{NAME}-{region}"


def link(source: str) -> str:
    return f"{NAME}-link-{source}-{PEER[source]}"


def bucket(region: str) -> str:
    return f"acme-{NAME}--state-{region}"


def write(
    project: Project,
    *,
    state_backend: str = "{backend: s3}",
    first: str = "a",
    second: str = "a",
    description: str = "copies",
) -> None:
    """Write the environment and all its stacks.

    `first` and `second` are the value of something in each region, and `description` is that of the links' roles.
    """
    value = {FIRST: first, SECOND: second}
    text = ENVIRONMENT.replace("STATE", state_backend)
    (project.directory / f"environments/{NAME}.yaml").write_text(text)
    stacks: dict[str, Stack] = {ROUTING: _routing()}
    depends_on = {ROUTING: [state(FIRST)]}
    for region in PEER:
        stacks |= {state(region): _state(region), region_stack(region): _region(region, value[region])}
        stacks[link(region)] = _link(region, description)
        depends_on |= {region_stack(region): [state(region)], link(region): [*map(region_stack, PEER)]}
    project.write(stacks, depends_on)


def _kept_in(region: str, name: str, resources: dict[str, Any]) -> Stack:
    backend = {
        "bucket": bucket(region),
        "key": f"{NAME}/{name}.tfstate",
        "region": region,
        "dynamodb_table": f"acme-{NAME}--locks-{region}",
        "use_lockfile": True,
    }
    return {
        "terraform": {"backend": {"s3": backend}, "required_providers": AWS},
        "provider": {"aws": [{"region": region}]},
        "resource": resources,
    }


def _state(region: str) -> Stack:
    versioning = {"bucket": "${aws_s3_bucket.bucket.id}", "versioning_configuration": {"status": "Enabled"}}
    table = {
        "name": f"acme-{NAME}--locks-{region}",
        "billing_mode": "PAY_PER_REQUEST",
        "hash_key": "LockID",
        "attribute": [{"name": "LockID", "type": "S"}],
    }
    return _kept_in(
        region,
        state(region),
        {
            "aws_s3_bucket": {"bucket": {"bucket": bucket(region), "force_destroy": True}},
            "aws_s3_bucket_versioning": {"versioning": versioning},
            "aws_dynamodb_table": {"locks": table},
        },
    )


def _region(region: str, value: str) -> Stack:
    parameter = {"name": "/acme/development/value", "type": "String", "value": value}
    return _kept_in(region, region_stack(region), {"aws_ssm_parameter": {"value": parameter}})


def _link(source: str, description: str) -> Stack:
    """What copies a region's states, once there is a role for it."""
    trust = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": \
{"Service": "s3.amazonaws.com"}}]}'
    rule = {
        "id": "all",
        "priority": 1,
        "status": "Enabled",
        "filter": {"prefix": ""},
        "delete_marker_replication": {"status": "Enabled"},
        "destination": {"bucket": f"arn:aws:s3:::{bucket(PEER[source])}"},
    }
    return _kept_in(
        source,
        link(source),
        {
            "aws_iam_role": {
                "role": {"name": f"copy-{source}", "description": description, "assume_role_policy": trust}
            },
            "aws_s3_bucket_replication_configuration": {
                "states": {"bucket": bucket(source), "role": "${aws_iam_role.role.arn}", "rule": [rule]}
            },
        },
    )


def _routing() -> Stack:
    record = {"zone_id": ZONE, "name": "llm.example.com", "type": "A", "ttl": 60, "records": ["192.0.2.1"]}
    return _kept_in(FIRST, ROUTING, {"aws_route53_record": {"host": record}})
