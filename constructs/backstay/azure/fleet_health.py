"""How Azure learns whether a machine of a fleet is alive."""

import json

from cdktf_cdktf_provider_azurerm.linux_virtual_machine_scale_set import LinuxVirtualMachineScaleSetExtension

from backstay.topology import Duration

# https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-health-extension
_FEWEST_SECONDS, _MOST_SECONDS = 5, 60
_FEWEST_ANSWERS, _MOST_ANSWERS = 3, 24


def health_extension(port: int, *, warm_up: Duration) -> LinuxVirtualMachineScaleSetExtension:
    """Ask a machine from inside whether it accepts connections on a port.

    The answer counts once it has been the same for as long as a machine warms up, up to the 24 minutes that Azure
    allows: a machine that is still loading weights would otherwise be taken for dead, and a rollout for failed.
    Readiness for requests is another question, which the load balancer asks every few seconds.
    """
    interval = min(max(-(-warm_up.seconds // _MOST_ANSWERS), _FEWEST_SECONDS), _MOST_SECONDS)
    answers = min(max(-(-warm_up.seconds // interval), _FEWEST_ANSWERS), _MOST_ANSWERS)
    question = {
        "protocol": "tcp",
        "port": port,
        "intervalInSeconds": interval,
        "numberOfProbes": answers,
        # Time to warm up, and then to give the same answer often enough.
        "gracePeriod": warm_up.seconds + interval * answers,
    }
    return LinuxVirtualMachineScaleSetExtension(
        name="health",
        publisher="Microsoft.ManagedServices",
        type="ApplicationHealthLinux",
        # The first version knows no machines that are still warming up.
        type_handler_version="2.0",
        automatic_upgrade_enabled=True,
        settings=json.dumps(question),
    )
