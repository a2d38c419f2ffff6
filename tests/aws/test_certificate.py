"""TLS for two regions that answer under one name, validated by Terraform in the embedded cloud."""

from dataclasses import replace

import pytest

from backstay.aws.certificate import Certificate
from backstay.sandbox.seeds import HostedZone
from backstay.terraform import Action, Outcome
from backstay.topology import ZoneSpec, aws_region
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES

HOST = "llm.example.com"
ZONE = ZoneSpec(name="example.com", id="Z0123456789EXAMPLE")


def validating(deployment: Deployment, region: str) -> Deployment:
    """A stack with a region's certificate, beside the stacks of other regions in the same account."""
    own = replace(deployment, folder=deployment.folder / region)
    own.folder.mkdir()
    own.synthesize(
        lambda scope: Certificate(scope, "certificate", host=HOST, zone=ZONE, region=aws_region(region), names=NAMES)
    )
    return own


def owners_of_the_common_record(deployment: Deployment) -> set[str]:
    """Which stacks hold a part of the record that validates the clients' host."""
    sets = deployment.client("route53").list_resource_record_sets(HostedZoneId=ZONE.id)["ResourceRecordSets"]
    common = [found for found in sets if found["Type"] == "CNAME" and found["Name"].endswith(f".{HOST}.")]
    return {found["SetIdentifier"] for found in common if found["Name"].count(".") == HOST.count(".") + 2}


@pytest.mark.sandbox
def test_removing_a_region_leaves_the_others_able_to_renew(deployment: Deployment) -> None:
    deployment.sandbox.seed([HostedZone(ZONE.id, ZONE.name)], account=deployment.account)
    east, west = (validating(deployment, region) for region in ("us-east-1", "eu-west-1"))
    assert [region.run(Action.APPLY).outcome for region in (east, west)] == [Outcome.CHANGED] * 2
    assert owners_of_the_common_record(deployment) == {"production-us-east-1", "production-eu-west-1"}
    assert [region.run(Action.PLAN).outcome for region in (east, west)] == [Outcome.UNCHANGED] * 2

    assert east.run(Action.DESTROY).outcome is Outcome.CHANGED
    assert owners_of_the_common_record(deployment) == {"production-eu-west-1"}
    assert west.run(Action.PLAN).outcome is Outcome.UNCHANGED
    issued = deployment.client("acm").list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"]
    assert [certificate["DomainName"] for certificate in issued] == [HOST]
