"""The stacks that say what workflows may do: apart from all others, and applied by people."""

import json
from pathlib import Path

import pytest
from cdktf import App

from backstay.topology.pipeline_access import aws_role_boundary, pipeline_stacks
from stacks import add_stacks
from tests.synthesis import ENVIRONMENTS, documents, environment

WITH_PIPELINE = [name for name in ENVIRONMENTS if environment(name).pipeline]


def test_the_shipped_environments_that_are_kept_have_a_pipeline() -> None:
    assert WITH_PIPELINE == ["active-passive", "multicloud", "production", "staging"]


@pytest.mark.parametrize("name", WITH_PIPELINE)
def test_no_other_stack_waits_for_them(name: str, tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    add_stacks(app, environment(name))
    app.synth()
    manifest = json.loads((tmp_path / "manifest.json").read_text())["stacks"]
    own = pipeline_stacks(environment(name))
    assert own <= manifest.keys()
    for stack, made in manifest.items():
        waits_for = set(made["dependencies"])
        assert not waits_for & own, stack
        if stack in own:
            assert all("-state-" in before for before in waits_for)


@pytest.mark.parametrize("name", WITH_PIPELINE)
def test_every_role_but_the_pipelines_own_is_bound(name: str) -> None:
    own, bounds = pipeline_stacks(environment(name)), aws_role_boundary(environment(name))
    for stack, document in documents(name).items():
        for role, body in document["resource"].get("aws_iam_role", {}).items():
            assert body.get("permissions_boundary") == (None if stack in own else bounds), f"{stack} {role}"


def test_of_the_environments_of_an_account_one_makes_its_provider() -> None:
    makers = [
        name
        for name in WITH_PIPELINE
        if any(document["resource"].get("aws_iam_openid_connect_provider") for document in documents(name).values())
    ]
    assert makers == ["production"]
