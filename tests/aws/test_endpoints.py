"""The ways from a private network to AWS's own services."""

from typing import Any

import pytest

from backstay.aws.endpoints import CLUSTER_SERVICES
from backstay.testing import Synthesized
from tests.aws.policies import ACCOUNT, STRANGER, Request, allows
from tests.aws.test_network import network


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return network()


@pytest.fixture(scope="module")
def disposable() -> Synthesized:
    return network(disposable=True)


def endpoints(made: Synthesized, kind: str) -> dict[str, dict[str, Any]]:
    """Endpoints of a kind by the service that they lead to."""
    prefix = "com.amazonaws.us-east-1."
    return {
        body["service_name"].removeprefix(prefix): body
        for body in made.all("aws_vpc_endpoint").values()
        if body["vpc_endpoint_type"] == kind
    }


def test_a_cluster_without_a_public_endpoint_finds_what_it_calls(kept: Synthesized) -> None:
    assert set(endpoints(kept, "Interface")) == {
        *("ec2", "ecr.api", "ecr.dkr", "sts", "logs", "elasticloadbalancing", "autoscaling", "eks", "eks-auth"),
        *("ssm", "ssmmessages", "ec2messages", "kms", "secretsmanager"),
    }


def test_services_are_reached_under_their_usual_names(kept: Synthesized) -> None:
    assert all(body["private_dns_enabled"] is True for body in endpoints(kept, "Interface").values())


def test_every_zone_reaches_services_without_another_zone(kept: Synthesized) -> None:
    for body in endpoints(kept, "Interface").values():
        assert len(set(body["subnet_ids"])) == 3
        assert all("_private_" in subnet for subnet in body["subnet_ids"])


def test_endpoints_admit_https_from_the_network_and_nothing_else(kept: Synthesized) -> None:
    rule = kept.only("aws_vpc_security_group_ingress_rule")
    (vpc,) = kept.all("aws_vpc")
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 443, 443)
    assert rule["cidr_ipv4"] == f"${{aws_vpc.{vpc}.cidr_block}}"
    assert not kept.all("aws_vpc_security_group_egress_rule")


def test_endpoints_share_one_security_group(kept: Synthesized) -> None:
    (group,) = kept.all("aws_security_group")
    for body in endpoints(kept, "Interface").values():
        assert body["security_group_ids"] == [f"${{aws_security_group.{group}.id}}"]


def test_rules_are_never_inline(kept: Synthesized) -> None:
    group = kept.only("aws_security_group")
    assert not group.get("ingress")
    assert not group.get("egress")


def test_a_disposable_network_pays_for_no_endpoint(disposable: Synthesized) -> None:
    assert not endpoints(disposable, "Interface")
    assert not disposable.all("aws_security_group")


@pytest.mark.parametrize("which", ["kept", "disposable"])
def test_traffic_to_storage_and_tables_never_pays_for_nat(which: str, request: pytest.FixtureRequest) -> None:
    made: Synthesized = request.getfixturevalue(which)
    gateways = endpoints(made, "Gateway")
    tables = {f"${{aws_route_table.{name}.id}}" for name in made.all("aws_route_table")}
    assert set(gateways) == {"s3", "dynamodb"}
    assert all(set(body["route_table_ids"]) == tables for body in gateways.values())


@pytest.mark.parametrize(
    ("service", "action"), [("s3", "s3:PutObject"), ("s3", "s3:ListBucket"), ("dynamodb", "dynamodb:PutItem")]
)
def test_own_credentials_pass_and_foreign_ones_do_not(kept: Synthesized, service: str, action: str) -> None:
    policy = endpoints(kept, "Gateway")[service]["policy"]
    own, foreign = (
        Request(action, account=account, context={"aws:PrincipalAccount": account}) for account in (ACCOUNT, STRANGER)
    )
    assert allows(policy, own)
    assert not allows(policy, foreign)
    assert not allows(policy, Request(action))


def test_public_images_and_packages_can_be_read_without_credentials(kept: Synthesized) -> None:
    assert allows(endpoints(kept, "Gateway")["s3"]["policy"], Request("s3:GetObject"))


def test_tables_are_never_read_without_credentials(kept: Synthesized) -> None:
    assert not allows(endpoints(kept, "Gateway")["dynamodb"]["policy"], Request("dynamodb:GetItem"))


def test_services_are_listed_once() -> None:
    assert sorted(set(CLUSTER_SERVICES)) == list(CLUSTER_SERVICES)
