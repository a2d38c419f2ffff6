"""The public DNS zone that holds the name which clients use."""

from cdktf import Fn, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone
from constructs import Construct

from backstay.outputs import ZoneOutputs
from backstay.topology import Names, ZoneSpec


def zone_id(scope: Construct, zone: ZoneSpec) -> str:
    """The id of a zone: the one that is given, or else what Route 53 says for the zone's name."""
    return zone.id or DataAwsRoute53Zone(scope, "zone", name=zone.name, private_zone=False).zone_id


class Zone(Construct):
    """Hold the service's names in a zone of the account's own.

    Survives: the loss of every region: Route 53 answers from many places. A deletion by mistake, unless disposable: an
    apply refuses it.
    Does not survive: changes of it wait while us-east-1, where Route 53's API is, is lost. A zone that is made anew has
    other name servers, and nobody finds it until the domain above names them.
    """

    def __init__(self, scope: Construct, id_: str, *, spec: ZoneSpec, names: Names, disposable: bool = False) -> None:
        """Make the zone.

        Args:
            scope: what it is part of.
            id_: its id there.
            spec: the zone.
            names: the environment's names.
            disposable: whether an apply may delete it, with whatever records are left in it.
        """
        super().__init__(scope, id_)
        self.zone = Route53Zone(
            self,
            "zone",
            name=spec.name,
            comment=f"{names.namespace} {names.environment}",
            force_destroy=disposable,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.zone.add_override(
            "//.checkov",
            {
                "CKV2_AWS_38": "the key that signs a zone lives in us-east-1 only, whose loss would reach all regions",
                "CKV2_AWS_39": "a query log lies in us-east-1 only, and tells of every client's resolver",
            },
        )
        self.outputs = ZoneOutputs(id=self.zone.zone_id, name_servers=Fn.join(" ", self.zone.name_servers))
