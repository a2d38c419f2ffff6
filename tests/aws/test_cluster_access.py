"""Who administers a cluster."""

from backstay.aws.cluster_access import ClusterAccess
from backstay.testing import Synthesized
from tests.aws.surroundings import in_region

OPERATIONS = "arn:aws:iam::123456789012:role/operations"
POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def access(*admins: str) -> Synthesized:
    return in_region(
        lambda scope: ClusterAccess(scope, "access", cluster="acme-production", partition="aws", admins=admins)
    )


def test_whoever_deploys_first_administers_the_cluster_and_keeps_doing_so() -> None:
    made = access()
    (session,) = made.all("aws_iam_session_context", section="data")
    entry = made.only("aws_eks_access_entry")
    assert entry["principal_arn"] == f"${{data.aws_iam_session_context.{session}.issuer_arn}}"
    assert entry["lifecycle"] == {"ignore_changes": ["principal_arn"]}
    association = made.only("aws_eks_access_policy_association")
    assert association["policy_arn"] == POLICY
    assert association["access_scope"] == {"type": "cluster"}


def test_named_administrators_get_the_whole_cluster() -> None:
    made = access(OPERATIONS)
    (entry,) = [name for name in made.all("aws_eks_access_entry") if "admin" in name]
    association = made.one("aws_eks_access_policy_association", "admin-policy")
    assert association["for_each"] == f"${{aws_eks_access_entry.{entry}}}"
    assert association["principal_arn"] == "${each.value.principal_arn}"
    assert association["policy_arn"] == POLICY


def test_an_administrator_who_deploys_gets_no_second_entry() -> None:
    made = access(OPERATIONS)
    (deployer,) = [name for name in made.all("aws_eks_access_entry") if "deployer" in name]
    admin = made.one("aws_eks_access_entry", "admin")
    assert admin["for_each"] == (
        f'${{toset(setsubtract(["{OPERATIONS}"], [aws_eks_access_entry.{deployer}.principal_arn]))}}'
    )
