"""Which stacks go with a region, in the environments that are shipped."""

from pathlib import Path

import pytest

from backstay import environment_file
from backstay.topology import Environment
from backstay.topology.stack_regions import keeps_routing, stacks_in

ENVIRONMENTS = Path(__file__).parents[2] / "environments"


@pytest.fixture
def staging() -> Environment:
    return environment_file.load(ENVIRONMENTS / "staging.yaml")


def test_a_regions_stacks_are_those_that_work_and_keep_their_state_there(staging: Environment) -> None:
    assert stacks_in(staging, staging.regions["primary"]) == {
        "staging-state-us-east-1",
        "staging-us-east-1",
        "staging-us-east-1-workloads",
        "staging-us-east-1-replicas",
        "staging-link-us-east-1-us-west-2",
        "staging-pipeline-aws",
    }


@pytest.mark.parametrize("path", sorted(ENVIRONMENTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_stack_is_of_two_regions(path: Path) -> None:
    environment = environment_file.load(path)
    stacks = [name for region in environment.regions.values() for name in stacks_in(environment, region)]
    assert len(stacks) == len(set(stacks))


def test_routing_is_kept_in_one_region(staging: Environment) -> None:
    kept = {role: keeps_routing(staging, region) for role, region in staging.regions.items()}
    assert kept == {"primary": True, "secondary": False}
