"""The table by which the regions know who is primary."""

from collections.abc import Mapping, Sequence

from constructs import Construct

from backstay.aws.failover.control import KEY, PURPOSE
from backstay.aws.global_table import GlobalTable
from backstay.topology import CloudRegion, Names
from backstay.topology.failover import FailoverSpec, witness_for


class ControlTable(GlobalTable):
    """Let every region read and write who is primary, in a table that is in all of them.

    It is encrypted with a key that AWS owns, since a failover must not wait for a key, and holds nothing but names and
    times.

    Survives: the loss of any region, its owner's included: every copy takes writes. With strong consistency, of any
    one of three, and nothing is lost with it.
    Does not survive: without strong consistency, what was written in a region within about a second of its loss. With
    it, the loss of two of the three regions.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: FailoverSpec,
        region: CloudRegion,
        names: Names,
        others: Sequence[CloudRegion],
        tags: Mapping[str, str],
        disposable: bool = False,
    ) -> None:
        """Make the table in all regions.

        Args:
            scope: what it is part of: the stack of the region that owns it, and of no other.
            id_: its id there.
            spec: how the regions agree.
            region: the owner: the first in the order.
            names: the environment's names.
            others: the other regions that can be primary.
            tags: what each copy carries.
            disposable: whether an apply may delete it.

        Raises:
            ValueError: when the regions cannot agree as the spec says.
        """
        regions = [region, *others]
        is_strong = spec.consistency == "strong"
        super().__init__(
            scope,
            id_,
            purpose=PURPOSE,
            regions=regions,
            names=names,
            key_alias=None,
            key=KEY,
            consistency=spec.consistency,
            witness=witness_for([each.name for each in regions]) if is_strong else None,
            tags=tags,
            disposable=disposable,
        )
