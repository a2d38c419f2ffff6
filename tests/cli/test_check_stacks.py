"""Looking at Terraform JSON."""

import json
from pathlib import Path

import pytest

from backstay.checks import RULES
from tests.checks.example import Document, stack, write
from tests.cli.conftest import Project

RULE = "bucket-unversioned"
WAIVERS = """\
waivers:
  - rule: {rule}
    stack: {stack}
    reason: rebuilt nightly from the lake
    until: {until}
"""
SWITCHES = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
)


def bucket(region: str) -> Document:
    """A bucket that lacks versions, and nothing else."""
    return stack(
        {
            "aws_s3_bucket.it": {"bucket": f"weights-{region}"},
            "aws_s3_bucket_public_access_block.it": {"bucket": "${aws_s3_bucket.it.id}", **SWITCHES},
            "aws_s3_bucket_replication_configuration.it": {"bucket": "${aws_s3_bucket.it.id}"},
        },
        region=region,
    )


def queue(region: str) -> Document:
    return stack({"aws_sqs_queue.it": {"redrive_allow_policy": "{}"}}, region=region)


@pytest.fixture
def stacks(project: Project) -> Path:
    """Two stacks of an environment, one of which has one finding, and a stack of another."""
    return write(
        project.directory / "out",
        {
            "development-us-east-1": bucket("us-east-1"),
            "development-eu-west-1": queue("eu-west-1"),
            "other-eu-west-1": queue("eu-west-1"),
        },
    )


@pytest.mark.usefixtures("stacks")
def test_findings_are_a_table_with_why_and_how_to_mend_them(project: Project) -> None:
    done = project.run("check", "--stacks", "out")
    assert done.returncode == 1
    assert f"error  {RULE}  out/development-us-east-1/cdk.tf.json:11  versioning is not enabled" in done.stdout
    assert RULES[RULE].why in done.stdout
    assert RULES[RULE].source in done.stdout
    assert f"3 stacks, {len(RULES)} rules: 1 error, 0 warnings, 0 notes, 0 waived" in done.stderr


@pytest.mark.usefixtures("stacks")
def test_findings_are_a_document_for_programs(project: Project) -> None:
    document = project.json("check", "--stacks", "out", "--stack", "development-*")
    (found,) = document["findings"]
    assert (document["exit_status"], found["rule"], found["line"]) == (1, RULE, 11)
    assert found["address"] == "aws_s3_bucket.it"
    assert document["stacks"] == ["development-eu-west-1", "development-us-east-1"]


@pytest.mark.usefixtures("stacks")
def test_findings_are_written_as_sarif_besides(project: Project) -> None:
    done = project.run("check", "--stacks", "out", "--sarif", "reports/findings.sarif")
    assert done.returncode == 1
    log = json.loads((project.directory / "reports/findings.sarif").read_text())
    (result,) = log["runs"][0]["results"]
    assert (log["version"], result["ruleId"]) == ("2.1.0", RULE)


@pytest.mark.usefixtures("stacks")
def test_stacks_without_findings_are_a_success(project: Project) -> None:
    done = project.run("check", "--stacks", "out", "--stack", "*-eu-west-1")
    assert (done.returncode, done.stdout) == (1, done.stdout), "both are in one region, which is a finding"
    assert "single-region" in done.stdout
    done = project.run("check", "development", "--stacks", "out", "--stack", "*-eu-west-1")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.usefixtures("stacks")
def test_an_environment_is_measured_against_its_own_objectives(project: Project) -> None:
    # It is disposable, so that its data need not be kept.
    document = project.json("check", "development", "--stacks", "out")
    assert (document["exit_status"], document["findings"]) == (0, [])
    assert document["stacks"] == ["development-eu-west-1", "development-us-east-1"]


def test_the_rto_may_be_given(project: Project) -> None:
    check = {"type": "HTTPS", "resource_path": "/health", "request_interval": 30, "failure_threshold": 3}
    routing = stack({"aws_route53_health_check.it": check})
    write(project.directory / "out", {"routing": routing, "eu": queue("eu-west-1")})
    assert project.run("check", "--stacks", "out", "--rto", "15m").returncode == 0
    done = project.run("check", "--stacks", "out", "--rto", "5m")
    assert done.returncode == 1
    assert "an RTO of 5m allows 30 s" in done.stdout


@pytest.mark.usefixtures("stacks")
@pytest.mark.parametrize(
    ("waived", "status"),
    [
        ({"stack": "development-us-*", "until": "2999-12-31"}, 0),
        ({"stack": "development-eu-*", "until": "2999-12-31"}, 1),
        ({"stack": "development-us-*", "until": "2020-01-01"}, 1),
    ],
)
def test_a_file_of_waivers_sets_findings_aside(waived: dict[str, str], status: int, project: Project) -> None:
    (project.directory / "waivers.yaml").write_text(WAIVERS.format(rule=RULE, **waived))
    done = project.run("check", "--stacks", "out", "--waivers", "waivers.yaml")
    assert done.returncode == status
    told = {0: "1 waived", 1: "covers nothing" if "eu" in waived["stack"] else "ended on 2020-01-01"}
    assert told[status] in done.stderr


@pytest.mark.usefixtures("stacks")
def test_a_waiver_that_cannot_be_read_is_refused_with_its_line(project: Project) -> None:
    text = WAIVERS.format(rule="bucket-unversione", stack="x", until="2999-12-31")
    (project.directory / "waivers.yaml").write_text(text)
    done = project.run("check", "--stacks", "out", "--waivers", "waivers.yaml")
    assert done.returncode == 3
    hint = "there is no rule 'bucket-unversione' to waive; did you mean 'bucket-unversioned'?"
    assert done.stderr == f"waivers.yaml:2: {hint}\n"
    (project.directory / "waivers.yaml").write_text(text.replace("rebuilt nightly from the lake", "why not"))
    done = project.run("check", "--stacks", "out", "--waivers", "waivers.yaml")
    assert done.returncode == 3
    assert done.stderr.startswith("waivers.yaml:4: reason must be a reason of at least 10 characters")


@pytest.mark.usefixtures("stacks")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--stacks", "nowhere"], "there is no directory nowhere"),
        (["--stacks", "out", "--stack", "none-*"], "no *.tf.json under out in a stack that matches none-*"),
        (["--stacks", "out", "--rto", "5"], "--rto: '5' is not a duration"),
        (["--stacks", "out", "--waivers", "nowhere.yaml"], "nowhere.yaml:1: the file cannot be read"),
        (["--stacks", "out", "--sarif", "environments"], "environments cannot be written"),
        (["development", "staging", "--stacks", "out"], "--stacks takes one environment at most"),
        (["--sarif", "findings.sarif"], "--sarif goes with --stacks only"),
    ],
)
def test_what_cannot_be_used_is_refused(arguments: list[str], said: str, project: Project) -> None:
    done = project.run("check", *arguments)
    assert done.returncode == 3
    assert said in done.stderr


def test_a_stack_that_is_no_json_is_refused_with_its_line(project: Project) -> None:
    (project.directory / "out").mkdir()
    (project.directory / "out/main.tf.json").write_text('{\n"resource": oops}')
    done = project.run("check", "--stacks", "out")
    assert done.returncode == 3
    assert done.stderr == "out/main.tf.json:2: not valid JSON: Expecting value\n"
