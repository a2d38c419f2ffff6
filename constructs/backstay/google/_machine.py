"""What single GPU machines and fleets have in common: who they are, who reaches them, and what they start with."""

import base64

from cdktf import Token
from cdktf_cdktf_provider_google.compute_firewall import ComputeFirewall, ComputeFirewallAllow, ComputeFirewallDeny
from constructs import Construct

from backstay.google.firewall import IDENTITY_AWARE_PROXY
from backstay.google.service_account import MachineAccount
from backstay.outputs import NetworkOutputs
from backstay.topology import CloudRegion, Names

ACCELERATOR = {"accelerator": "gpu"}
_ROLES = {"logs": "roles/logging.logWriter", "metrics": "roles/monitoring.metricWriter"}


class MachineAccess(Construct):
    """Administer machines without a public way in: SSH comes through Identity-Aware Proxy, for whom IAM lets in.

    OS Login takes the place of SSH keys.

    Survives: the loss of any other region.
    Does not survive: a loss of Identity-Aware Proxy; machines go on serving, but nobody logs in.
    """

    def __init__(
        self, scope: Construct, id_: str, *, purpose: str, region: CloudRegion, names: Names, network: NetworkOutputs
    ) -> None:
        super().__init__(scope, id_)
        self._purpose, self._region, self._names, self._network = purpose, region, names, network
        self.identity = MachineAccount(
            self,
            "identity",
            name=names.service_account(purpose, region),
            of=f"{names.resource(purpose)} in {region}",
            roles=_ROLES,
        )
        self.account = self.identity.account
        self.ssh = self.admit("ssh", "SSH through Identity-Aware Proxy", port=22, sources=[*IDENTITY_AWARE_PROXY])
        # Images, weights and Google's own services are all fetched by HTTPS; DNS and time come from the metadata
        # server, which no rule keeps a machine from.
        self.https = ComputeFirewall(
            self,
            "https",
            name=self._rule("https"),
            description="HTTPS to anywhere",
            network=network.id,
            direction="EGRESS",
            priority=1000,
            destination_ranges=["0.0.0.0/0"],
            target_service_accounts=[self.account.email],
            allow=[ComputeFirewallAllow(protocol="tcp", ports=["443"])],
        )
        self.nothing_else = ComputeFirewall(
            self,
            "nothing-else",
            name=self._rule("nothing-else"),
            description="Nothing but HTTPS to anywhere",
            network=network.id,
            direction="EGRESS",
            priority=65000,
            destination_ranges=["0.0.0.0/0"],
            target_service_accounts=[self.account.email],
            deny=[ComputeFirewallDeny(protocol="all")],
        )

    def admit(self, id_: str, description: str, *, port: int, sources: list[str]) -> ComputeFirewall:
        """Let some networks reach the machines on a port."""
        return ComputeFirewall(
            self,
            id_,
            name=self._rule(id_),
            description=description,
            network=self._network.id,
            direction="INGRESS",
            source_ranges=sources,
            target_service_accounts=[self.account.email],
            allow=[ComputeFirewallAllow(protocol="tcp", ports=[str(port)])],
        )

    def _rule(self, id_: str) -> str:
        # Firewall rules belong to the project, so the region is part of the name.
        return self._names.resource(f"{self._purpose}-{id_}-{self._region.name}")


def metadata(user_data: str | None) -> dict[str, str]:
    """What a machine is told: to ask IAM who may log in, and what to do when it starts for the first time.

    User data is encoded here and not by Terraform, which would take a shell's `${NAME}` for its own. cloud-init
    decodes it: https://cloudinit.readthedocs.io/en/latest/reference/datasources/gce.html

    Raises:
        ValueError: when the user data contains a value that is known only after an apply.
    """
    told = {"enable-oslogin": "TRUE", "block-project-ssh-keys": "TRUE"}
    if user_data is None:
        return told
    if Token.is_unresolved(user_data):
        raise ValueError("user data contains a value that is known only after an apply; use a computed name instead")
    encoded = base64.b64encode(user_data.encode()).decode()
    return {**told, "user-data": encoded, "user-data-encoding": "base64"}
