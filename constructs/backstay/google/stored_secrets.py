"""How a cluster reads secrets of Secret Manager by itself, so that Terraform never sees their values."""

import json
from collections.abc import Sequence

from cdktf_cdktf_provider_google.secret_manager_secret_iam_member import SecretManagerSecretIamMember
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from cdktf_cdktf_provider_google.service_account_iam_member import ServiceAccountIamMember
from constructs import Construct

from backstay.google.secrets import require_distinct, secret_id
from backstay.outputs import SecretStoreOutputs
from backstay.topology import CloudRegion, Names, SecretSpec

# GKE's own build of the driver, under other names than the one of the community:
# https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component
_DRIVER, _PROVIDER = "secrets-store-gke.csi.k8s.io", "gke"
_READER = "roles/secretmanager.secretAccessor"


class StoredSecrets(Construct):
    """Let the pods of one service account, and nobody else in the cluster, read certain secrets of the project.

    The values become files and no Kubernetes secret: GKE's driver cannot make one, and the controller that can is
    switched on by an argument that came with the provider 7.33. Google recommends the files wherever they will do.
    This way needs nothing newer than the provider 6.50, which cannot read a secret without keeping it.

    The region has a service account of its own in between. Secrets belong to the whole project, and the same pods in
    two regions are one principal to IAM: a grant to them directly would be one grant for both, and taking one region
    down would lock the other one out. Other clusters of the project can use the account from the same namespace, so
    environments whose secrets must not meet belong in projects of their own.

    The project must have the IAM Service Account Credentials API switched on. Whoever applies has to be allowed to
    set the policies of the secrets, and needs no right to read them.

    Survives: the loss of every other region, where the secrets are replicated to this one; a stolen state, which holds
    the names of secrets and no values.
    Does not survive: the loss of Secret Manager. Pods that run keep what they have read, and no pod starts.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        specs: Sequence[SecretSpec],
        namespace: str,
        service_account: str,
        region: CloudRegion,
        names: Names,
    ) -> None:
        """Make the service account, and let it read.

        Args:
            scope: what the secrets are part of.
            id_: their id there.
            specs: the secrets, all of them stored. What Secret Manager does not allow in a name stands there as a
                hyphen.
            namespace: the pods' namespace.
            service_account: the pods' service account.
            region: where the cluster is.
            names: the environment's names.

        Raises:
            ValueError: when two secrets have one name, here or in Secret Manager.
        """
        super().__init__(scope, id_)
        require_distinct(specs)
        stored = {spec.name: secret_id(spec.stored_as) for spec in specs if spec.stored_as}
        self.account = ServiceAccount(
            self,
            "account",
            account_id=names.service_account("secrets", region),
            # Without the namespace, which may take two thirds of the hundred characters that there are.
            display_name=f"Secrets of {service_account} in {region}",
        )
        project = self.account.project
        self.identity = ServiceAccountIamMember(
            self,
            "identity",
            service_account_id=self.account.name,
            role="roles/iam.workloadIdentityUser",
            member=f"serviceAccount:{project}.svc.id.goog[{namespace}/{service_account}]",
        )
        self.readers = [
            SecretManagerSecretIamMember(
                self, f"read-{name}", project=project, secret_id=name, role=_READER, member=self.account.member
            )
            for name in sorted(set(stored.values()))
        ]
        self.outputs = SecretStoreOutputs(
            driver=_DRIVER,
            provider=_PROVIDER,
            # The provider reads YAML, of which JSON is a part.
            parameters={
                "secrets": json.dumps(
                    [
                        {"resourceName": f"projects/{project}/secrets/{name}/versions/latest", "path": path}
                        for path, name in stored.items()
                    ]
                )
            },
            annotations={"iam.gke.io/gcp-service-account": self.account.email},
            syncs=False,
        )
