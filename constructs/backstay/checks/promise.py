"""What stacks are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from backstay.topology.objectives import ObjectivesSpec

if TYPE_CHECKING:
    from backstay.topology import Duration, Environment


class Guarantee(StrEnum):
    """Something that an environment may do without; the rules that serve it are then left out."""

    REGION = "survives the loss of a region"
    DATA = "keeps its data"


_OBJECTIVES = ObjectivesSpec()
# Noticing and rerouting may take a tenth of the RTO each. The rest is needed: a model of 70 billion parameters alone
# takes 9 to 13 minutes from no machine to its first answer (https://arxiv.org/html/2401.14351v2 for the weights,
# https://wpnews.pro/news/reducing-container-cold-start-times-using-soci-index-on-dlami-and-dlc for the image).
_SHARE = 10
# What AWS asks of records with health checks: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-weighted.html
_LONGEST_TTL = 60


@dataclass(frozen=True)
class Promise:
    """What people may count on: the recovery time and point objectives, and what is guaranteed at all."""

    rto: Duration = _OBJECTIVES.rto
    rpo: Duration = _OBJECTIVES.rpo
    guarantees: frozenset[Guarantee] = frozenset(Guarantee)

    @classmethod
    def of(cls, environment: Environment) -> Promise:
        """The promise of an environment, which may have chosen to have one region, or to be disposable."""
        given_up = {
            Guarantee.REGION: environment.mode == "single-region",
            Guarantee.DATA: environment.disposable,
        }
        kept = frozenset(guarantee for guarantee, is_given_up in given_up.items() if not is_given_up)
        return cls(environment.objectives.rto, environment.objectives.rpo, kept)

    @property
    def detection_seconds(self) -> float:
        """How long it may take to notice that a region is gone."""
        return self.rto.seconds / _SHARE

    @property
    def ttl_seconds(self) -> float:
        """How long clients may keep an address that no longer answers."""
        return min(_LONGEST_TTL, self.rto.seconds / _SHARE)
