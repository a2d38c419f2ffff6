"""How GPU nodes are told from others: the contract between a cluster and what runs on its GPUs."""

NODE_LABELS = {"accelerator": "gpu"}
"""Carried by every GPU node."""

TAINT_KEY = "nvidia.com/gpu"
TAINT_EFFECT = "NoSchedule"
"""Keep pods that need no GPU off the nodes that have one, whatever the taint's value: it differs between clouds."""

SPOT_TAINT_KEY = "kubernetes.azure.com/scalesetpriority"
"""Added by AKS, and by no other cloud, to nodes that are bought as spot."""

RESOURCE = "nvidia.com/gpu"
"""What a pod asks for to get GPUs, as the NVIDIA device plugin offers them."""
