"""A namespace in which nothing is allowed that nobody asked for."""

from cdktf_cdktf_provider_kubernetes.namespace_v1 import NamespaceV1, NamespaceV1Metadata
from cdktf_cdktf_provider_kubernetes.network_policy_v1 import (
    NetworkPolicyV1,
    NetworkPolicyV1Metadata,
    NetworkPolicyV1Spec,
    NetworkPolicyV1SpecEgress,
    NetworkPolicyV1SpecEgressPorts,
    NetworkPolicyV1SpecEgressTo,
    NetworkPolicyV1SpecEgressToNamespaceSelector,
    NetworkPolicyV1SpecPodSelector,
)
from constructs import Construct

from backstay.kubernetes.workload import common_labels

# The Pod Security Standard that allows least: https://kubernetes.io/docs/concepts/security/pod-security-standards/
_POD_SECURITY = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
_DNS_PORT = "53"


class Namespace(Construct):
    """Keep pods apart: they may not act as root, and reach and are reached only where a policy says so.

    Every pod may ask the cluster's DNS; each service adds a policy for what else it needs. The policies hold where
    the cluster's network enforces them, which on EKS is a setting of its VPC CNI add-on.

    Survives: the loss of a zone.
    Does not survive: its own deletion, which takes everything in it along.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, part_of: str) -> None:
        """Make the namespace and its policies.

        Args:
            scope: what the namespace is part of.
            id_: its id there.
            name: its name.
            part_of: the application that it belongs to.
        """
        super().__init__(scope, id_)
        labels = common_labels(part_of)
        self.namespace = NamespaceV1(
            self, "namespace", metadata=NamespaceV1Metadata(name=name, labels={**labels, **_POD_SECURITY})
        )
        self.name = self.namespace.metadata.name
        """The name, as a reference: what uses it is made after the namespace."""

        self.deny_all = NetworkPolicyV1(
            self,
            "deny-all",
            metadata=NetworkPolicyV1Metadata(name="deny-all", namespace=self.name, labels=labels),
            spec=NetworkPolicyV1Spec(pod_selector=NetworkPolicyV1SpecPodSelector(), policy_types=["Ingress", "Egress"]),
        )
        self.allow_dns = NetworkPolicyV1(
            self,
            "allow-dns",
            metadata=NetworkPolicyV1Metadata(name="allow-dns", namespace=self.name, labels=labels),
            spec=NetworkPolicyV1Spec(
                pod_selector=NetworkPolicyV1SpecPodSelector(),
                policy_types=["Egress"],
                egress=[
                    NetworkPolicyV1SpecEgress(
                        to=[
                            NetworkPolicyV1SpecEgressTo(
                                namespace_selector=NetworkPolicyV1SpecEgressToNamespaceSelector(
                                    match_labels={"kubernetes.io/metadata.name": "kube-system"}
                                )
                            )
                        ],
                        # TCP for answers that do not fit a datagram.
                        ports=[
                            NetworkPolicyV1SpecEgressPorts(port=_DNS_PORT, protocol=protocol)
                            for protocol in ("UDP", "TCP")
                        ],
                    )
                ],
            ),
        )
