"""What EKS installs and keeps in a cluster."""

import json
from collections.abc import Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.eks_addon import EksAddon
from constructs import Construct

# Agents that every node runs. They come first, so that no node starts without a network or without credentials.
NODE_AGENTS = ("eks-node-monitoring-agent", "eks-pod-identity-agent", "kube-proxy", "vpc-cni")

# Controllers, which wait for nodes to run on: EKS calls an add-on degraded while its pods are pending.
CONTROLLERS = ("aws-ebs-csi-driver", "coredns", "metrics-server")

# Left off, network policies are accepted and do nothing.
# https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
_SETTINGS = {"vpc-cni": json.dumps({"enableNetworkPolicy": "true"})}


class AddOns(Construct):
    """Have EKS install and look after parts of a cluster.

    Each add-on starts in the version that EKS prefers for the cluster, and stays at it until somebody updates
    it: a version looked up by a plan would change from day to day, and with it the plan.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: str,
        add_ons: Sequence[str],
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        """Install add-ons.

        Args:
            scope: what they are part of.
            id_: their id there.
            cluster: the cluster's name.
            add_ons: the add-ons, as EKS calls them.
            depends_on: what they need before they start.
        """
        super().__init__(scope, id_)
        self.add_ons = {
            name: EksAddon(
                self,
                name,
                cluster_name=cluster,
                addon_name=name,
                configuration_values=_SETTINGS.get(name),
                depends_on=[*depends_on],
            )
            for name in add_ons
        }
