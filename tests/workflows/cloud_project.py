"""A repository with one environment of a few resources in several regions, whose cloud is the embedded one."""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from backstay.sandbox import Sandbox, environment
from backstay.sandbox.accounts import access_key
from backstay.sandbox.seeds import HostedZone
from tests.cli.aws_stacks import AWS
from tests.cli.conftest import Project
from tests.pipeline.issue_tracker import REPOSITORY
from tests.terraform.apps import Stack

NAME = "development"
ACCOUNT = "123456789012"
FIRST, SECOND, THIRD = "us-east-1", "us-west-2", "eu-west-1"
ROUTING = f"{NAME}-routing"
ZONE = HostedZone(id="Z0123456789EXAMPLE", name="example.com")
HOST = "llm.example.com"
PARAMETER = "/acme/development/model"
SESSIONS = "acme-development-sessions"

# A region that keeps no copy of the service running has no health gate, which could not be passed here.
ENVIRONMENT = f"""\
name: {NAME}
namespace: acme
mode: active-active
aws: {{account: "{ACCOUNT}"}}
objectives: {{availability: 99%, rto: 1d, rpo: 1d, tier: 3}}
service:
  host: {HOST}
  zone: {{name: {ZONE.name}, id: {ZONE.id}}}
state: {{backend: s3}}
pipeline: {{repository: {REPOSITORY}}}
regions:
"""
ROLES = {FIRST: "primary", SECOND: "secondary", THIRD: "tertiary"}


def state(region: str) -> str:
    return f"{NAME}-state-{region}"


def region_stack(region: str) -> str:
    return f"{NAME}-{region}"


@dataclass(kw_only=True)
class Code:
    """What the repository says; a pull request changes some of it.

    Attributes:
        shares: the percentage of the traffic that each region gets, the regions that there are.
        model: the value of the parameter in every region.
        has_database: whether the second region has one.
        key: by what the table of the second region finds its items; another needs another table.
        table: the construct id of that table.
        given_up: what the environment file lets go, as (stack, address, reason, last day).
    """

    shares: dict[str, int] = field(default_factory=lambda: {FIRST: 50, SECOND: 50})
    model: str = "small"
    has_database: bool = True
    key: str = "id"
    table: str = "sessions"
    given_up: tuple[tuple[str, str, str, str], ...] = ()

    def environment(self) -> str:
        """The environment's file."""
        lines = [ENVIRONMENT]
        for region, share in self.shares.items():
            status, cache = ("active", "active") if share else ("standby", "standby")
            store = "primary" if region == FIRST else "replica"
            lines.append(
                f"  {ROLES[region]}: {{cloud: aws, region: {region}, status: {status}, traffic: {share}%, "
                f"vector_db: {store}, cache: {cache}, llm_service: {{replicas: 0}}}}\n"
            )
        if self.given_up:
            lines.append("allow_data_loss:\n")
        for stack, address, reason, until in self.given_up:
            lines.append(f"  - {{stack: {stack}, address: {address}, reason: {reason}, until: {until}}}\n")
        return "".join(lines)

    def stacks(self) -> dict[str, Stack]:
        """The environment's stacks, by their names."""
        stacks = {ROUTING: self._routing()}
        stacks |= {region_stack(region): self._region(region) for region in self.shares}
        return stacks | ({state(THIRD): _state(THIRD)} if THIRD in self.shares else {})

    def dependencies(self) -> dict[str, list[str]]:
        """After which others each stack comes."""
        return {region_stack(THIRD): [state(THIRD)]} if THIRD in self.shares else {}

    def _region(self, region: str) -> Stack:
        key = self.key if region == SECOND else "id"
        table = {
            "name": SESSIONS,
            "billing_mode": "PAY_PER_REQUEST",
            "hash_key": key,
            "attribute": [{"name": key, "type": "S"}],
        }
        stack = _kept_in(
            region,
            region_stack(region),
            {
                "aws_ssm_parameter": {"model": {"name": PARAMETER, "type": "String", "value": self.model}},
                "aws_dynamodb_table": {self.table if region == SECOND else "sessions": table},
            },
        )
        if region == SECOND and self.has_database:
            database = {
                "cluster_identifier": "vectors",
                "engine": "aurora-postgresql",
                "master_username": "vectors",
                "skip_final_snapshot": True,
                "lifecycle": {"ignore_changes": "all"},
            }
            stack["resource"]["aws_rds_cluster"] = {"vectors": database}
            stack["import"] = [{"to": "aws_rds_cluster.vectors", "id": "vectors"}]
        return stack

    def _routing(self) -> Stack:
        records = {
            ROLES[region]: {
                "zone_id": ZONE.id,
                "name": HOST,
                "type": "A",
                "ttl": 60,
                "records": ["192.0.2.1"],
                "set_identifier": ROLES[region],
                "weighted_routing_policy": [{"weight": share}],
            }
            for region, share in self.shares.items()
            if share
        }
        stack = _kept_in(FIRST, ROUTING, {"aws_route53_record": records})
        imports = [(f"aws_route53_record.{role}", f"{ZONE.id}_{HOST}_A_{role}") for role in records]
        stack["import"] = [{"to": to, "id": id_} for to, id_ in imports]
        return stack


