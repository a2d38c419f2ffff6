"""Losing regions: what is signed for a lost region is refused, as if the region had gone dark."""

from enum import StrEnum

from backstay.sandbox.signature import CredentialScope
from backstay.topology.control_planes import CONTROL_PLANES


class Symptom(StrEnum):
    """How a lost region looks to its clients."""

    UNAVAILABLE = "unavailable"  # answers 503 ServiceUnavailable
    SILENT = "silent"  # closes the connection without an answer


class Outages:
    """Which regions are lost, and how."""

    def __init__(self) -> None:
        self._lost: dict[str, Symptom] = {}

    @property
    def lost(self) -> dict[str, Symptom]:
        """The lost regions and their symptoms."""
        return dict(self._lost)

    def lose(self, region: str, symptom: Symptom) -> None:
        """Refuse from now on what is meant for `region`."""
        self._lost[region] = symptom

    def restore(self, region: str) -> None:
        """Serve `region` again."""
        self._lost.pop(region, None)

    def restore_all(self) -> None:
        """Serve every region again."""
        self._lost.clear()

    def refusal(self, scope: CredentialScope, *, bucket_region: str | None = None) -> tuple[str, Symptom] | None:
        """The lost region that a request signed so is meant for, and how it looks; None when it is to be served.

        A bucket is where it was made, and a global service where its control plane is, whichever region a request for
        them is signed for.
        """
        plane = CONTROL_PLANES.get(scope.service)
        home = plane.region if plane else scope.region
        lost = self.lost
        return next(((region, lost[region]) for region in (home, bucket_region) if region in lost), None)
