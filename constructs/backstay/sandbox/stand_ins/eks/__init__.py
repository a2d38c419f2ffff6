"""Elastic Kubernetes Service."""

from backstay.sandbox.stand_ins.eks import access_entries, addons, pod_identity, tags, updates
from backstay.sandbox.stand_ins.eks.store import SERVICE

__all__ = ["SERVICE", "access_entries", "addons", "pod_identity", "tags", "updates"]
