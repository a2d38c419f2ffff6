"""States that are compared with each other."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.terraform.state_file import Difference, StateFile, differences
from tests.terraform.states import LINEAGE, resource, state

values = st.dictionaries(st.sampled_from(["one", "two", "three"]), st.sampled_from(["a", "b"]))


def of(*resources: dict[str, object], **more: object) -> StateFile:
    return StateFile({"version": 4, "serial": 1, "lineage": LINEAGE, "resources": list(resources)} | more)


@pytest.mark.parametrize("nothing", ["", "\n", json.dumps({"version": 4, "serial": 0, "lineage": "", "resources": []})])
def test_no_state_is_none(nothing: str) -> None:
    assert StateFile.parse(nothing) is None


@pytest.mark.parametrize("text", ["{}", "[]", '{"version": 3}', "not json"])
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        StateFile.parse(text)


def test_what_terraform_prints_is_what_it_is_given_again() -> None:
    written = state(7, first="a")
    assert StateFile.parse(str(written)) == written


def test_addresses_are_those_of_terraform() -> None:
    several = [{"index_key": 0, "attributes": {}}, {"index_key": "b", "attributes": {}}]
    found = of(
        resource("many", "", instances=several),
        resource("inside", "", module='module.a["x"]'),
        resource("left", "", instances=[{"deposed": "0a1b", "attributes": {}}]),
        outputs={"host": {"value": "a", "type": "string"}},
    )
    assert sorted(found.holdings) == [
        'module.a["x"].terraform_data.inside',
        "output.host",
        "terraform_data.left (deposed 0a1b)",
        'terraform_data.many["b"]',
        "terraform_data.many[0]",
    ]
    assert found.resources == 4


def test_what_the_next_plan_reads_anew_is_no_difference() -> None:
    assert of(resource("seen", "a", mode="data")).is_like(of())


def test_how_often_a_state_was_written_is_no_difference_and_where_it_comes_from_is() -> None:
    assert state(7, first="a").is_like(state(9, first="a"))
    assert not state(7, first="a").is_like(state(7, lineage="another", first="a"))
    assert not state(7).is_like(None)


def test_differences_say_what_each_side_did() -> None:
    base = state(1, kept="a", here="a", there="a", gone="a", both="a")
    mine = state(2, kept="a", here="b", there="a", both="b", new="a")
    theirs = state(2, kept="a", here="a", there="b", gone="a", both="c")
    assert differences(base, mine, theirs) == (
        Difference("terraform_data.both", "changed", "changed"),
        Difference("terraform_data.gone", "removed", "unchanged"),
        Difference("terraform_data.here", "changed", "unchanged"),
        Difference("terraform_data.new", "added", "unchanged"),
        Difference("terraform_data.there", "unchanged", "changed"),
    )


@given(values, values, values)
def test_two_states_are_alike_when_nothing_differs(
    before: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    base, one, other = state(1, **before), state(2, **mine), state(3, **theirs)
    found = differences(base, one, other)
    assert bool(found) is not one.is_like(other)
    assert all({each.mine, each.theirs} != {"unchanged"} for each in found)
