"""How far the rights of a pipeline reach: one environment of one account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backstay.topology import Cloud, CloudRegion, Names

ANY = ("*",)
"""For actions that know no resources, or none that has a name before it is made."""


@dataclass(frozen=True)
class Reach:
    """What ARNs and conditions are made of.

    Attributes:
        account: the account; may be a token, like the partition.
        partition: the account's partition.
        regions: the environment's regions on AWS.
        names: the environment's names.
        zones: the ARNs of the hosted zones that its records are in.
    """

    account: str
    partition: str
    regions: Sequence[CloudRegion]
    names: Names
    zones: Sequence[str]

    def regional(self, service: str, *resources: str) -> list[str]:
        """The ARNs of a service's resources, whichever region they are in."""
        return [f"arn:{self.partition}:{service}:*:{self.account}:{resource}" for resource in resources]

    def named(self, service: str, *kinds: str, purpose: str = "") -> list[str]:
        """Likewise, of those with the environment's names: what stands before the name, and how the purpose begins."""
        return self.regional(service, *(f"{kind}{self.names.own}{purpose}*" for kind in kinds))

    def secrets(self, names: Sequence[str]) -> list[str]:
        """The ARNs of secrets of these names; each ends in six letters of Secrets Manager's own."""
        return self.regional("secretsmanager", *(f"secret:{name}-??????" for name in names))

    def iam(self, *resources: str) -> list[str]:
        """The ARNs of things of IAM, which has no regions."""
        return [f"arn:{self.partition}:iam::{self.account}:{resource}" for resource in resources]

    def buckets(self, *within: str) -> list[str]:
        """The ARNs of what lies in the environment's buckets; of themselves, if nothing is said."""
        return [f"arn:{self.partition}:s3:::{self.names.own}*{path}" for path in within or ("",)]

    def states(self, *within: str) -> list[str]:
        """The ARNs of what lies in the environment's buckets of states; of themselves, if nothing is said."""
        return [f"arn:{self.partition}:s3:::{self.names.own}state-*{path}" for path in within or ("",)]

    @property
    def pipeline_state(self) -> str:
        """Where the state of the stack lies, within its bucket, that says what workflows may do; and its lock."""
        return f"/{self.names.state_key(self.names.pipeline_stack(Cloud.AWS))}*"

    @property
    def here(self) -> dict[str, Any]:
        """The condition that a request goes to one of the environment's regions."""
        return {"StringEquals": {"aws:RequestedRegion": [region.name for region in self.regions]}}

    @property
    def tagged(self) -> dict[str, Any]:
        """The condition that something has the environment's tag."""
        return {"StringEquals": {"aws:ResourceTag/Environment": self.names.environment}}

    @property
    def untagged(self) -> dict[str, Any]:
        """The condition that something has the environment's tag, or none of any environment."""
        return {"StringEqualsIfExists": {"aws:ResourceTag/Environment": self.names.environment}}

    @property
    def tagging(self) -> dict[str, Any]:
        """The condition that what is made gets the environment's tag."""
        return {"StringEquals": {"aws:RequestTag/Environment": self.names.environment}}


def both(*conditions: dict[str, Any]) -> dict[str, Any]:
    """The condition that all of these hold."""
    joined: dict[str, Any] = {}
    for condition in conditions:
        for operator, tests in condition.items():
            joined[operator] = {**joined.get(operator, {}), **tests}
    return joined
