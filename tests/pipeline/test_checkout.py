"""What can be seen of a checkout without asking GitHub."""

from pathlib import Path
from typing import Any

import pytest

from backstay.pipeline import checkout
from backstay.pipeline.need import State
from backstay.topology import Environment
from tests.topology.sample import environment

PIPELINE = {"repository": "acme/platform"}


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    for file in (*checkout.WORKFLOWS, checkout.LOCK_FILE):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    return tmp_path


def having(**pipeline: Any) -> Environment:
    return environment({"pipeline": PIPELINE | pipeline})


def lacking(directory: Path, **environments: Environment) -> dict[str, str]:
    """What is missing, by subject, with what to do."""
    found = checkout.needs(directory, environments)
    return {need.subject: need.advice for need in found if need.state is not State.READY}


def test_a_whole_checkout_lacks_nothing(whole: Path) -> None:
    assert lacking(whole, one=having()) == {}


@pytest.mark.parametrize("file", [*checkout.WORKFLOWS, checkout.LOCK_FILE])
def test_a_file_that_is_not_there_is_missed(whole: Path, file: str) -> None:
    (whole / file).unlink()
    assert list(lacking(whole, one=having())) == [file]


def test_an_environment_without_a_section_is_left_to_people_unless_all_are(whole: Path) -> None:
    assert lacking(whole, one=having(), other=environment({})) == {}
    assert list(lacking(whole, one=environment({}))) == ["pipeline section"]


def test_of_the_environments_of_an_account_one_makes_its_provider(whole: Path) -> None:
    found = lacking(whole, one=having(), other=having())
    assert list(found.values()) == ["write `oidc_provider: existing` into the pipeline section of all but one"]
    assert lacking(whole, one=having(), other=having(oidc_provider="existing")) == {}


def test_a_role_for_everything_is_refused(whole: Path) -> None:
    role = {"account": "123456789012", "deploy_role": "arn:aws:iam::123456789012:role/deploy"}
    assert list(lacking(whole, one=environment({"pipeline": PIPELINE, "aws": role}))) == ["one: pipeline"]
