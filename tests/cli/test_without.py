"""Runs that leave out a lost region, and failovers of states that are refused, on this machine alone."""

import pytest

from tests.cli import two_regions
from tests.cli.conftest import Project
from tests.cli.two_regions import FIRST, NAME, ROUTING, SECOND, link, region_stack
from tests.terraform.apps import FAILING, values

FAILOVER = ("state", "failover", NAME)


@pytest.fixture
def two(project: Project) -> Project:
    """Two regions whose stacks need no provider; those of the first one fail."""
    two_regions.write(project, state_backend="{backend: local}")
    stacks = {region_stack(SECOND): values(a=1), link(SECOND): values(a=1)}
    lost = dict.fromkeys((region_stack(FIRST), link(FIRST), ROUTING), FAILING)
    regions = [region_stack(FIRST), region_stack(SECOND)]
    project.write(stacks | lost, depends_on={link(FIRST): regions, link(SECOND): regions})
    return project


def test_a_lost_regions_stacks_and_what_depends_on_them_do_not_hold_up_the_others(two: Project) -> None:
    document = two.json("deploy", NAME, "--auto-approve", "--without", FIRST)
    assert document["exit_status"] == 0, document
    assert {stack["name"]: stack["outcome"] for stack in document["stacks"]} == {
        region_stack(SECOND): "changed",
        link(SECOND): "changed",
    }
    assert document["without"]["left_out"].keys() == {region_stack(FIRST), link(FIRST), ROUTING}


def test_people_read_what_was_left_out_and_why(two: Project) -> None:
    shown = two.run("plan", NAME, "--without", "primary").stdout
    assert f"without {FIRST}" in shown
    assert f"left out: {link(FIRST)}: it is in {FIRST}" in shown
    assert f"left out: {ROUTING}: its state is kept in {FIRST}; after `backstay state failover`" in shown


def test_a_run_without_a_loss_says_nothing_of_one(two: Project) -> None:
    assert "without" not in two.json("plan", NAME, "--stack", region_stack(SECOND))


def test_a_region_that_keeps_no_routing_leaves_it_in(two: Project) -> None:
    left_out = two.json("plan", NAME, "--without", "secondary")["without"]["left_out"]
    assert left_out.keys() == {region_stack(SECOND), link(SECOND)}


def test_a_stack_that_a_project_has_added_is_left_out_by_its_provider(two: Project) -> None:
    added = {"provider": {"aws": [{"region": FIRST}]}} | values(a=1)
    two.write({"added": added, region_stack(SECOND): values(a=1)})
    assert two.json("plan", NAME, "--without", FIRST)["without"]["left_out"] == {"added": f"it is in {FIRST}"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("plan", NAME, "--without", "eu-west-9"),
            f"--without eu-west-9: {NAME} has no such region; there are: primary ({FIRST}), secondary ({SECOND})",
        ),
        (("plan", NAME, "--without", FIRST, "--stack", link(FIRST)), f"{link(FIRST)} is left out: it is in {FIRST}"),
        (("plan", NAME, "--failed-over", FIRST), "the local backend keeps the state on this machine"),
        ((*FAILOVER, "--region", FIRST), "the local backend keeps the state on this machine"),
        ((*FAILOVER, "--region", "tertiary"), f"--region tertiary: {NAME} has no such region"),
        ((*FAILOVER, "--region", FIRST, "--settled", "a"), "--settled and --unlock are for the way back"),
        ((*FAILOVER, "--region", FIRST, "--back"), "there is no terminal to ask on; give --auto-approve"),
    ],
)
def test_what_cannot_be_meant_is_refused(two: Project, arguments: tuple[str, ...], message: str) -> None:
    done = two.run(*arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert message in done.stderr


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("{backend: cloud, organization: acme}", "nothing has to be failed over"),
        ("{backend: gcs, bucket: acme-state}", "a dual-region bucket is read and written under the same name"),
        (
            "{backend: azurerm, resource_group: rg, storage_account: acmestate, container: state}",
            "have Azure fail the account over",
        ),
    ],
)
def test_other_backends_are_told_who_fails_them_over(project: Project, state: str, reason: str) -> None:
    two_regions.write(project, state_backend=state)
    done = project.run(*FAILOVER, "--region", FIRST)
    assert done.returncode == 3
    assert reason in done.stderr


def test_a_region_that_is_alone_has_nobody_with_a_copy(project: Project) -> None:
    project.write_environment(state="{backend: s3}")
    project.write({region_stack(FIRST): values(a=1)})
    done = project.run(*FAILOVER, "--region", "primary")
    assert done.returncode == 3
    assert f"{FIRST} is the only region of {NAME} on aws" in done.stderr
