"""Secrets that a cluster reads from their store by itself, for the pods of one service."""

from collections.abc import Sequence
from typing import Any

from cdktf import Token
from cdktf_cdktf_provider_kubernetes.manifest import Manifest
from constructs import Construct

from backstay.kubernetes.service_secret import revision_of
from backstay.kubernetes.workload import Workload
from backstay.outputs import MountedSecretsOutputs, SecretStoreOutputs
from backstay.topology import SecretSpec


class MountedSecrets(Construct):
    """Have the Secrets Store CSI driver fetch a service's secrets whenever one of its pods starts.

    Neither Terraform nor its state ever holds a value. The driver, and with it the kind of object that is made here,
    has to be in the cluster when the stack is planned.

    Survives: a value's replacement, which the service gets when the secret's `revision` is raised. Where the driver
    makes a Kubernetes secret, let two minutes pass before: so often it looks for new values, and until then a pod that
    runs may still pass the old one on.
    Does not survive: the loss of the store: pods that run keep their values, and no pod starts.
    """

    def __init__(
        self, scope: Construct, id_: str, *, specs: Sequence[SecretSpec], store: SecretStoreOutputs, workload: Workload
    ) -> None:
        """Tell the driver what to fetch.

        Args:
            scope: what the secrets are part of.
            id_: their id there.
            specs: the secrets, all of them stored.
            store: how the driver gets at them.
            workload: the service that reads them.
        """
        super().__init__(scope, id_)
        revision = revision_of(specs)
        # A new revision is a new secret, so that pods of the old one, and a rollback to it, find theirs.
        synced = f"{workload.name}-{revision}" if store.syncs else None
        self.provider_class = Manifest(
            self,
            "provider-class",
            manifest={
                "apiVersion": "secrets-store.csi.x-k8s.io/v1",
                "kind": "SecretProviderClass",
                "metadata": {"name": workload.name, "namespace": workload.namespace, "labels": workload.labels},
                "spec": {
                    "provider": store.provider,
                    "parameters": dict(store.parameters),
                    **({"secretObjects": [_secret(synced, specs, workload)]} if synced else {}),
                },
            },
        )
        self.outputs = MountedSecretsOutputs(
            driver=store.driver,
            # A reference, so that pods come after it.
            provider_class=Token.as_string(self.provider_class.interpolation_for_attribute("manifest.metadata.name")),
            annotations=store.annotations,
            names=tuple(spec.name for spec in specs),
            synced=synced,
            revision=revision,
        )


def _secret(name: str, specs: Sequence[SecretSpec], workload: Workload) -> dict[str, Any]:
    return {
        "secretName": name,
        "type": "Opaque",
        "labels": workload.labels,
        "data": [{"objectName": spec.name, "key": spec.name} for spec in specs],
    }
