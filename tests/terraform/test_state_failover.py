"""States that are worked with as copies while their region is lost, and brought back, in a world of folders."""

import json
import sys
from pathlib import Path

import pytest

from backstay.terraform import Terraform, TerraformError
from backstay.terraform.state_failover import Comparison, Moved, StateFailover, Taken
from backstay.terraform.state_file import Difference, StateFile
from backstay.terraform.state_place import StateLockedError, StatePlace, StoreMissingError
from tests.terraform import scripted_state
from tests.terraform.states import LOCK, state

KEY, COPY, BASE = "env/one.tfstate", "env/failed-over/one.tfstate", "env/failed-over/one.base.tfstate"
FIRST = state(4, kept="a", one="a")
CHANGED = state(9, kept="a", one="b")


class World:
    """The store of a lost region and that of its peer, to which it was copied."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for bucket in ("lost", "peer"):
            (directory / bucket).mkdir()
        self.states = StateFailover(
            stack="one",
            own=self.place("lost", KEY),
            replica=self.place("peer", KEY),
            copy=self.place("peer", COPY),
            base=self.place("peer", BASE),
        )
        self.put("lost", KEY, FIRST)
        self.replicate()

    def place(self, bucket: str, key: str) -> StatePlace:
        return StatePlace(
            backend={"bucket": bucket, "key": key, "use_lockfile": True},
            terraform=Terraform((sys.executable, scripted_state.__file__), "1.11.4", "Terraform", "this test"),
            environment={"WORLD": str(self.directory)},
            folder=self.directory / "work" / f"{bucket}-{key.replace('/', '-')}",
        )

    def put(self, bucket: str, key: str, written: StateFile) -> None:
        path = self.directory / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(written))

    def replicate(self) -> None:
        self.put("peer", KEY, self.at("lost", KEY))

    def at(self, bucket: str, key: str) -> StateFile:
        return StateFile(json.loads((self.directory / bucket / key).read_text()))

    def lock(self, bucket: str, key: str = KEY) -> None:
        (self.directory / bucket / f"{key}.tflock").write_text(json.dumps(LOCK))

    def lose(self) -> None:
        (self.directory / "lost").rename(self.directory / "out of reach")
        (self.directory / "asked").unlink(missing_ok=True)

    def restore(self) -> None:
        (self.directory / "out of reach").rename(self.directory / "lost")

    def asked(self) -> set[str]:
        return set((self.directory / "asked").read_text().split())

    def bring_back(self, **settled: bool) -> Comparison:
        found = self.states.compare()
        self.states.bring_back(found, **settled)
        return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def failed_over(world: World) -> World:
    world.states.fail_over()
    return world


def test_a_failover_asks_the_lost_region_for_nothing(world: World) -> None:
    world.lose()
    found = world.states.fail_over()
    assert found.taken is Taken.COPIED
    assert found.state is not None
    assert found.state.is_like(FIRST)
    assert world.asked() == {"peer"}


def test_the_copy_comes_from_the_state_that_it_copies(failed_over: World) -> None:
    for key in (COPY, BASE):
        assert failed_over.at("peer", key).is_like(FIRST)


def test_what_was_replicated_stays_as_it_is(failed_over: World) -> None:
    assert failed_over.at("peer", KEY).document == FIRST.document


def test_a_second_failover_changes_nothing(failed_over: World) -> None:
    before = failed_over.at("peer", COPY).document
    assert failed_over.states.fail_over().taken is Taken.UNCHANGED
    assert failed_over.at("peer", COPY).document == before


def test_a_copy_with_changes_of_its_own_is_kept(failed_over: World) -> None:
    failed_over.put("peer", COPY, CHANGED)
    assert failed_over.states.fail_over().taken is Taken.KEPT
    assert failed_over.at("peer", COPY).is_like(CHANGED)


def test_a_state_that_was_never_copied_is_absent(world: World) -> None:
    (world.directory / "peer" / KEY).unlink()
    found = world.states.fail_over()
    assert (found.taken, found.state) == (Taken.ABSENT, None)


def test_a_failover_that_broke_off_is_finished_by_the_next(world: World) -> None:
    world.states.fail_over()
    (world.directory / "peer" / BASE).unlink()
    assert world.states.fail_over().taken is Taken.UNCHANGED
    assert world.at("peer", BASE).is_like(FIRST)


def test_a_copy_that_broke_off_between_its_two_writes_is_made_again(world: World) -> None:
    world.put("peer", COPY, state(1, lineage="given by Terraform", kept="a", one="a"))
    assert world.states.fail_over().taken is Taken.COPIED
    assert world.at("peer", COPY).is_like(FIRST)


def test_a_lock_that_was_copied_is_told_and_neither_taken_away_nor_in_the_way(world: World) -> None:
    world.lock("peer")
    found = world.states.fail_over()
    assert found.taken is Taken.COPIED
    assert found.lock is not None
    assert (found.lock.id, found.lock.operation, found.lock.who) == ("1b2c", "apply", "deploy@ci")
    assert found.lock.created is not None
    assert found.lock.created.isoformat() == "2026-01-01T10:00:00+00:00"
    assert (world.directory / "peer" / f"{KEY}.tflock").exists()


def test_a_lock_that_cannot_be_seen_is_not_taken_for_none(world: World) -> None:
    world.states.replica.read()
    (world.directory / "denied").touch()
    with pytest.raises(TerraformError, match=r"whether s3://peer/env/one\.tfstate is locked cannot be seen"):
        world.states.replica.lock()


def test_changes_of_the_copy_alone_are_brought_back(failed_over: World) -> None:
    failed_over.put("peer", COPY, CHANGED)
    found = failed_over.bring_back()
    assert found.moved is Moved.COPY
    assert found.differences == (Difference("terraform_data.one", "unchanged", "changed"),)
    assert failed_over.at("lost", KEY).is_like(CHANGED)


def test_bringing_back_twice_changes_nothing(failed_over: World) -> None:
    failed_over.put("peer", COPY, CHANGED)
    failed_over.bring_back()
    before = failed_over.at("lost", KEY).document
    assert failed_over.bring_back().moved is Moved.NEITHER
    assert failed_over.at("lost", KEY).document == before


def test_changes_of_the_region_alone_stay(failed_over: World) -> None:
    failed_over.put("lost", KEY, CHANGED)
    assert failed_over.bring_back().moved is Moved.REGION
    assert failed_over.at("lost", KEY).document == CHANGED.document


def test_changes_of_both_are_refused_and_listed_by_address(failed_over: World) -> None:
    failed_over.put("lost", KEY, state(6, kept="a", one="a", here="new"))
    failed_over.put("peer", COPY, CHANGED)
    found = failed_over.states.compare()
    assert found.moved is Moved.BOTH
    assert found.differences == (
        Difference("terraform_data.here", "added", "unchanged"),
        Difference("terraform_data.one", "unchanged", "changed"),
    )
    with pytest.raises(TerraformError, match="both states of one have changed; nothing was written"):
        failed_over.states.bring_back(found)
    assert failed_over.at("lost", KEY).serial == 6
    assert failed_over.at("peer", COPY).is_like(CHANGED)


def test_a_state_that_was_made_anew_has_changed_whatever_it_holds(failed_over: World) -> None:
    failed_over.put("lost", KEY, state(1, lineage="another", new="a"))
    found = failed_over.states.compare()
    assert (found.moved, found.is_another) == (Moved.BOTH, True)


def test_a_settled_conflict_leaves_the_regions_state_and_is_over(failed_over: World) -> None:
    merged = state(12, kept="a", one="b", here="new")
    failed_over.put("lost", KEY, merged)
    failed_over.put("peer", COPY, CHANGED)
    failed_over.bring_back(is_settled=True)
    assert failed_over.at("lost", KEY).document == merged.document
    assert failed_over.states.compare().moved is Moved.REGION


@pytest.mark.parametrize("change", [{"one": "c"}, {"one": "a"}], ids=["changed", "unchanged"])
def test_the_next_failover_begins_with_what_was_replicated_since(failed_over: World, change: dict[str, str]) -> None:
    failed_over.put("peer", COPY, CHANGED)
    failed_over.bring_back()
    failed_over.put("lost", KEY, state(30, kept="a", **change))
    failed_over.replicate()
    assert failed_over.states.fail_over().taken is Taken.COPIED
    assert failed_over.at("peer", COPY).is_like(failed_over.at("lost", KEY))
    assert failed_over.states.compare().moved is Moved.NEITHER


def test_what_was_lost_for_good_comes_back_with_its_lineage(failed_over: World) -> None:
    (failed_over.directory / "lost" / KEY).unlink()
    assert failed_over.bring_back().moved is Moved.COPY
    assert failed_over.at("lost", KEY).is_like(FIRST)


def test_a_return_that_broke_off_before_the_lineage_was_kept_is_finished(failed_over: World) -> None:
    failed_over.put("lost", KEY, state(1, lineage="given by Terraform", kept="a", one="a"))
    assert failed_over.bring_back().moved is Moved.COPY
    assert failed_over.at("lost", KEY).is_like(FIRST)


def test_a_store_that_is_gone_for_good_is_told(failed_over: World) -> None:
    failed_over.lose()
    with pytest.raises(StoreMissingError, match="the bucket lost does not exist"):
        failed_over.states.compare()


def test_what_was_not_failed_over_is_left_alone(world: World) -> None:
    assert world.bring_back().moved is Moved.NOT_COPIED
    assert world.at("lost", KEY).document == FIRST.document


def test_a_lock_left_in_the_region_is_told_and_keeps_the_state_from_being_written(failed_over: World) -> None:
    failed_over.put("peer", COPY, CHANGED)
    failed_over.lock("lost")
    with pytest.raises(StateLockedError) as locked:
        failed_over.bring_back()
    assert locked.value.lock.id == "1b2c"
    assert failed_over.at("lost", KEY).document == FIRST.document


def test_unlocking_takes_the_lock_with_this_id_and_no_other(failed_over: World) -> None:
    failed_over.lock("lost")
    with pytest.raises(TerraformError, match="does not match the existing lock ID"):
        failed_over.states.own.unlock("another")
    failed_over.states.own.unlock("1b2c")
    assert failed_over.states.own.lock() is None


def test_a_change_since_the_comparison_is_noticed(failed_over: World) -> None:
    failed_over.put("peer", COPY, CHANGED)
    found = failed_over.states.compare()
    failed_over.put("lost", KEY, state(5, kept="a", one="a", new="a"))
    with pytest.raises(TerraformError, match="has just changed in its region; compare again"):
        failed_over.states.bring_back(found)
    assert failed_over.at("lost", KEY).serial == 5
