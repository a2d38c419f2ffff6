"""Asking on a terminal before something is changed."""

import pytest

from tests.cli.conftest import Project
from tests.cli.terminal import Terminal
from tests.terraform.apps import running, values

pytestmark = pytest.mark.usefixtures("terraform_on_path")


def on_terminal(project: Project, *arguments: str) -> Terminal:
    return Terminal(project.command(*arguments), project.directory)


def test_a_deploy_shows_its_plan_and_goes_ahead_on_yes(project: Project) -> None:
    project.write({"east": values(first=1)})
    terminal = on_terminal(project, "deploy", "development")
    terminal.wait_for("apply this to development? [y/N]")
    assert "to add" in terminal.shown
    terminal.type("y")
    assert terminal.wait() == 0, terminal.shown
    assert project.run("plan", "development").returncode == 0


def test_a_deploy_changes_nothing_on_no(project: Project) -> None:
    project.write({"east": values(first=1)})
    terminal = on_terminal(project, "deploy", "development")
    terminal.wait_for("[y/N]")
    terminal.type("n")
    assert terminal.wait() == 1
    assert "not approved; nothing was changed" in terminal.shown
    assert project.run("plan", "development").returncode == 2


def test_what_was_not_in_the_plan_is_not_applied(project: Project) -> None:
    project.write({"east": values(first=1), "west": values(first=1)})
    project.run("deploy", "development", "--auto-approve")
    project.write({"east": values(first=2), "west": values(first=2)})
    terminal = on_terminal(project, "deploy", "development")
    terminal.wait_for("[y/N]")
    # Somebody else is faster, and what was to be changed is gone.
    state = project.directory / "cdktf.out/stacks/east/terraform.tfstate"
    state.unlink()
    terminal.type("y")
    assert terminal.wait() == 1
    assert "has become another than the one that was approved: create terraform_data.first" in terminal.shown
    assert not state.exists()
    assert project.run("plan", "development", "--stack", "west").returncode == 0


def test_a_deploy_with_nothing_to_change_does_not_ask(project: Project) -> None:
    project.write({"east": values(first=1)})
    project.run("deploy", "development", "--auto-approve")
    terminal = on_terminal(project, "deploy", "development")
    assert terminal.wait() == 0
    assert "[y/N]" not in terminal.shown


def test_a_plan_that_fails_ends_the_deploy_without_asking(project: Project) -> None:
    project.write({"east": {"output": {"broken": {"value": "${terraform_data.absent.id}"}}}})
    terminal = on_terminal(project, "deploy", "development")
    assert terminal.wait() == 1
    assert "[y/N]" not in terminal.shown


def test_a_stack_that_reads_what_another_will_make_is_planned_when_it_is_there(project: Project) -> None:
    made = {"resource": {"terraform_data": {"made": {"input": "here"}}}, "output": {"made": {"value": 1}}}
    reader = {
        "data": {
            "terraform_remote_state": {"east": {"backend": "local", "config": {"path": "../east/terraform.tfstate"}}}
        },
        "resource": {"terraform_data": {"read": {"input": "${data.terraform_remote_state.east.outputs.made}"}}},
    }
    project.write({"east": made, "east-workloads": reader}, depends_on={"east-workloads": ["east"]})
    terminal = on_terminal(project, "deploy", "development")
    terminal.wait_for("[y/N]")
    assert "it can be planned when east has been applied" in terminal.shown
    terminal.type("y")
    assert terminal.wait() == 0, terminal.shown


def test_destroy_wants_the_environments_name(project: Project) -> None:
    project.write({"east": values(first=1)})
    project.run("deploy", "development", "--auto-approve")
    for answer, status, left in (("yes", 1, 0), ("development", 0, 2)):
        terminal = on_terminal(project, "destroy", "development")
        terminal.wait_for("type development to go ahead")
        assert "to destroy" in terminal.shown
        terminal.type(answer)
        assert terminal.wait() == status, terminal.shown
        assert project.run("plan", "development").returncode == left


def test_a_terminal_sees_the_stacks_live(project: Project) -> None:
    project.write({"east": running("sleep 2")})
    terminal = on_terminal(project, "deploy", "development", "--auto-approve")
    assert terminal.wait() == 0
    assert "applying" in terminal.shown
    # Drawn over, so the cursor has been moved.
    assert "\x1b[" in terminal.shown
