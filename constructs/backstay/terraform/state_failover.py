"""Working on with a copy of a state whose own store is lost, and bringing back what became of it.

A lost store is never written by anybody but its own region's runs and `bring_back`. What is worked with meanwhile lies
in another store under a key of its own, which no replication of the original overwrites and whose lock is its own;
beside it lies the state as it was when both were last alike. Nothing is deleted.
"""

from dataclasses import dataclass
from enum import StrEnum

from backstay.terraform.errors import TerraformError
from backstay.terraform.state_file import Difference, StateFile, differences
from backstay.terraform.state_place import StateLock, StatePlace


class Taken(StrEnum):
    """What became of a stack's state when it was failed over."""

    COPIED = "copied"
    """The copy is now what replication had left behind."""
    UNCHANGED = "unchanged"
    """It was that already."""
    KEPT = "kept"
    """The copy has changes of its own, and was left as it is."""
    ABSENT = "absent"
    """Replication has left nothing behind: the stack was never applied, or never copied."""


class Moved(StrEnum):
    """Which side has changed since both were alike."""

    NEITHER = "neither"
    REGION = "region"
    COPY = "copy"
    BOTH = "both"
    NOT_COPIED = "not copied"
    """The state was not failed over."""


@dataclass(frozen=True)
class FailedOver:
    """What there is to work with; `lock` was held when it was copied, by a run that may have done more since."""

    stack: str
    taken: Taken
    state: StateFile | None
    lock: StateLock | None = None


@dataclass(frozen=True)
class Comparison:
    """The two sides of a state, and in what they differ."""

    stack: str
    moved: Moved
    mine: StateFile | None = None
    copy: StateFile | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def is_another(self) -> bool:
        """Say whether the region's state was made anew, so that it has nothing in common with the copy."""
        return self.mine is not None and self.copy is not None and self.mine.lineage != self.copy.lineage


@dataclass(frozen=True, kw_only=True)
class StateFailover:
    """One stack's state in its region, and what the peer's region has of it.

    Attributes:
        own: where the stack keeps it.
        replica: what replication has left of it in the peer's region.
        copy: what is worked with while the region is lost.
        base: the copy as it was when it and the region's state were last alike.
    """

    stack: str
    own: StatePlace
    replica: StatePlace
    copy: StatePlace
    base: StatePlace

    def fail_over(self) -> FailedOver:
        """Make the copy, or take it up to what has been replicated since it was last brought back.

        The lost region is not asked for anything.

        Raises:
            TerraformError: the peer's store cannot be used.

        """
        replica, copy = self.replica.read(), self.copy.read()
        lock = self.replica.lock() if self.replica.backend.get("use_lockfile") else None
        if replica is None:
            return FailedOver(self.stack, Taken.KEPT if copy else Taken.ABSENT, copy, lock)
        base = self.base.read()
        if replica.is_like(copy):
            if not replica.is_like(base):
                self.base.replace(replica)
            return FailedOver(self.stack, Taken.UNCHANGED, copy, lock)
        # A copy that holds the same but has another lineage was interrupted between its two writes.
        if copy is not None and not copy.is_like(base) and copy.holdings != replica.holdings:
            return FailedOver(self.stack, Taken.KEPT, copy, lock)
        # The copy first: until the base follows, it is like what was replicated, and above finishes this.
        self.copy.replace(replica)
        self.base.replace(replica)
        return FailedOver(self.stack, Taken.COPIED, replica, lock)

    def compare(self) -> Comparison:
        """Find out which side has changed.

        Raises:
            StoreMissingError: the region's store is gone for good, and has to be made first.
            TerraformError: one of the stores cannot be used.

        """
        copy = self.copy.read()
        if copy is None:
            return Comparison(self.stack, Moved.NOT_COPIED)
        mine, base = self.own.read(), self.base.read()
        if mine is None or copy.is_like(mine):
            return Comparison(self.stack, Moved.NEITHER if mine else Moved.COPY, mine, copy)
        # The second half of a push that was interrupted is missing: the lineage.
        is_half_written = mine.holdings == copy.holdings
        if mine.is_like(base) or is_half_written:
            return Comparison(self.stack, Moved.COPY, mine, copy, differences(base, mine, copy))
        moved = Moved.REGION if copy.is_like(base) and mine.lineage == copy.lineage else Moved.BOTH
        return Comparison(self.stack, moved, mine, copy, differences(base, mine, copy))

    def bring_back(self, found: Comparison, *, is_settled: bool = False) -> None:
        """Let the region's state be what the copy has become, where only the copy has changed.

        `is_settled` says that somebody has brought the copy's changes into the region's state, which then stays.

        Raises:
            StateLockedError: somebody holds the lock on the region's state.
            TerraformError: both have changed and nothing is settled, or Terraform refuses.

        """
        copy, mine = found.copy, found.mine
        if copy is None or found.moved is Moved.REGION:
            return
        if found.moved is Moved.BOTH and not is_settled:
            raise TerraformError(f"both states of {self.stack} have changed; nothing was written")
        if found.moved is Moved.COPY:
            if self._has_moved_since(mine):
                raise TerraformError(f"the state of {self.stack} has just changed in its region; compare again")
            if mine is None or mine.holdings == copy.holdings:
                self.own.replace(copy)
            else:
                self.own.write(copy)
        # From here on the copy has nothing of its own, so that the next failover may replace it.
        if not copy.is_like(self.base.read()):
            self.base.replace(copy)

    def _has_moved_since(self, mine: StateFile | None) -> bool:
        # Somebody may have thought about it for a long time, and Terraform only compares how often states were written.
        now = self.own.read()
        return (now.document if now else None) != (mine.document if mine else None)
