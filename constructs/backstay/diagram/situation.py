"""An environment on a good day, or once it has lost regions and done about it what it does by itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from backstay.diagram.holdings import Store, stores
from backstay.diagram.serving import Share, serving
from backstay.topology import Cloud, Environment, Status
from backstay.topology.routes import routes


@dataclass(frozen=True)
class Situation:
    """Who serves and who writes.

    Attributes:
        environment: the environment.
        lost: the roles of the regions that are lost.
        stores: who plays which part in what one region writes.
        shares: what each region gets of the clients, by role.
        is_routed: whether anything leads clients to the regions.
    """

    environment: Environment
    lost: frozenset[str]
    stores: Sequence[Store]
    shares: Mapping[str, Share]
    is_routed: bool

    @classmethod
    def of(cls, environment: Environment, lost: Collection[str]) -> "Situation":
        """Work out what an environment comes to without the regions that are lost.

        Raises:
            ValueError: when a role is none of the environment's.
        """
        if strangers := sorted(set(lost) - set(environment.regions)):
            raise ValueError(
                f"{environment.name} has no region {', '.join(strangers)}; it has {', '.join(environment.regions)}"
            )
        shares = serving(environment, lost)
        return cls(environment, frozenset(lost), stores(environment, lost), shares, routes(environment) is not None)

    def serves(self, role: str) -> bool:
        """Whether a region takes clients."""
        if self.is_routed:
            return role in self.shares
        return role not in self.lost and self.environment.regions[role].status is Status.ACTIVE

    @property
    def on_aws(self) -> list[str]:
        """The roles of the regions that can have stores in common."""
        return [role for role, region in self.environment.regions.items() if region.cloud is Cloud.AWS]

    @property
    def side_by_side(self) -> list[str]:
        """The roles from left to right: who writes in the midst of who follows, so that no arrow crosses a region."""
        writer = next((store.writer for store in self.stores if len(store.copies) > 1), None)
        others = [role for role in self.environment.regions if role != writer]
        middle = len(others) // 2
        return others if writer is None else [*others[:middle], writer, *others[middle:]]
