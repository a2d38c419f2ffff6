"""The stack that holds a region's Terraform state, applied before all others."""

from cdktf import TerraformStack
from constructs import Construct

from backstay import clouds
from backstay.state_backend import attach_backend, require_terraform
from backstay.topology import Environment, Region


class StateStack(TerraformStack):
    """A region's state bucket and lock table, in that region.

    It keeps its own state in the bucket that it makes: `backstay state bootstrap` applies it with a local
    state first and moves the state into the bucket afterwards.
    """

    def __init__(self, scope: Construct, *, environment: Environment, region: Region) -> None:
        place, names = region.location, environment.names
        super().__init__(scope, names.state_stack(place))
        kit = clouds.kit(environment, region)
        kit.attach_provider(self)
        require_terraform(self, attach_backend(self, environment=environment, region=region))
        self.remote_state = kit.remote_state(
            self, "state", region=place, names=names, disposable=environment.disposable
        )
