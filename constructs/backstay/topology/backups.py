"""What is copied away so that it can be restored, and how people know that it can."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from backstay.topology.forms import Reason, between
from backstay.topology.quantities import Duration
from backstay.topology.spec import Spec

BACKED_UP: Mapping[str, str] = {"Backup": "true"}
"""The tag of what holds data that exists nowhere else: whatever carries it is backed up."""

START_HOURS = 1
RUN_HOURS = 8
_COPY_HOURS = 3
_DAY = Duration.parse("1d").seconds


class Kind(StrEnum):
    """A kind of data, in the words of AWS Backup."""

    DATABASE = "Aurora"
    TABLE = "DynamoDB"
    OBJECTS = "S3"
    CLUSTER = "EKS"


class BackupSpec(Spec):
    """Backups: copies that are out of reach of what reaches every replica, such as a mistake or an intruder."""

    every: Annotated[Duration, between(Duration.parse("1h"), Duration.parse("1d"))] = Duration.parse("1d")
    """How often: hours that divide a day, such as `4h`. What was written since the last backup is not in it."""

    hour: int = Field(strict=True, default=3, ge=0, le=23)
    """The hour of the day, in UTC, in which one of them starts."""

    keep: Annotated[Duration, between(Duration.parse("7d"), Duration.parse("3650d"))] = Duration.parse("35d")
    """How long each is kept, in whole days: longer than damage may go unnoticed."""

    stays_in_region: Reason | None = None
    """The reason for which backups are not copied to another region, where they are lost together with their source."""

    lock: Literal["governance", "compliance"] = "governance"
    """Who may delete a backup before its time: with `governance` those whom IAM lets take the lock off, with
    `compliance` nobody, AWS included; that lock cannot be taken off once it is three days old."""

    restore_test: Literal["daily", "weekly", "monthly"] = "weekly"
    """How often the newest backup of everything is restored, looked at and deleted again."""

    @property
    def overdue(self) -> Duration:
        """The age of the newest backup at which one is missing, however slowly it and its copy were made."""
        return Duration(self.every.seconds + (START_HOURS + RUN_HOURS + _COPY_HOURS) * 3_600)

    @property
    def restore_test_overdue(self) -> Duration:
        """The age of the newest restore that was found good at which one is missing."""
        days = {"daily": 1, "weekly": 7, "monthly": 31}
        return Duration((days[self.restore_test] + 1) * _DAY)

    def contradiction(self) -> str | None:
        """Backups are made at the same hours of each day, and kept for whole days."""
        if self.every.seconds % 3_600 or _DAY % self.every.seconds:
            return f"every {self.every} does not divide a day into equal hours; write 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d"
        if self.keep.seconds % _DAY:
            return f"keep {self.keep} is not a number of whole days; write it as such, like 35d"
        return None
