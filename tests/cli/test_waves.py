"""Deployments that go region after region, with the real Terraform and regions that answer on loopback."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli import two_regions
from tests.cli.conftest import Project
from tests.cli.two_regions import FIRST, NAME, ROUTING, SECOND, link, region_stack
from tests.pipeline.health_server import Region, serving
from tests.terraform.apps import FAILING, Stack, values

STACKS = [region_stack(SECOND), region_stack(FIRST), link(SECOND), link(FIRST), ROUTING]
"""In the order of their waves: the standby first."""

DEPLOY = ("deploy", NAME, "--waves", "--auto-approve")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")


@pytest.fixture
def two(project: Project) -> Project:
    """Two regions, of which one answer is enough, whose stacks need no provider and keep their states here."""
    two_regions.write(project, state_backend="{backend: local}")
    file = project.directory / f"environments/{NAME}.yaml"
    file.write_text(
        file.read_text().replace("host: llm.example.com", "host: llm.example.com\n  health_check: {threshold: 1}")
    )
    write(project)
    return project


def write(project: Project, **changed: Stack) -> None:
    stacks = {name: values(a=1) for name in STACKS} | {name.replace("_", "-"): stack for name, stack in changed.items()}
    regions = [region_stack(FIRST), region_stack(SECOND)]
    project.write(stacks, depends_on={link(FIRST): regions, link(SECOND): regions})


@pytest.fixture
def healthy() -> Iterator[Region]:
    with serving(200) as region:
        yield region


def became(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(", ".join(wave["stacks"]), wave["outcome"]) for wave in document["waves"]]


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {stack["name"]: stack["outcome"] for stack in document["stacks"]}


@pytest.mark.usefixtures("terraform_on_path")
def test_waves_go_one_after_another_and_each_region_is_asked(two: Project, healthy: Region) -> None:
    document = two.json(*DEPLOY, "--url-template", healthy.template)
    assert document["exit_status"] == 0, document
    assert became(document) == [(stack, "done") for stack in STACKS]
    assert healthy.asked == [f"/{region}/health" for region in (SECOND, FIRST, SECOND, FIRST)]
    gates = [gate for wave in document["waves"] for gate in wave["gates"]]
    assert {(gate["signal"], gate["passed"], gate["serves"]) for gate in gates} == {("url", True, True)}


@pytest.mark.usefixtures("terraform_on_path")
def test_a_wave_that_fails_stops_all_that_come_after(two: Project, healthy: Region) -> None:
    write(two, **{region_stack(FIRST).replace("-", "_"): FAILING})
    document = two.json(*DEPLOY, "--url-template", healthy.template)
    assert document["exit_status"] == 1
    assert became(document) == [
        (region_stack(SECOND), "done"),
        (region_stack(FIRST), "failed"),
        *((stack, "not started") for stack in STACKS[2:]),
    ]
    assert outcomes(document) == {
        region_stack(SECOND): "changed",
        region_stack(FIRST): "failed",
        **dict.fromkeys(STACKS[2:], "skipped"),
    }
    why = f"wave 2 failed in {region_stack(FIRST)}; waves 3 to 5 were not started"
    assert document["stopped"] == why
    skipped = next(stack for stack in document["stacks"] if stack["name"] == ROUTING)
    assert skipped["reason"] == f"wave 5 was not started: {why}"


@pytest.mark.usefixtures("terraform_on_path")
def test_a_region_that_does_not_serve_stops_all_that_come_after(two: Project) -> None:
    with serving(503) as ill:
        done = two.run(*DEPLOY, "--url-template", ill.template, "--health-wait", "0s")
    assert done.returncode == 1
    assert f"wave 1 is applied, but {SECOND} does not serve: answered 503" in done.stderr
    assert "waves 2 to 5 were not started" in done.stderr
    assert "wave 2 (region, primary): not started" in done.stdout
    planned = two.json("plan", NAME)
    assert {name for name, outcome in outcomes(planned).items() if outcome == "changed"} == set(STACKS[1:])


@pytest.mark.usefixtures("terraform_on_path")
def test_a_region_that_stops_serving_after_the_last_gate_fails_the_deployment(two: Project) -> None:
    with serving(200, 200, 200, 500) as failing:
        document = two.json(*DEPLOY, "--url-template", failing.template, "--health-wait", "0s", "--stack", "*us-*")
    assert document["exit_status"] == 1
    assert set(outcomes(document).values()) == {"changed"}
    assert document["stopped"].startswith(f"wave 4 is applied, but {FIRST} does not serve: answered 500")


@pytest.mark.usefixtures("terraform_on_path")
def test_going_on_without_asking_is_said(two: Project) -> None:
    done = two.run(*DEPLOY, "--health-gate", "none")
    assert done.returncode == 0, done.stderr
    assert f"  health gate of {SECOND}: as was asked for" in done.stdout


@pytest.mark.usefixtures("terraform_on_path")
def test_a_lost_region_has_no_wave_and_is_not_asked(two: Project, healthy: Region) -> None:
    document = two.json(*DEPLOY, "--without", FIRST, "--url-template", healthy.template)
    assert document["exit_status"] == 0, document
    assert became(document) == [(region_stack(SECOND), "done"), (link(SECOND), "done")]
    assert healthy.asked == [f"/{SECOND}/health"] * 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("deploy", NAME, "--health-gate", "none", "--auto-approve"), "are for --waves; give that too"),
        ((*DEPLOY, "--health-wait", "20"), "'20' is not a duration"),
        ((*DEPLOY, "--url-template", "https://{name}/"), "is no template of addresses ('name')"),
        ((*DEPLOY, "--health-gate", "url"), f"clients outside cannot reach {FIRST}"),
        (("health", NAME, "--health-gate", "none"), "there would be nothing to say"),
        (("health", NAME, "--region", "eu-west-9"), "--region eu-west-9: development has no such region"),
    ],
)
def test_what_cannot_be_meant_is_refused(two: Project, arguments: tuple[str, ...], message: str) -> None:
    done = two.run(*arguments)
    assert done.returncode == 3, done.stderr
    assert message in done.stderr


def test_the_order_is_shown_without_terraform(two: Project) -> None:
    document = two.json("waves", NAME, PATH="/nowhere")
    assert [(wave["stage"], wave["role"], wave["stacks"]) for wave in document["waves"]] == [
        ("region", "secondary", [region_stack(SECOND)]),
        ("region", "primary", [region_stack(FIRST)]),
        ("copies", "secondary", [link(SECOND)]),
        ("copies", "primary", [link(FIRST)]),
        ("routing", None, [ROUTING]),
    ]
    assert document["waves"][0]["gate"]["signal"] == "alarm"
    assert document["waves"][4]["gate"] is None
    shown = two.run("waves", NAME).stdout
    assert "alarm: acme-development--region-unfit" in shown


@pytest.mark.usefixtures("terraform_on_path")
def test_a_missing_store_of_a_state_stops_it_before_the_first_wave(project: Project) -> None:
    stacks: dict[str, Stack] = {
        f"{NAME}-state-{FIRST}": {
            "terraform": {"backend": {"s3": {"bucket": "absent", "key": "a", "region": FIRST, "use_lockfile": True}}}
        },
        region_stack(FIRST): values(a=1),
    }
    project.write_environment(state="{backend: s3}")
    project.write(stacks)
    document = json.loads(
        project.run(
            *DEPLOY,
            "--health-gate",
            "none",
            "--json",
            AWS_ACCESS_KEY_ID="none",
            AWS_SECRET_ACCESS_KEY="none",  # noqa: S106 - nobody looks at it
            AWS_ENDPOINT_URL_S3="http://127.0.0.1:9",
            AWS_ENDPOINT_URL_STS="http://127.0.0.1:9",
            AWS_MAX_ATTEMPTS="1",
        ).stdout
    )
    assert document["exit_status"] == 1
    assert became(document) == [(name, "not started") for name in stacks]
    assert outcomes(document) == {f"{NAME}-state-{FIRST}": "failed", region_stack(FIRST): "skipped"}
    assert document["stopped"].startswith(f"the state of {NAME}-state-{FIRST} cannot be opened")


@pytest.mark.usefixtures("terraform_on_path")
def test_waves_are_refused_until_people_have_said_what_workflows_may_do(two: Project) -> None:
    file = two.directory / f"environments/{NAME}.yaml"
    file.write_text(file.read_text() + "pipeline: {repository: acme/platform}\n")
    first = f"{NAME}-pipeline-aws"
    after = {stack: [first] for stack in (region_stack(FIRST), region_stack(SECOND))}
    two.write({first: values(a=1)} | {name: values(a=1) for name in STACKS}, depends_on=after)
    command = (*DEPLOY, "--health-gate", "none")
    document = two.json(*command)
    assert document["exit_status"] == 1
    assert document["stopped"].startswith(f"{first} has not been applied")
    assert f"backstay deploy {NAME} --stack {first}" in document["stopped"]
    assert outcomes(document) == {first: "failed", **dict.fromkeys(STACKS, "skipped")}

    assert two.run("deploy", NAME, "--stack", first, "--auto-approve").returncode == 0
    document = two.json(*command)
    assert document["exit_status"] == 0, document
    assert outcomes(document) == dict.fromkeys(STACKS, "changed")


def test_health_tells_each_region_and_its_exit_status_tells_all(two: Project) -> None:
    with serving(200, 503) as region:
        both = two.run("health", NAME, "--region", "secondary", "--url-template", region.template)
        assert (both.returncode, both.stdout.partition(":")[0]) == (0, f"{SECOND} serves")
        document = two.json("health", NAME, "--region", FIRST, "--url-template", region.template)
    assert document["exit_status"] == 1
    (entry,) = document["regions"]
    assert (entry["region"], entry["serves"], entry["asked"]) == (FIRST, False, 1)
    assert entry["says"].startswith("answered 503")


def test_health_waits_for_a_region_to_come_up(two: Project) -> None:
    file = two.directory / f"environments/{NAME}.yaml"
    assert "interval" not in file.read_text()
    with serving(503, 200) as region:
        document = two.json("health", NAME, "--region", FIRST, "--wait", "1m", "--url-template", region.template)
    assert document["exit_status"] == 0
    assert document["regions"][0]["asked"] == 2
