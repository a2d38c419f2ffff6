"""Simple Storage Service."""

from backstay.sandbox.corrections.s3 import buckets, replication

__all__ = ["buckets", "replication"]
