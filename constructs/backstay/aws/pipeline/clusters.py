"""What an apply may do with clusters, images and what clients are led by."""

from backstay.aws.pipeline.reach import ANY, Reach, both
from backstay.aws.policy import Statement, allow

_CLUSTERS = (
    "eks:AssociateAccessPolicy",
    "eks:AssociateEncryptionConfig",
    "eks:CreateAccessEntry",
    "eks:CreateAddon",
    "eks:CreateCluster",
    "eks:CreateNodegroup",
    "eks:CreatePodIdentityAssociation",
    "eks:DeleteAccessEntry",
    "eks:DeleteAddon",
    "eks:DeleteCluster",
    "eks:DeleteNodegroup",
    "eks:DeletePodIdentityAssociation",
    "eks:DisassociateAccessPolicy",
    "eks:TagResource",
    "eks:UntagResource",
    "eks:UpdateAccessEntry",
    "eks:UpdateAddon",
    "eks:UpdateClusterConfig",
    "eks:UpdateClusterVersion",
    "eks:UpdateNodegroupConfig",
    "eks:UpdateNodegroupVersion",
    "eks:UpdatePodIdentityAssociation",
)
_IMAGES = (
    "ecr:CreateRepository",
    "ecr:DeleteLifecyclePolicy",
    "ecr:DeleteRepository",
    "ecr:PutImageScanningConfiguration",
    "ecr:PutImageTagMutability",
    "ecr:PutLifecyclePolicy",
    "ecr:TagResource",
    "ecr:UntagResource",
)
_HEALTH_CHECKS = (
    "route53:ChangeTagsForResource",
    "route53:CreateHealthCheck",
    "route53:DeleteHealthCheck",
    "route53:UpdateHealthCheck",
)
_CERTIFICATES = ("acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate")
_ACCELERATORS = (
    "globalaccelerator:CreateEndpointGroup",
    "globalaccelerator:CreateListener",
    "globalaccelerator:DeleteAccelerator",
    "globalaccelerator:DeleteEndpointGroup",
    "globalaccelerator:DeleteListener",
    "globalaccelerator:TagResource",
    "globalaccelerator:UntagResource",
    "globalaccelerator:UpdateAccelerator",
    "globalaccelerator:UpdateAcceleratorAttributes",
    "globalaccelerator:UpdateEndpointGroup",
    "globalaccelerator:UpdateListener",
)
_SWITCHES = (
    "route53-recovery-control-config:CreateControlPanel",
    "route53-recovery-control-config:CreateRoutingControl",
    "route53-recovery-control-config:CreateSafetyRule",
    "route53-recovery-control-config:DeleteCluster",
    "route53-recovery-control-config:DeleteControlPanel",
    "route53-recovery-control-config:DeleteRoutingControl",
    "route53-recovery-control-config:DeleteSafetyRule",
    "route53-recovery-control-config:TagResource",
    "route53-recovery-control-config:UntagResource",
    "route53-recovery-control-config:UpdateControlPanel",
    "route53-recovery-control-config:UpdateRoutingControl",
    "route53-recovery-control-config:UpdateSafetyRule",
)


def clusters(reach: Reach) -> list[Statement]:
    """Make and change the clusters by their name, and repositories of images."""
    name = reach.names.cluster()
    kinds = ("nodegroup", "addon", "access-entry", "podidentityassociation")
    parts = reach.regional("eks", f"cluster/{name}", *(f"{kind}/{name}/*" for kind in kinds))
    repositories = reach.regional("ecr", f"repository/{reach.names.repository('*')}")
    return [
        allow(_CLUSTERS, parts, sid="Clusters", condition=reach.here),
        allow(_IMAGES, repositories, sid="Images", condition=reach.here),
        # Where images are copied to is a setting of the whole registry.
        allow(["ecr:PutReplicationConfiguration"], ANY, sid="CopyImages", condition=reach.here),
    ]


def routes(reach: Reach) -> list[Statement]:
    """Write records into the environment's zones, make certificates for them, and what looks at its regions."""
    return [
        allow(["route53:ChangeResourceRecordSets"], reach.zones, sid="Records"),
        # Route 53 knows neither names nor tags of health checks.
        allow(_HEALTH_CHECKS, [f"arn:{reach.partition}:route53:::healthcheck/*"], sid="HealthChecks"),
        allow(["acm:RequestCertificate"], ANY, sid="MakeCertificates", condition=both(reach.here, reach.tagging)),
        allow(_CERTIFICATES, reach.regional("acm", "certificate/*"), sid="Certificates", condition=reach.tagged),
        allow(["globalaccelerator:CreateAccelerator"], ANY, sid="MakeAccelerators", condition=reach.tagging),
        allow(_ACCELERATORS, ANY, sid="Accelerators", condition=reach.untagged),
        allow(["route53-recovery-control-config:CreateCluster"], ANY, sid="MakeSwitches", condition=reach.tagging),
        allow(_SWITCHES, ANY, sid="Switches", condition=reach.untagged),
    ]


def zones(reach: Reach) -> list[Statement]:
    """Make the zone of the clients' name, and delete it."""
    made = ("route53:ChangeTagsForResource", "route53:DeleteHostedZone", "route53:UpdateHostedZoneComment")
    return [
        allow(["route53:CreateHostedZone"], ANY, sid="MakeZones"),
        allow(made, reach.zones, sid="Zones"),
    ]
