"""What an encryption key is for."""

from enum import StrEnum


class KeyUse(StrEnum):
    """A use of a key: its policy admits exactly the services that need it for that."""

    DISKS = "disks"
    CLUSTER_SECRETS = "cluster-secrets"
    LOGS = "logs"
    STATE = "state"
    SECRETS = "secrets"
    DATABASES = "databases"
    CACHES = "caches"
    TABLES = "tables"
    QUEUES = "queues"
    OBJECTS = "objects"
    IMAGES = "images"
    BACKUPS = "backups"
    ALARMS = "alarms"
