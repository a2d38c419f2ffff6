"""The stack that holds the DNS zone, where Backstay makes it."""

from cdktf import TerraformOutput, TerraformStack
from constructs import Construct

from backstay import clouds
from backstay.state_backend import attach_backend, require_terraform
from backstay.topology import Environment
from backstay.topology.routes import home


class ZoneStack(TerraformStack):
    """The zone of the clients' name, deployed before all that puts names into it."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        super().__init__(scope, environment.names.zone_stack())
        zone, role = environment.service.zone, home(environment)
        if role is None:
            raise ValueError(f"no region of {environment.name} is on {zone.cloud}, and so can keep the zone's state")
        region = environment.regions[role]
        kit = clouds.kit(environment, region)
        kit.attach_provider(self)
        require_terraform(self, attach_backend(self, environment=environment, region=region))
        if kit.recovery is None:
            raise ValueError(f"zone {zone.name!r} cannot be made on {zone.cloud}; name the id of an existing one")
        self.zone = kit.recovery.zone(
            self, "zone", spec=zone, names=environment.names, disposable=environment.disposable
        )
        TerraformOutput(self, "id", value=self.zone.outputs.id)
        TerraformOutput(self, "name-servers", value=self.zone.outputs.name_servers)
