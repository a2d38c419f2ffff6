import pytest
from pydantic import ValidationError

from backstay.topology import GpuNodesSpec, SecretSpec
from backstay.topology.service import LlmServiceSpec
from backstay.topology.spec import UnreadableError


def test_a_partial_spec_tells_what_is_known() -> None:
    partial = GpuNodesSpec.partial({"desired": 4, "minimum": None})
    assert (partial.desired, partial.floor) == (4, 4)


def test_a_partial_spec_has_no_default_for_what_is_not_known() -> None:
    partial = GpuNodesSpec.partial({"desired": 4})
    with pytest.raises(UnreadableError, match=r"GpuNodesSpec\.instance_type could not be read"):
        _ = partial.instance_type
    with pytest.raises(UnreadableError):
        _ = partial.floor


def test_another_attribute_is_missing_as_usual() -> None:
    with pytest.raises(AttributeError):
        _ = GpuNodesSpec().nonsense  # type: ignore[attr-defined]


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="desird"):
        GpuNodesSpec.model_validate({"desird": 3})


@pytest.mark.parametrize("scale", [{"desired": 3, "minimum": 4}, {"desired": 3, "maximum": 2}, {"minimum": 9}])
def test_numbers_of_machines_that_are_out_of_order_are_refused(scale: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="minimum <= desired <= maximum must hold"):
        GpuNodesSpec.model_validate(scale)


def test_a_group_can_grow_to_twice_what_it_starts_with() -> None:
    assert (GpuNodesSpec(desired=4).floor, GpuNodesSpec(desired=4).ceiling) == (4, 8)
    assert GpuNodesSpec(desired=0).ceiling == 1


@pytest.mark.parametrize("sources", [{}, {"stored_as": "a", "variable": "a"}])
def test_a_secret_without_exactly_one_source_is_refused(sources: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="exactly one of stored_as and variable"):
        SecretSpec.model_validate({"name": "TOKEN", **sources})


def test_more_replicas_than_the_autoscaler_may_reach_are_refused() -> None:
    with pytest.raises(ValidationError, match="raise the maximum"):
        LlmServiceSpec(replicas=5, maximum_replicas=4)
    assert LlmServiceSpec(replicas=5).ceiling == 10
