"""What the service accounts of a pipeline may do in their project, by the ids of the grants."""

from collections.abc import Sequence

from backstay.topology import Cloud, CloudRegion, Names

# None of these reads an object, a secret's version or what a key has encrypted.
PLAN_ROLES = {
    "accounts": "roles/iam.serviceAccountViewer",
    "buckets": "roles/storage.bucketViewer",
    "certificates": "roles/certificatemanager.viewer",
    "clusters": "roles/container.clusterViewer",
    "dns": "roles/dns.reader",
    "keys": "roles/cloudkms.viewer",
    "machines": "roles/compute.viewer",
    "policies": "roles/iam.securityReviewer",
    "pools": "roles/iam.workloadIdentityPoolViewer",
    "secrets": "roles/secretmanager.viewer",
    "services": "roles/serviceusage.serviceUsageViewer",
    "sinks": "roles/logging.viewer",
}
ACT_AS = "roles/iam.serviceAccountUser"
APPLY_ROLES = {
    "accounts": "roles/iam.serviceAccountCreator",
    "act-as": ACT_AS,
    "balancers": "roles/compute.loadBalancerAdmin",
    "clusters": "roles/container.admin",
    "delete-accounts": "roles/iam.serviceAccountDeleter",
    "dns": "roles/dns.admin",
    "firewalls": "roles/compute.securityAdmin",
    "machines": "roles/compute.instanceAdmin.v1",
    "networks": "roles/compute.networkAdmin",
    "policies": "roles/iam.securityReviewer",
    "private-services": "roles/servicenetworking.networksAdmin",
    "sinks": "roles/logging.configWriter",
}

# What the constructs grant to what they make.
_GIVEN = (
    "roles/artifactregistry.reader",
    "roles/container.defaultNodeServiceAccount",
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
)


def only_giving() -> str:
    """The condition that of all roles in the project these may be granted and taken away."""
    given = ", ".join(f"'{role}'" for role in _GIVEN)
    return f"api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([{given}])"


def own_buckets(names: Names, regions: Sequence[CloudRegion]) -> str:
    """The condition that a bucket has the environment's name, and what is in it is not the pipeline's own state.

    Args:
        names: the environment's names.
        regions: the environment's regions on Google Cloud.
    """
    own = f"resource.name.startsWith('projects/_/buckets/{names.own}')"
    stack = names.pipeline_stack(Cloud.GOOGLE)
    others = (
        f"!resource.name.startsWith('projects/_/buckets/{bucket}/objects/{names.environment}/{stack}/')"
        for bucket in (names.bucket("state", region) for region in regions)
    )
    return " && ".join((own, *others))