def _kept_in(region: str, name: str, resources: dict[str, Any]) -> Stack:
    bucket = {"bucket": f"acme-{NAME}--state-{region}", "key": f"{NAME}/{name}.tfstate", "region": region}
    return {
        "terraform": {"backend": {"s3": bucket | {"use_lockfile": True}}, "required_providers": AWS},
        "provider": {"aws": [{"region": region}]},
        "resource": resources,
    }


def _state(region: str) -> Stack:
    bucket = {"bucket": f"acme-{NAME}--state-{region}", "force_destroy": True}
    versioning = {"bucket": "${aws_s3_bucket.bucket.id}", "versioning_configuration": {"status": "Enabled"}}
    resources = {"aws_s3_bucket": {"bucket": bucket}, "aws_s3_bucket_versioning": {"versioning": versioning}}
    return _kept_in(region, state(region), resources)


class Repository:
    """A checkout of the project, and the cloud that its commands find by the variables of their environment.

    `code` is what was committed last, and `stands` what was applied last.
    """

    def __init__(self, directory: Path) -> None:
        self.project, self.directory = Project(directory), directory
        self.cloud = Sandbox.start(directory / ".backstay/sandbox" / NAME)
        self.cloud.seed([ZONE], account=ACCOUNT)
        self._make_what_was_there()
        (directory / ".gitignore").write_text(".backstay\ncdktf.out\nrunner\nbase\nchanges*\nsummary*\ndrift\n")
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message=begin")
        self.stands = self.code = Code()

    def _make_what_was_there(self) -> None:
        """Make the stores of two regions' states, and what takes the provider minutes to wait for."""
        for region in (FIRST, SECOND):
            elsewhere = {} if region == FIRST else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            self.client("s3", region).create_bucket(Bucket=f"acme-{NAME}--state-{region}", **elsewhere)
        self.client("rds", SECOND).create_db_cluster(
            DBClusterIdentifier="vectors",
            Engine="aurora-postgresql",
            MasterUsername="vectors",
            MasterUserPassword="not-a-secret",
        )
        records = [
            {"Name": HOST, "Type": "A", "SetIdentifier": ROLES[region], "Weight": 50, "TTL": 60}
            | {"ResourceRecords": [{"Value": "192.0.2.1"}]}
            for region in (FIRST, SECOND)
        ]
        changes = [{"Action": "CREATE", "ResourceRecordSet": record} for record in records]
        route53 = self.client("route53", FIRST)
        route53.change_resource_record_sets(HostedZoneId=ZONE.id, ChangeBatch={"Changes": changes})

    @property
    def variables(self) -> dict[str, str]:
        """By these alone the commands of the workflows, which are as they are, reach the embedded cloud."""
        return environment(self.cloud.endpoint, account=ACCOUNT, base={})

    def client(self, service: str, region: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.cloud.endpoint,
            region_name=region,
            aws_access_key_id=access_key(ACCOUNT),
            aws_secret_access_key="sandbox",  # noqa: S106 - the emulator looks at none
        )

    def commit(self, code: Code) -> None:
        self.code = code
        shutil.rmtree(self.directory / "synthesized", ignore_errors=True)
        (self.directory / f"environments/{NAME}.yaml").write_text(code.environment())
        self.project.write(code.stacks(), code.dependencies())
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", "--message=change")

    def write_base(self) -> None:
        """Do what `make base` does for the environment, of the commit before."""
        base = self.directory / "base"
        shutil.rmtree(base, ignore_errors=True)
        base.mkdir()
        shutil.copy(self.directory / f"environments/{NAME}.yaml", base)
        found = self.project.run("check", NAME, "--stacks", "synthesized/stacks", "--json")
        (base / f"{NAME}.json").write_text(found.stdout)

    def _git(self, *arguments: str) -> str:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        command = [shutil.which("git") or "git", "-C", self.directory, *who, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
