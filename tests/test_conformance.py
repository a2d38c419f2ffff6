"""Every cloud offers the same constructs. What this prints is what is still to be done for a new cloud."""

import sys
from inspect import signature

import pytest
from constructs import Construct

from backstay import clouds
from backstay.outputs import KeyOutputs
from backstay.topology import Cloud, Names, Region
from tests.conformance import Part, lacking, parts_of, required_fields
from tests.synthesis import environment

EVERYWHERE = environment("multicloud")
AWS, *OTHERS = Cloud


def region_on(cloud: Cloud) -> Region:
    found = [region for region in EVERYWHERE.regions.values() if region.cloud is cloud]
    assert found, f"environments/multicloud.yaml has no region on {cloud}"
    return found[0]


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    """What every cloud has to have, as AWS has it."""
    held = parts_of(EVERYWHERE, region_on(AWS))
    return [part for field, part in held.items() if field in required_fields()]


@pytest.mark.parametrize("cloud", OTHERS)
def test_every_cloud_offers_every_construct(cloud: Cloud, parts: list[Part]) -> None:
    to_do = lacking(cloud, parts)
    assert not to_do, f"{cloud} is not whole yet:\n- " + "\n- ".join(to_do)


@pytest.mark.parametrize("cloud", OTHERS)
def test_the_kit_of_every_cloud_is_whole_and_takes_the_same_arguments(cloud: Cloud) -> None:
    of_aws, kit = (clouds.kit(EVERYWHERE, region_on(each)) for each in (AWS, cloud))
    for field in required_fields():
        ours, theirs = getattr(kit, field), getattr(of_aws, field)
        if callable(theirs):
            assert needed(ours) == needed(theirs), field
        else:
            assert type(ours) is type(theirs), field


def test_what_some_clouds_have_is_alike_on_these() -> None:
    held = {cloud: parts_of(EVERYWHERE, region_on(cloud)) for cloud in Cloud}
    optional = {field for parts in held.values() for field in parts} - required_fields()
    assert "stored_secrets" in optional
    for field in optional:
        having = [cloud for cloud, parts in held.items() if field in parts]
        assert [lacking(cloud, [held[having[0]][field]]) for cloud in having] == [[]] * len(having)


def needed(made: object) -> set[str]:
    """The arguments that a stack has to give."""
    assert callable(made)
    return {name for name, value in signature(made).parameters.items() if value.default is value.empty}


def test_the_contract_is_what_stacks_build_with_on_every_cloud(parts: list[Part]) -> None:
    assert {part.name: part.outputs for part in parts} == {
        "attach_provider": None,
        "attach_cluster": None,
        "Key": "KeyOutputs",
        "Network": "NetworkOutputs",
        "GpuCluster": "ClusterOutputs",
        "GpuFleet": "FleetOutputs",
        "GpuInstances": "InstancesOutputs",
        "LoadBalancer": "LoadBalancerOutputs",
        "RemoteState": "StateOutputs",
        "Secrets": "SecretValues",
        "PipelineAccess": "PipelineOutputs",
    }
    assert {part.name: set(part.methods) for part in parts}["LoadBalancer"] == {"serve"}


def test_a_missing_construct_is_told_with_all_that_it_has_to_be(
    parts: list[Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "backstay.google.remote_state", None)
    assert lacking("google", parts) == [
        "backstay/google/remote_state.py: add RemoteState(scope, id_, region, names, disposable=) -> StateOutputs; "
        "with grant_use"
    ]


def test_a_new_cloud_is_told_everything(parts: list[Part]) -> None:
    to_do = lacking("hetzner", parts)
    assert len(to_do) == len(parts)
    assert all(text.startswith("backstay/hetzner/") and ".py: add " in text for text in to_do)


class RemoteState(Construct):
    """Another cloud's, which differs in every way that is looked at."""

    def __init__(self, scope: Construct, id_: str, *, names: str, disposable: bool, bucket: str) -> None:
        super().__init__(scope, id_)
        self.outputs = KeyOutputs(id=names, alias=bucket if disposable else names)


def test_a_construct_that_differs_is_told_how(parts: list[Part], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backstay.google.remote_state.RemoteState", RemoteState)
    assert lacking("google", parts) == [
        f"backstay/google/remote_state.py: {difference}"
        for difference in (
            "RemoteState hands on KeyOutputs; it has to be StateOutputs",
            "RemoteState: add the argument region",
            f"RemoteState: names has the type {str}; it has to be {Names}",
            "RemoteState: disposable is `disposable: bool`; it has to be `disposable: bool = False`",
            "RemoteState: bucket is an argument that no other cloud has; take it away, or say in EXTRA_ARGUMENTS why",
            "RemoteState: add the method grant_use",
        )
    ]
