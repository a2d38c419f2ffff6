"""The stack that holds who may plan and apply an environment on one cloud, applied by people and by no workflow."""

from cdktf import TerraformOutput, TerraformStack
from constructs import Construct

from backstay import clouds
from backstay.state_backend import attach_backend, require_terraform
from backstay.topology import Environment, Region
from backstay.topology.state import is_made_by_backstay


class PipelineStack(TerraformStack):
    """The identities of workflows, on the cloud of the region that keeps the stack's state.

    No other stack needs it to be planned. It comes before the regions of its cloud: the roles that they make on AWS are
    bound by a policy of it, and their clusters admit a role of it.
    """

    def __init__(self, scope: Construct, *, environment: Environment, region: Region) -> None:
        super().__init__(scope, environment.names.pipeline_stack(region.cloud))
        if environment.pipeline is None:
            raise ValueError(f"{environment.name} names no repository; add one as pipeline.repository")
        kit = clouds.kit(environment, region)
        kit.attach_provider(self)
        require_terraform(self, attach_backend(self, environment=environment, region=region))
        regions = [each for each in environment.regions.values() if each.cloud is region.cloud]
        zone, passed = (
            environment.service.zone,
            [secret for each in regions for secret in environment.passed_secrets(each)],
        )
        self.access = kit.pipeline_access(
            self,
            "access",
            spec=environment.pipeline,
            region=region.location,
            regions=[each.location for each in regions],
            names=environment.names,
            has_states=is_made_by_backstay(environment.state_of(region)),
            zone=zone.id if zone.cloud is region.cloud else None,
            secrets=sorted({secret.stored_as for secret in passed if secret.stored_as}),
            disposable=environment.disposable,
        )
        TerraformOutput(self, "plan", value=self.access.outputs.plan)
        TerraformOutput(self, "apply", value=self.access.outputs.apply)
        TerraformOutput(self, "provider", value=self.access.outputs.provider)
