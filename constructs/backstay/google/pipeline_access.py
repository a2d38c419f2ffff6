"""Who may plan and apply an environment from GitHub, without a key that anybody could lose."""

from collections.abc import Sequence

from cdktf_cdktf_provider_google.iam_workload_identity_pool import IamWorkloadIdentityPool
from cdktf_cdktf_provider_google.iam_workload_identity_pool_provider import (
    IamWorkloadIdentityPoolProvider,
    IamWorkloadIdentityPoolProviderOidc,
)
from cdktf_cdktf_provider_google.project_iam_member import ProjectIamMember, ProjectIamMemberCondition
from cdktf_cdktf_provider_google.secret_manager_secret_iam_member import SecretManagerSecretIamMember
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from cdktf_cdktf_provider_google.service_account_iam_member import ServiceAccountIamMember
from cdktf_cdktf_provider_google.storage_bucket_iam_member import StorageBucketIamMember
from constructs import Construct

from backstay.google.pipeline import rights, trust
from backstay.outputs import PipelineOutputs
from backstay.topology import Access, CloudRegion, Names, PipelineSpec
from backstay.topology.pipeline import ISSUER, github_environment


class PipelineAccess(Construct):
    """Let a repository's workflows plan an environment by reading it, and apply it without giving themselves more.

    Each of the two is a service account that takes the tokens of its own GitHub environment only, in a pool that knows
    no others. Neither may change the pool, nor who acts as the other.

    Survives: a key that leaks, as there is none; a pull request that runs whatever it likes while it is planned; the
    loss of a region, since identities are in all of them.
    Does not survive: whoever may approve a deployment and means harm, who reaches as far as the project.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: PipelineSpec,
        region: CloudRegion,  # noqa: ARG002 - as in every cloud; identities have no regions here
        regions: Sequence[CloudRegion],
        names: Names,
        has_states: bool = True,
        zone: str | None = None,  # noqa: ARG002 - as in every cloud; the rights to a project's zones are the project's
        secrets: Sequence[str] = (),
        disposable: bool = False,  # noqa: ARG002 - as in every cloud; nobody else uses what is made here
    ) -> None:
        """Make the pool, the service accounts and what they are granted.

        Args:
            scope: what they are part of.
            id_: their id there.
            spec: the repository.
            region: where what has a region lives.
            regions: the environment's regions on this cloud.
            names: the environment's names.
            has_states: whether the regions have stores of states that Backstay made.
            zone: the zone on this cloud that the environment's records are in.
            secrets: the stored secrets that Terraform passes on to clusters.
            disposable: whether an apply may delete what others may use.
        """
        super().__init__(scope, id_)
        self._names = names
        self.pool = IamWorkloadIdentityPool(
            self,
            "pool",
            workload_identity_pool_id=names.pipeline_pool(),
            display_name=f"GitHub, {names.environment}"[:32],
        )
        self.provider = IamWorkloadIdentityPoolProvider(
            self,
            "provider",
            workload_identity_pool_id=self.pool.workload_identity_pool_id,
            workload_identity_pool_provider_id="github",
            display_name="GitHub Actions",
            attribute_mapping={"google.subject": trust.SUBJECT},
            attribute_condition=trust.condition(spec, names.environment),
            # No audience is named, so that a token has to be meant for this very provider.
            oidc=IamWorkloadIdentityPoolProviderOidc(issuer_uri=ISSUER),
        )
        self.plan, self.apply = self._account(Access.PLAN), self._account(Access.APPLY)
        for account, roles in ((self.plan, rights.PLAN_ROLES), (self.apply, rights.APPLY_ROLES)):
            for id_of_grant, role in roles.items():
                self._grant(account, id_of_grant, role)
        self._grant(self.apply, "give", "roles/resourcemanager.projectIamAdmin", rights.only_giving())
        self._grant(self.apply, "buckets", "roles/storage.admin", rights.own_buckets(names, regions))
        self._grant(self.apply, "keys", "roles/cloudkms.admin")
        for secret in secrets:
            SecretManagerSecretIamMember(
                self.apply,
                f"secret-{secret}",
                secret_id=secret,
                role="roles/secretmanager.secretAccessor",
                member=self.apply.member,
            )
        for place in regions if has_states else ():
            self._use_states(place)
        self.outputs = PipelineOutputs(plan=self.plan.email, apply=self.apply.email, provider=self.provider.name)

    def _account(self, access: Access) -> ServiceAccount:
        account = ServiceAccount(
            self,
            str(access),
            account_id=self._names.pipeline_account(access),
            display_name=f"Workflows that {access} {self._names.environment}",
        )
        job = github_environment(self._names.environment, access)
        ServiceAccountIamMember(
            account,
            "trust",
            service_account_id=account.name,
            role="roles/iam.workloadIdentityUser",
            member=f"principal://iam.googleapis.com/{self.pool.name}/subject/{job}",
        )
        return account

    def _grant(self, account: ServiceAccount, id_: str, role: str, condition: str | None = None) -> None:
        granted = ProjectIamMember(
            account,
            id_,
            project=account.project,
            role=role,
            member=account.member,
            condition=ProjectIamMemberCondition(title=id_, expression=condition) if condition else None,
        )
        if role == rights.ACT_AS:
            granted.add_override("//.checkov", _WAIVERS)

    def _use_states(self, region: CloudRegion) -> None:
        StorageBucketIamMember(
            self.plan,
            f"states-{region.name}",
            bucket=self._names.bucket("state", region),
            role="roles/storage.objectViewer",
            member=self.plan.member,
        )


_ACTS = "what is applied makes the accounts that machines act as, so none can be named: give each environment a project"
_WAIVERS = {"CKV_GCP_41": _ACTS, "CKV_GCP_49": _ACTS}
