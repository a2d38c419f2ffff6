"""Losing regions: what is signed for a lost region is refused, as if the region had gone dark."""

from enum import StrEnum

from backstay.sandbox.signature import CredentialScope

# Where the control planes of AWS's global services live, whichever region signs the request.
# Source: AWS Fault Isolation Boundaries, appendix A (partitional services) and B (edge services).
CONTROL_PLANES = {
    "account": "us-east-1",
    "cloudfront": "us-east-1",
    "iam": "us-east-1",
    "organizations": "us-east-1",
    "route53": "us-east-1",
    "route53domains": "us-east-1",
    "shield": "us-east-1",
    "globalaccelerator": "us-west-2",
    "networkmanager": "us-west-2",
    "route53-recovery-control-config": "us-west-2",
}


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

    def symptom(self, scope: CredentialScope, *, bucket_region: str | None = None) -> Symptom | None:
        """How a request signed so must fail; None when it is to be served.

        A bucket is where it was made, whichever region a request for it is signed for.
        """
        home = CONTROL_PLANES.get(scope.service, scope.region)
        return self._lost.get(home) or self._lost.get(bucket_region or home)
