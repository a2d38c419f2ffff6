"""Secret values for a service in the cluster, which pass through Terraform without staying in it."""

import hashlib
import json
from collections.abc import Sequence

from cdktf_cdktf_provider_kubernetes.secret_v1 import SecretV1, SecretV1Metadata
from constructs import Construct

from backstay.kubernetes.workload import Workload
from backstay.outputs import SecretValues, ServiceSecretOutputs
from backstay.topology import SecretSpec


class ServiceSecret(Construct):
    """Give a service its secrets as environment variables, and leave the values nowhere but in the cluster.

    Two more things keep values out of files: leave `TF_LOG` unset, since the provider logs a secret that it
    creates, and do not import an existing secret, since an import reads it into the state.

    Survives: a value's replacement, which reaches the cluster and its pods when the secret's `revision` is raised.
    Does not survive: an edit in the cluster by hand stays unseen, since Terraform neither keeps nor reads values.
    """

    def __init__(
        self, scope: Construct, id_: str, *, specs: Sequence[SecretSpec], values: SecretValues, workload: Workload
    ) -> None:
        """Make the secret.

        Args:
            scope: what the secret is part of.
            id_: its id there.
            specs: its entries.
            values: where their values come from.
            workload: the service that reads them.
        """
        super().__init__(scope, id_)
        data = {spec.name: values.expressions[spec.name] for spec in specs}
        revision = revision_of(specs)
        metadata = SecretV1Metadata(name=workload.name, namespace=workload.namespace, labels=workload.labels)
        if values.ephemeral:
            # Without a revision the provider creates the secret empty, and never updates it:
            # https://github.com/hashicorp/terraform-provider-kubernetes/issues/2833
            self.secret = SecretV1(self, "secret", metadata=metadata, data_wo=data, data_wo_revision=revision)
        else:
            self.secret = SecretV1(self, "secret", metadata=metadata, data=data)
        self.outputs = ServiceSecretOutputs(name=self.secret.metadata.name, revision=revision)


def revision_of(specs: Sequence[SecretSpec]) -> int:
    """A number that differs whenever an entry comes, goes, changes its source or raises its revision.

    The provider sends all entries anew when the number changes, whichever way. Their sum would not do: one entry
    may go while another comes.
    """
    entries = sorted([spec.name, spec.stored_as or "", spec.variable or "", spec.revision] for spec in specs)
    digest = hashlib.sha256(json.dumps(entries).encode()).digest()
    # 31 bits, so that it is an integer on every platform that the provider runs on; and the provider wants 1 or more.
    return int.from_bytes(digest[:4]) % (2**31 - 1) + 1
