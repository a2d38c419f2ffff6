"""Plans read without their values, from documents like those of `terraform show -json`."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.terraform.events import Phase, ResourceEvent
from backstay.terraform.resource_change import ChangeAction, ResourceChange, created, drifted, planned


def entry(actions: list[str], before: Any, after: Any, *, name: str = "a", **more: Any) -> dict[str, Any]:
    change = {
        "actions": actions,
        "before": before,
        "after": after,
        **{key: more.pop(key) for key in ("after_unknown", "replace_paths", "importing") if key in more},
    }
    kind = more.pop("type", "aws_sqs_queue")
    return {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "change": change} | more


def plan(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"resource_changes": list(entries)}


@pytest.mark.parametrize(
    ("actions", "action"),
    [
        (["create"], ChangeAction.CREATE),
        (["update"], ChangeAction.UPDATE),
        (["delete"], ChangeAction.DELETE),
        (["forget"], ChangeAction.FORGET),
        (["delete", "create"], ChangeAction.REPLACE),
        (["create", "delete"], ChangeAction.REPLACE),
    ],
)
def test_actions_have_one_word_each(actions: list[str], action: ChangeAction) -> None:
    before = None if actions == ["create"] else {"size": 1}
    after = None if actions in (["delete"], ["forget"]) else {"size": 2}
    (change,) = planned(plan(entry(actions, before, after)))
    assert change.action is action


def test_what_stays_and_what_is_only_read_is_no_change() -> None:
    stays = entry(["no-op"], {"size": 1}, {"size": 1})
    data = entry(["read"], None, {}, mode="data")
    assert planned(plan(stays, data)) == ()
    assert planned({}) == ()


def test_an_update_names_what_it_changes() -> None:
    update = entry(["update"], {"size": 1, "tags": {"a": "1"}, "kept": 2}, {"size": 2, "tags": {"a": "2"}, "kept": 2})
    (change,) = planned(plan(update))
    assert change.because == ("size", "tags")


def test_what_follows_from_another_change_is_not_told_beside_it() -> None:
    both = entry(["update"], {"size": 1, "version": 1}, {"size": 2}, after_unknown={"version": True})
    alone = entry(["update"], {"policy": "x"}, {}, after_unknown={"policy": True})
    (of_both,) = planned(plan(both))
    (of_one,) = planned(plan(alone))
    assert (of_both.because, of_one.because) == (("size",), ("policy",))


def test_a_replacement_names_the_paths_that_force_it() -> None:
    paths = [["name"], ["vpc_config", 0, "subnet_ids"], ["vpc_config", 0, "subnet_ids"]]
    replaced = entry(["delete", "create"], {"name": "a", "x": 1}, {"name": "b", "x": 2}, replace_paths=paths)
    (change,) = planned(plan(replaced))
    assert change.because == ("name", "vpc_config[0].subnet_ids")


def test_a_path_ends_before_the_key_of_a_map_which_people_choose() -> None:
    paths = [["tags", "owner: jane"], ["rule", {"cidr": "10.0.0.0/8"}, "port"]]
    (change,) = planned(plan(entry(["delete", "create"], {}, {}, replace_paths=paths)))
    assert change.because == ("tags", "rule")


def test_a_moved_resource_keeps_its_old_address_in_mind() -> None:
    moved = entry(["no-op"], {"size": 1}, {"size": 1}, previous_address="aws_sqs_queue.old")
    changed = entry(["update"], {"size": 1}, {"size": 2}, name="b", previous_address="aws_sqs_queue.older")
    first, second = planned(plan(moved, changed))
    assert (first.action, first.previous_address) == (ChangeAction.MOVE, "aws_sqs_queue.old")
    assert (second.action, second.previous_address) == (ChangeAction.UPDATE, "aws_sqs_queue.older")


def test_an_import_is_told_as_one_even_where_it_changes_something() -> None:
    plain = entry(["no-op"], {"size": 1}, {"size": 1}, importing={"id": "x"})
    changing = entry(["update"], {"size": 1}, {"size": 2}, name="b", importing={"id": "x"})
    first, second = planned(plan(plain, changing))
    assert (first.action, first.because) == (ChangeAction.IMPORT, ())
    assert (second.action, second.because) == (ChangeAction.IMPORT, ("size",))


def test_the_same_physical_name_under_another_id_is_a_replacement() -> None:
    old = entry(["delete"], {"name": "requests"}, None, name="old")
    new = entry(["create"], None, {"name": "requests"}, name="new")
    assert planned(plan(old, new)) == (
        ResourceChange(
            address="aws_sqs_queue.new",
            type="aws_sqs_queue",
            action=ChangeAction.REPLACE,
            previous_address="aws_sqs_queue.old",
            is_renamed=True,
        ),
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"name": "requests"}, {"name": "answers"}),
        ({"size": 1}, {"size": 1}),
        ({"name": "llm", "set_identifier": "primary"}, {"name": "llm", "set_identifier": "secondary"}),
    ],
    ids=["another name", "no name", "another of several records"],
)
def test_other_things_that_go_and_come_are_no_replacement(old: dict[str, Any], new: dict[str, Any]) -> None:
    found = planned(plan(entry(["delete"], old, None, name="old"), entry(["create"], None, new, name="new")))
    assert [change.action for change in found] == [ChangeAction.DELETE, ChangeAction.CREATE]


def test_each_of_two_that_go_is_renamed_to_its_own() -> None:
    names = ("a", "b")
    gone = [entry(["delete"], {"name": name}, None, name=f"old_{name}") for name in names]
    made = [entry(["create"], None, {"name": name}, name=f"new_{name}") for name in names]
    found = {(change.previous_address, change.address) for change in planned(plan(*gone, *made))}
    assert found == {(f"aws_sqs_queue.old_{name}", f"aws_sqs_queue.new_{name}") for name in names}


def test_what_terraform_has_set_aside_goes_by_an_address_of_its_own() -> None:
    kept = entry(["update"], {"size": 1}, {"size": 2})
    deposed = entry(["delete"], {"name": "x"}, None, deposed="ab12")
    assert [change.address for change in planned(plan(kept, deposed))] == [
        "aws_sqs_queue.a",
        "aws_sqs_queue.a (deposed ab12)",
    ]


@pytest.mark.parametrize(
    ("before", "after", "shrinks"),
    [
        ([{"region_name": "eu-west-1"}], [], True),
        ([{"region_name": "eu-west-1"}], None, True),
        ([{"region": "eu-west-1"}, {"region": "us-east-1"}], [{"region": "us-east-1"}], True),
        ([{"region": "eu-west-1", "key": "a"}], [{"region": "eu-west-1", "key": "b"}], False),
        ([], [{"region_name": "eu-west-1"}], False),
        ("global", None, True),
        ("global", "other", True),
        (None, "global", False),
        ("", "global", False),
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 2}, False),
    ],
)
def test_an_attribute_shrinks_when_something_is_no_longer_in_it(before: Any, after: Any, shrinks: bool) -> None:
    (change,) = planned(plan(entry(["update"], {"it": before, "x": 1}, {"it": after, "x": 2})))
    assert change.shrinks == (("it", "x") if shrinks else ("x",))


MARK = "§value§"
SECRETS = st.text("abc", max_size=5).map(lambda text: MARK + text)
VALUES: Any = st.recursive(
    st.none() | st.booleans() | SECRETS,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["region", "name"]) | SECRETS, part),
    max_leaves=8,
)
ARGUMENTS = st.sampled_from(["name", "bucket", "replica", "tags", "set_identifier"])
ATTRIBUTES = st.none() | st.dictionaries(ARGUMENTS, VALUES, max_size=4)
STEPS = st.lists(st.integers(0, 3) | SECRETS | st.dictionaries(SECRETS, SECRETS, max_size=2), max_size=3)
PATHS = st.lists(st.tuples(ARGUMENTS, STEPS).map(lambda path: [path[0], *path[1]]), max_size=3)
ACTIONS = st.sampled_from(
    [["create"], ["update"], ["delete"], ["delete", "create"], ["create", "delete"], ["no-op"], ["forget"]]
)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    return entry(
        draw(ACTIONS),
        draw(ATTRIBUTES),
        draw(ATTRIBUTES),
        name=draw(st.sampled_from("abcd")),
        after_unknown=draw(st.none() | st.dictionaries(ARGUMENTS, st.booleans())),
        replace_paths=draw(st.none() | PATHS),
    )


@given(st.lists(entries(), max_size=4, unique_by=lambda one: one["address"]))
def test_no_value_is_in_what_is_read(plans: list[dict[str, Any]]) -> None:
    read = [*planned(plan(*plans))]
    updates = [one for one in plans if one["change"]["actions"] == ["update"] and one["change"]["before"]]
    with_after = [one for one in updates if one["change"]["after"]]
    read += drifted({"resource_drift": with_after}, {})
    assert MARK not in json.dumps([asdict(change) for change in read], ensure_ascii=False)


CONFIGURED = {"resource": {"aws_sqs_queue": {"a": {"size": 1, "policy": None}}}}


def drift(before: Any, after: Any, configuration: dict[str, Any] | None = None) -> tuple[ResourceChange, ...]:
    found = entry(["delete"] if after is None else ["update"], before, after)
    return drifted({"resource_drift": [found]}, CONFIGURED if configuration is None else configuration)


def test_drift_names_what_is_not_as_configured() -> None:
    (change,) = drift({"size": 1}, {"size": 2})
    assert (change.action, change.because) == (ChangeAction.UPDATE, ("size",))


def test_what_is_gone_has_drifted() -> None:
    (change,) = drift({"size": 1}, None)
    assert change.action is ChangeAction.DELETE


@pytest.mark.parametrize("empty", [None, "", 0, False, [], {}, [{}], {"a": None}])
def test_unset_and_empty_are_not_told_apart(empty: Any) -> None:
    assert drift({"size": None}, {"size": empty}) == ()
    assert drift({"size": empty}, {"size": None}) == ()


def test_what_the_configuration_does_not_set_belongs_to_somebody_else() -> None:
    assert drift({"arn": "a", "policy": "x"}, {"arn": "b", "policy": "y"}) == ()


def test_tags_are_taken_away_even_where_none_is_configured() -> None:
    (change,) = drift({"tags": {}}, {"tags": {"by": "hand"}})
    assert change.because == ("tags",)


@pytest.mark.parametrize("ignored", [["size"], ["size[0].of"], ["size.of"], "all"])
def test_what_terraform_is_told_to_ignore_is_no_drift(ignored: Any) -> None:
    block = {"size": 1, "lifecycle": {"ignore_changes": ignored}}
    assert drift({"size": 1}, {"size": 2}, {"resource": {"aws_sqs_queue": {"a": block}}}) == ()


def test_a_plan_that_only_creates_is_read_from_its_events() -> None:
    events = [
        ResourceEvent("aws_sqs_queue.a", Phase.PLANNED, "create", type="aws_sqs_queue"),
        ResourceEvent("data.aws_region.here", Phase.PLANNED, "read", type="aws_region"),
    ]
    made = ResourceChange(address="aws_sqs_queue.a", type="aws_sqs_queue", action=ChangeAction.CREATE)
    assert created(events) == (made,)
