"""TLS for the names under which a region answers."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordWeightedRoutingPolicy
from constructs import Construct

from backstay.aws.zone import zone_id
from backstay.topology import CloudRegion, Names, ZoneSpec

# https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
_FIRST_NAME_LIMIT = 64


class Certificate(Construct):
    """Prove a region's right to serve the clients' host name and its own regional name.

    ACM asks for the same DNS record in every region of an account, so several regions need one record for the
    clients' host. If one of them owned it, or each overwrote it, then removing that region would take the
    record away, and the certificates of the others could not renew. So the record is weighted, and each region
    owns its own part of it: all parts say the same, and the name resolves as long as one of them is left.

    Survives: the loss and the removal of any other region, in any order; the certificate renews by itself.
    Does not survive: a plain record of the same name, left by an earlier certificate for the host: Route 53
    refuses a weighted record beside it. Delete the plain one first; certificates stay valid meanwhile.

    Attributes:
        arn: the certificate, once it is issued.
    """

    def __init__(
        self, scope: Construct, id_: str, *, host: str, zone: ZoneSpec, region: CloudRegion, names: Names
    ) -> None:
        """Ask for the certificate, and answer ACM's questions.

        Args:
            scope: what the certificate is part of.
            id_: its id there.
            host: the name that clients use.
            zone: the public DNS zone that holds the name.
            region: the region, which has a name of its own under the host.
            names: the environment's names.

        Raises:
            ValueError: when the host is longer than ACM allows for the first name of a certificate.
        """
        super().__init__(scope, id_)
        if len(host) > _FIRST_NAME_LIMIT:
            raise ValueError(
                f"host {host!r} has {len(host)} characters; the first name of a certificate may have "
                f"{_FIRST_NAME_LIMIT}: choose a shorter one"
            )
        regional_host = names.regional_host(host, region)
        self.certificate = AcmCertificate(
            self,
            "certificate",
            domain_name=host,
            subject_alternative_names=[regional_host],
            validation_method="DNS",
            # The listener uses the old one until the new one is there.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        in_zone = zone_id(self, zone)
        self.records = tuple(
            self._record(id_, name, zone=in_zone, owner=names.region_stack(region))
            for id_, name in (("host", host), ("regional-host", regional_host))
        )
        self.validation = AcmCertificateValidation(
            self,
            "validation",
            certificate_arn=self.certificate.arn,
            validation_record_fqdns=[record.fqdn for record in self.records],
        )
        self.arn = self.validation.certificate_arn

    def _record(self, id_: str, name: str, *, zone: str, owner: str) -> Route53Record:
        return Route53Record(
            self,
            id_,
            zone_id=zone,
            name=self._asked_for(name, "resource_record_name"),
            type="CNAME",
            records=[self._asked_for(name, "resource_record_value")],
            ttl=300,
            set_identifier=owner,
            weighted_routing_policy=Route53RecordWeightedRoutingPolicy(weight=1),
        )

    def _asked_for(self, name: str, attribute: str) -> str:
        """What ACM asks for, for one of the names: it answers with a set, which has no order to count on."""
        options = f"aws_acm_certificate.{self.certificate.friendly_unique_id}.domain_validation_options"
        return f'${{one([for option in {options} : option.{attribute} if option.domain_name == "{name}"])}}'
