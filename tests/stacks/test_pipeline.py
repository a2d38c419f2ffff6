"""The stacks that say what workflows may do: apart from all others, and applied by people."""

import json
from pathlib import Path

import pytest
from cdktf import App

from backstay.topology import Cloud
from backstay.topology.pipeline import Access
from backstay.topology.pipeline_access import aws_role, aws_role_boundary, pipeline_stacks
from stacks import add_stacks
from tests.synthesis import ENVIRONMENTS, documents, environment

WITH_PIPELINE = [name for name in ENVIRONMENTS if environment(name).pipeline]


def test_the_shipped_environments_that_are_kept_have_a_pipeline() -> None:
    assert WITH_PIPELINE == ["active-passive", "multicloud", "production", "staging"]


@pytest.mark.parametrize("name", WITH_PIPELINE)
def test_the_regions_of_their_cloud_come_after_them_and_they_after_nothing_but_states(
    name: str, tmp_path: Path
) -> None:
    app = App(outdir=str(tmp_path))
    add_stacks(app, environment(name))
    app.synth()
    manifest = json.loads((tmp_path / "manifest.json").read_text())["stacks"]
    own, names = pipeline_stacks(environment(name)), environment(name).names
    awaited = {
        names.region_stack(region.location): {names.pipeline_stack(region.cloud)}
        for region in environment(name).regions.values()
    }
    assert own <= manifest.keys()
    for stack, made in manifest.items():
        waits_for = set(made["dependencies"])
        assert waits_for & own == awaited.get(stack, set()), stack
        if stack in own:
            assert all("-state-" in before for before in waits_for)


@pytest.mark.parametrize("name", WITH_PIPELINE)
def test_workflows_administer_every_cluster_on_aws_and_their_plans_none(name: str) -> None:
    role, plan = (aws_role(environment(name), access) for access in (Access.APPLY, Access.PLAN))
    for region in environment(name).regions.values():
        if region.cloud is Cloud.AWS and region.cluster:
            document = documents(name)[environment(name).names.region_stack(region.location)]
            entries = json.dumps(document["resource"]["aws_eks_access_entry"])
            assert role in entries
            assert plan not in entries


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
