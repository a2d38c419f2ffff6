"""Who administers a cluster."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_google.container_cluster import ContainerCluster

from backstay.google.cluster_access import ClusterAccess
from backstay.testing import Synthesized
from backstay.topology import AdminSpec
from tests.google.surroundings import PROJECT, in_region

PLATFORM = AdminSpec(google_member="group:platform@example.com")
ADA = AdminSpec(google_member="user:ada@example.com")
ELSEWHERE = AdminSpec(role_arn="arn:aws:iam::123456789012:role/operations")


def access(*admins: AdminSpec) -> Synthesized:
    def build(scope: TerraformStack) -> ClusterAccess:
        cluster = ContainerCluster(scope, "cluster", name="acme-production")
        return ClusterAccess(scope, "access", cluster=cluster, project=PROJECT, admins=admins)

    return in_region(build)


def test_named_administrators_get_the_cluster_and_no_other_of_the_project() -> None:
    grant = access(PLATFORM, ADA).only("google_project_iam_member")
    assert grant["for_each"] == '${toset(["group:platform@example.com", "user:ada@example.com"])}'
    assert grant["member"] == "${each.value}"
    assert grant["role"] == "roles/container.admin"
    cluster = "${google_container_cluster.cluster.id}"
    assert grant["condition"]["expression"] == (
        f'resource.name == "{cluster}" || resource.name.startsWith("{cluster}/")'
    )


def test_their_order_and_repetition_change_nothing() -> None:
    assert access(ADA, PLATFORM, ADA).document == access(PLATFORM, ADA).document


def test_administrators_of_other_clouds_are_left_alone() -> None:
    assert access(ELSEWHERE).all("google_project_iam_member") == {}
