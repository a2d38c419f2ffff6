"""What a region's own stack has made, for that region's other stacks, which find it by its computed name."""

from cdktf_cdktf_provider_aws.data_aws_kms_alias import DataAwsKmsAlias
from cdktf_cdktf_provider_aws.data_aws_subnet import DataAwsSubnet, DataAwsSubnetFilter
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc, DataAwsVpcFilter
from constructs import Construct

from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, Names, NetworkSpec


class FoundNetwork(Construct):
    """Find the network of this region, with its subnets in the order of their zones.

    Survives: the loss of every other region, since nothing outside this one is asked.
    Does not survive: a second network of the same name in the account and region.
    """

    def __init__(self, scope: Construct, id_: str, *, spec: NetworkSpec, region: CloudRegion, names: Names) -> None:
        """Find the network.

        Args:
            scope: what looks for it.
            id_: its id there.
            spec: how it is cut.
            region: where it is.
            names: the environment's names.
        """
        super().__init__(scope, id_)
        plan, name = spec.address_plan(region), names.network()
        self.vpc = DataAwsVpc(self, "vpc", filter=[DataAwsVpcFilter(name="tag:Name", values=[name])])
        self.private = [
            self._subnet(f"private-{number}", f"{name}-{number}-private") for number in range(len(plan.private))
        ]
        self.public = [
            self._subnet(f"public-{number}", f"{name}-{number}-public") for number in range(len(plan.public))
        ]
        self.outputs = NetworkOutputs(
            id=self.vpc.id,
            cidr=str(plan.network),
            private_subnets=tuple(subnet.id for subnet in self.private),
            public_subnets=tuple(subnet.id for subnet in self.public),
            zones=tuple(subnet.availability_zone for subnet in self.private),
        )

    def _subnet(self, id_: str, name: str) -> DataAwsSubnet:
        in_network = DataAwsSubnetFilter(name="vpc-id", values=[self.vpc.id])
        named = DataAwsSubnetFilter(name="tag:Name", values=[name])
        return DataAwsSubnet(self, id_, filter=[in_network, named])


class FoundKey(Construct):
    """Find a key of this region.

    Survives: the loss of every other region, since nothing outside this one is asked.
    Does not survive: the loss of the key.
    """

    def __init__(self, scope: Construct, id_: str, *, purpose: str, names: Names) -> None:
        """Find the key.

        Args:
            scope: what looks for it.
            id_: its id there.
            purpose: what the key is for, as where it was made.
            names: the environment's names.
        """
        super().__init__(scope, id_)
        self.alias = DataAwsKmsAlias(self, "alias", name=names.key_alias(purpose))
        self.outputs = KeyOutputs(id=self.alias.target_key_arn, alias=names.key_alias(purpose))
