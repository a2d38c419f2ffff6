"""For each rule, stacks that break it and stacks that keep it; one module for each module of rules."""

from tests.checks.example import Pair
from tests.checks.pairs import (
    alarms,
    backups,
    capacity,
    copies,
    failover_path,
    health,
    independence,
    protection,
    quotas,
    replication,
    secrecy,
    undoing,
    waivers,
    zones,
)

PAIRS: list[Pair] = [
    *alarms.PAIRS,
    *backups.PAIRS,
    *capacity.PAIRS,
    *copies.PAIRS,
    *failover_path.PAIRS,
    *health.PAIRS,
    *independence.PAIRS,
    *protection.PAIRS,
    *quotas.PAIRS,
    *replication.PAIRS,
    *secrecy.PAIRS,
    *undoing.PAIRS,
    *waivers.PAIRS,
    *zones.PAIRS,
]
