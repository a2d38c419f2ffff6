import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backstay import environment_file
from backstay.topology import ClusterSpec, Environment, GpuNodesSpec
from backstay.topology.environment import with_inherited
from tests.topology.sample import ABSENT, TODAY, data, environment

ENVIRONMENTS = Path(__file__).parents[2] / "environments"


def roles(made: Environment) -> dict[str, tuple[object, ...]]:
    """What the documents say of each region."""
    return {
        role: (
            region.region,
            region.status.value,
            str(region.traffic),
            region.llm_service.replicas,
            region.vector_db,
            region.cache,
            region.message_queue,
        )
        for role, region in made.regions.items()
    }


def test_the_active_active_topology_is_said_word_for_word() -> None:
    production = environment_file.load(ENVIRONMENTS / "production.yaml", today=TODAY)
    assert production.mode == "active-active"
    assert roles(production) == {
        "primary": ("us-east-1", "active", "50%", 3, "primary", "active", None),
        "secondary": ("eu-west-1", "active", "50%", 3, "replica", "active", None),
        "tertiary": ("ap-southeast-1", "standby", "0%", 1, "replica", "standby", None),
    }
    assert list(production.active) == ["primary", "secondary"]
    assert list(production.standby) == ["tertiary"]


def test_each_region_chooses_how_stored_secrets_reach_it_and_variables_are_always_passed_on() -> None:
    made = environment(
        {
            "secrets_route": "csi",
            "secrets": [{"name": "A", "stored_as": "a"}, {"name": "B", "variable": "b"}],
            "regions.primary.secrets_route": "ephemeral",
        }
    )
    told = {
        role: ([one.name for one in made.mounted_secrets(region)], [one.name for one in made.passed_secrets(region)])
        for role, region in made.regions.items()
    }
    assert told == {"primary": ([], ["A", "B"]), "secondary": (["A"], ["B"])}


def test_terraform_passes_secrets_on_unless_told_otherwise() -> None:
    made = environment({"secrets": [{"name": "A", "stored_as": "a"}]})
    assert [made.mounted_secrets(region) for region in made.regions.values()] == [(), ()]


def test_the_active_passive_topology_is_said_word_for_word() -> None:
    passive = environment_file.load(ENVIRONMENTS / "active-passive.yaml", today=TODAY)
    assert passive.mode == "active-passive"
    assert roles(passive) == {
        "primary": ("us-east-1", "active", "100%", 5, "primary", "active", "active"),
        "secondary": ("eu-west-1", "standby", "0%", 2, "replica", "standby", "standby"),
    }


def test_production_has_the_documents_cluster_and_tags() -> None:
    production = environment_file.load(ENVIRONMENTS / "production.yaml", today=TODAY)
    assert production.cluster
    assert production.names.cluster() == "ai-production-cluster"
    assert production.cluster.gpu_nodes.desired == 5
    assert production.all_tags == {
        "CostCenter": "inference",
        "Environment": "production",
        "Application": "ai-llm",
        "ManagedBy": "terraform",
    }


def test_defaults_are_three_nodes_of_a_current_small_gpu() -> None:
    cluster = ClusterSpec()
    assert (cluster.gpu_nodes.desired, cluster.gpu_nodes.instance_type) == (3, "g6.xlarge")


def test_a_region_inherits_the_environments_own_section() -> None:
    made = environment({"cluster": {"gpu_nodes": {"desired": 7}}})
    assert [region.cluster and region.cluster.gpu_nodes.desired for region in made.regions.values()] == [7, 7]


def test_a_region_overrides_only_the_keys_that_it_names() -> None:
    made = environment(
        {
            "cluster": {"log_days": 30, "gpu_nodes": {"desired": 7, "purchase": "spot"}},
            "regions.secondary.cluster": {"gpu_nodes": {"desired": 1}},
        }
    )
    cluster = made.regions["secondary"].cluster
    assert cluster
    assert (cluster.log_days, cluster.gpu_nodes.desired, cluster.gpu_nodes.purchase) == (30, 1, "spot")


def test_null_takes_a_section_out_of_one_region() -> None:
    made = environment({"fleet": {"desired": 2}, "regions.secondary.fleet": None})
    assert made.regions["primary"].fleet
    assert made.regions["secondary"].fleet is None


def test_a_region_may_have_what_the_environment_takes_out() -> None:
    made = environment({"cluster": None, "regions.secondary.cluster": {"gpu_nodes": {"desired": 2}}})
    assert made.regions["primary"].cluster is None
    assert made.regions["secondary"].cluster == ClusterSpec(
        gpu_nodes=GpuNodesSpec(desired=2, instance_type="g5.xlarge")
    )


def test_inheriting_leaves_the_data_as_it_was() -> None:
    given_data = data({"cluster": {"gpu_nodes": {"desired": 7}}, "regions.primary.cluster": {"log_days": 30}})
    before = copy.deepcopy(given_data)
    with_inherited(given_data)
    assert given_data == before


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["regions", "cluster", "a", "gpu_nodes"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(ANYTHING)
def test_inheriting_twice_is_inheriting_once(anything: Any) -> None:
    assert with_inherited(with_inherited(anything)) == with_inherited(anything)


def test_tags_cannot_hide_which_environment_it_is() -> None:
    assert environment({"tags": {"Environment": "other", "Team": "ml"}}).all_tags == {
        "Environment": "example",
        "Application": "ai-llm",
        "ManagedBy": "terraform",
        "Team": "ml",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ABSENT},
        {"name": "two--hyphens"},
        {"name": "-example"},
        {"name": "example-"},
        {"name": "e" * 31},
        {"namespace": "a-b"},
        {"disposable": 1},
        {"disposable": "true"},
        {"objectives.tier": True},
        {"objectives.tier": 1.0},
        {"regions.primary.llm_service.replicas": True},
        {"regions.primary.llm_service.replicas": "2"},
        {"regions.primary.llm_service.replicas": 2.0},
        {"cluster": {"log_days": True}},
        {"aws.account": 123456789012},
        {"aws.account": "12345678901\u0662"},
        {"aws.account": "123456789012\n"},
        {"waivers": [{"rule": "x", "reason": "accepted by the board", "until": 1_800_000_000}]},
        {"waivers": [{"rule": "x", "reason": "accepted by the board", "until": "1800000000"}]},
        {"network": {"cidr": 167772160}},
        {"network": {"cidr": "10.0.0.0/255.255.0.0"}},
        {"unknown": 1},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        environment(changes)


def test_a_whole_environment_is_frozen() -> None:
    with pytest.raises(ValidationError):
        environment().name = "other"  # type: ignore[misc]
