"""Who may plan and apply an environment from GitHub, without a key that anybody could lose."""

from collections.abc import Callable, Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from backstay.aws.pipeline import clusters, data, identities, network, reading, watching
from backstay.aws.pipeline.reach import Reach
from backstay.aws.pipeline.trust import AUDIENCE, HOST, trust
from backstay.aws.policy import Statement, document
from backstay.outputs import PipelineOutputs
from backstay.topology import Access, CloudRegion, Names, PipelineSpec
from backstay.topology.pipeline import ISSUER
from backstay.topology.pipeline_access import BOUNDARY

# A region is there in an hour, or in two with a database to copy.
_APPLY_SECONDS = 4 * 3600
_PLAN_SECONDS = 3600

Rights = Callable[[Reach], list[Statement]]

_READS: dict[str, Rights] = {"describe": reading.descriptions, "describe-network": reading.network_and_buckets}
_APPLIES: dict[str, Rights] = {
    "apply-machines": lambda reach: [*network.network(reach), *network.machines(reach)],
    "apply-clusters": lambda reach: [*clusters.clusters(reach), *watching.backups(reach)],
    "apply-stores": data.stores,
    "apply-watch": watching.watch,
    "apply-identities": identities.identities,
}


class PipelineAccess(Construct):
    """Let a repository's workflows plan an environment by reading it, and apply it without reaching beyond.

    Each of the two is a role that takes the tokens of its own GitHub environment only. The role to apply can change
    neither of them, nor what bounds the roles that it makes.

    Survives: a key that leaks, as there is none; a pull request that runs whatever it likes while it is planned, which
    reads how the environment is set up and no value; the loss of a region, since roles are in all of them.
    Does not survive: whoever may approve a deployment and means harm; us-east-1 lost, as far as changes of roles go.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: PipelineSpec,
        region: CloudRegion,  # noqa: ARG002 - as in every cloud; IAM has no regions
        regions: Sequence[CloudRegion],
        names: Names,
        has_states: bool = True,  # noqa: ARG002 - as in every cloud; what is said of stores that are not there is idle
        zone: str | None = None,
        secrets: Sequence[str] = (),
        disposable: bool = False,
    ) -> None:
        """Make the provider, unless there is one, the roles and their policies.

        Args:
            scope: what they are part of.
            id_: their id there.
            spec: the repository.
            region: where what has a region lives.
            regions: the environment's regions on this cloud.
            names: the environment's names.
            has_states: whether the regions have stores of states that Backstay made.
            zone: the id of the zone on this cloud that the environment's records are in; None where it makes its own.
            secrets: the stored secrets that Terraform passes on to clusters, which a plan reads if `spec` lets it.
            disposable: whether an apply may delete the account's provider, which other environments may use.
        """
        super().__init__(scope, id_)
        self._names = names
        self.caller = DataAwsCallerIdentity(self, "caller")
        self.partition = DataAwsPartition(self, "partition")
        reach = Reach(
            account=self.caller.account_id,
            partition=self.partition.partition,
            regions=regions,
            names=names,
            zones=[f"arn:{self.partition.partition}:route53:::hostedzone/{zone or '*'}"],
        )
        self.provider = self._provider(spec, disposable=disposable)
        provider = f"arn:{reach.partition}:iam::{reach.account}:oidc-provider/{HOST}"
        self.boundary = self._policy(BOUNDARY, identities.bounds(reach))
        self.boundary.add_override("//.checkov", _WAIVERS)
        roles = {
            access: IamRole(
                self,
                str(access),
                name=names.pipeline_role(access),
                assume_role_policy=trust(spec, provider=provider, environment=names.environment, access=access),
                max_session_duration=seconds,
                depends_on=[self.provider] if self.provider else None,
            )
            for access, seconds in ((Access.PLAN, _PLAN_SECONDS), (Access.APPLY, _APPLY_SECONDS))
        }
        self.plan, self.apply = roles[Access.PLAN], roles[Access.APPLY]
        applies = _APPLIES | {
            "apply-keys": lambda reach: [*data.keys(reach, secrets), *data.states(reach)],
            "apply-routes": lambda reach: [*clusters.routes(reach), *([] if zone else clusters.zones(reach))],
        }
        may_read = secrets if spec.plan_reads_secrets else ()
        plans: dict[str, Rights] = {
            "plan-states": lambda reach: [*reading.states(reach), *reading.secrets(reach, may_read)],
            "plan-never": lambda reach: reading.never(reach, may_read),
        }
        both = [self.plan, self.apply]
        for rights, takers in ((_READS, both), (plans, [self.plan]), (applies, [self.apply])):
            for purpose, said in rights.items():
                self._attach(self._policy(purpose, said(reach)), takers)
        self.outputs = PipelineOutputs(plan=self.plan.arn, apply=self.apply.arn, provider=provider)

    def _provider(self, spec: PipelineSpec, *, disposable: bool) -> IamOpenidConnectProvider | None:
        if spec.oidc_provider == "existing":
            return None
        return IamOpenidConnectProvider(
            self,
            "provider",
            url=ISSUER,
            client_id_list=[AUDIENCE],
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )

    def _policy(self, purpose: str, statements: Sequence[Statement]) -> IamPolicy:
        return IamPolicy(
            self, f"{purpose}-policy", name=self._names.pipeline_role(purpose), policy=document(*statements)
        )

    def _attach(self, policy: IamPolicy, roles: Sequence[IamRole]) -> None:
        for role in roles:
            IamRolePolicyAttachment(role, policy.node.id, role=role.name, policy_arn=policy.arn)


_BOUNDS = "it takes rights away and gives none: a boundary allows what a role's own policies allow as well"
_WAIVERS = {"CKV2_AWS_40": _BOUNDS}
