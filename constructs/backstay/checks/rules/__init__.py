"""The rules, by what they are about."""

from backstay.checks.rules import (  # noqa: F401  (they register their rules)
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
