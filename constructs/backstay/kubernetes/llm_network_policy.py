"""Whom a language model server talks to."""

from cdktf_cdktf_provider_kubernetes.network_policy_v1 import (
    NetworkPolicyV1,
    NetworkPolicyV1Metadata,
    NetworkPolicyV1Spec,
    NetworkPolicyV1SpecEgress,
    NetworkPolicyV1SpecEgressPorts,
    NetworkPolicyV1SpecEgressTo,
    NetworkPolicyV1SpecEgressToIpBlock,
    NetworkPolicyV1SpecIngress,
    NetworkPolicyV1SpecIngressFrom,
    NetworkPolicyV1SpecIngressFromNamespaceSelector,
    NetworkPolicyV1SpecIngressPorts,
    NetworkPolicyV1SpecPodSelector,
)
from constructs import Construct

from backstay.kubernetes.workload import Workload

# Where clouds answer with a machine's own credentials: a pod that is talked into asking must not get there.
_METADATA = "169.254.0.0/16"


class LlmNetworkPolicy(Construct):
    """Let a model server be asked on its port, and fetch weights over HTTPS; nothing else."""

    def __init__(self, scope: Construct, id_: str, *, workload: Workload, port: int, from_outside: bool) -> None:
        """Make the policy.

        Args:
            scope: what the policy is part of.
            id_: its id there.
            workload: whose pods it is about.
            port: where they serve.
            from_outside: whether a load balancer brings requests, and not only pods of the cluster.
        """
        super().__init__(scope, id_)
        any_pod = NetworkPolicyV1SpecIngressFrom(namespace_selector=NetworkPolicyV1SpecIngressFromNamespaceSelector())
        self.policy = NetworkPolicyV1(
            self,
            "policy",
            metadata=NetworkPolicyV1Metadata(name=workload.name, namespace=workload.namespace, labels=workload.labels),
            spec=NetworkPolicyV1Spec(
                pod_selector=NetworkPolicyV1SpecPodSelector(match_labels=workload.selector),
                policy_types=["Ingress", "Egress"],
                ingress=[
                    NetworkPolicyV1SpecIngress(
                        ports=[NetworkPolicyV1SpecIngressPorts(port=str(port), protocol="TCP")],
                        from_=None if from_outside else [any_pod],
                    )
                ],
                egress=[
                    NetworkPolicyV1SpecEgress(
                        ports=[NetworkPolicyV1SpecEgressPorts(port="443", protocol="TCP")],
                        to=[
                            NetworkPolicyV1SpecEgressTo(
                                ip_block=NetworkPolicyV1SpecEgressToIpBlock(cidr="0.0.0.0/0", except_=[_METADATA])
                            )
                        ],
                    )
                ],
            ),
        )
