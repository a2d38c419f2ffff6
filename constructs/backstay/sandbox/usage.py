"""What a sandbox has been asked for, so that a report can say what was real and what was not."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict


class Usage:
    """The services that were called, the operations that were stood in for, and what was asked of lost regions."""

    def __init__(self) -> None:
        self._services: set[str] = set()
        self._stood_in: defaultdict[str, set[str]] = defaultdict(set)
        self._refused: Counter[str] = Counter()
        # Refusals are the one thing that does not go through the gateway one at a time.
        self._counting = threading.Lock()

    def called(self, service: str) -> None:
        """Note a call of a service, by the name that it is signed for."""
        self._services.add(service)

    def stood_in(self, service: str, operation: str) -> None:
        """Note an operation that a stand-in answered."""
        self._stood_in[service].add(operation)

    def refused(self, region: str) -> None:
        """Note a request that was meant for a lost region."""
        with self._counting:
            self._refused[region] += 1

    def forget(self) -> None:
        """Begin anew."""
        self._services.clear()
        self._stood_in.clear()
        self._refused.clear()

    def as_json(self) -> dict[str, object]:
        """The notes as JSON values."""
        return {
            "services": sorted(self._services),
            "stood_in": {service: sorted(operations) for service, operations in self._stood_in.items()},
            "refused": dict(self._refused),
        }
