"""The stack that holds the name which clients use."""

from cdktf import TerraformOutput, TerraformStack
from constructs import Construct

from backstay import clouds
from backstay.state_backend import attach_backend, require_terraform
from backstay.topology import Environment
from backstay.topology.routes import Routes, home


class RoutingStack(TerraformStack):
    """Health checks of the regions' own names, and the clients' name that leads to them.

    It knows the regions by their names only, so it can be planned and changed with any of them lost, but for the one
    that keeps its state.
    """

    def __init__(self, scope: Construct, *, environment: Environment, routes: Routes) -> None:
        super().__init__(scope, environment.names.routing_stack())
        role = home(environment)
        if role is None:
            raise ValueError(f"no region of {environment.name} is on the zone's cloud, and so can keep routing's state")
        region = environment.regions[role]
        kit = clouds.kit(environment, region)
        kit.attach_provider(self)
        require_terraform(self, attach_backend(self, environment=environment, region=region))
        if kit.recovery is None:
            raise ValueError(f"routing of {environment.name} is written to Route 53 only, and its zone is elsewhere")
        self.routing = kit.recovery.routing(
            self, "routing", routes=routes, service=environment.service, names=environment.names
        )
        TerraformOutput(self, "host", value=environment.service.host)
