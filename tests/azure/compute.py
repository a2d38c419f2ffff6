"""What clusters and machines find in their region, beyond what every construct does."""

from backstay.outputs import KeyOutputs, NetworkOutputs
from tests.azure.surroundings import GROUPS

_NETWORK = f"{GROUPS}/network/providers/Microsoft.Network/virtualNetworks/network"
MACHINES = f"{_NETWORK}/subnets/machines"
GATEWAY = f"{_NETWORK}/subnets/gateway"
NETWORK = NetworkOutputs(
    id=_NETWORK,
    cidr="10.76.0.0/16",
    private_subnets=(MACHINES,),
    public_subnets=(GATEWAY,),
    zones=("1", "2", "3"),
)
KEY = KeyOutputs(
    id="https://acme-data.vault.azure.net/keys/data",
    alias=f"{GROUPS}/acme-data-key",
    disk_encryption=f"{GROUPS}/acme-data-key/providers/Microsoft.Compute/diskEncryptionSets/data",
)
A100 = "Standard_NC24ads_A100_v4"
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDqzSi9IHoYnbE3YQ+B2fQEVT8iGFemyPovpEtPziIVB platform"
RESERVATION = f"{GROUPS}/gpu/providers/Microsoft.Compute/capacityReservationGroups/gpu"
