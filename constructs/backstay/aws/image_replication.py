"""What copies container images to other regions."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.ecr_replication_configuration import (
    EcrReplicationConfiguration,
    EcrReplicationConfigurationReplicationConfiguration,
    EcrReplicationConfigurationReplicationConfigurationRule,
    EcrReplicationConfigurationReplicationConfigurationRuleDestination,
    EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter,
)
from constructs import Construct

from backstay.topology import CloudRegion, Names
from backstay.topology.data import ImagesSpec


class ImageReplication(Construct):
    """Push an image in one region, and pull it in every other.

    An account has one list of replication rules in each region, for all of its repositories. This is that list: it
    replaces whatever stood there, two stacks that each have it undo each other at every apply, and taking it away
    stops all copying. So one environment of an account writes it for all; the spec says which (`replication_rules`),
    and what else it copies (`also_copied`).

    Images are copied once, from where they were pushed, when they are pushed: a copy is not copied on, and what was
    there before is copied by `aws ecr start-replication-backfill`. A target has to have its repositories before,
    or ECR makes them with settings of its own.

    Survives: the loss of the source region, with all that was copied.
    Does not survive: an image that was pushed and not yet copied when the region is lost: ECR promises no time.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: ImagesSpec,
        region: CloudRegion,
        targets: Sequence[CloudRegion],
        names: Names,
    ) -> None:
        """Copy from a region's registry to others.

        Args:
            scope: what the replication is part of: a stack of the source region.
            id_: its id there.
            spec: what is copied besides the environment's own repositories.
            region: the source.
            targets: the other regions.
            names: the environment's names.

        Raises:
            ValueError: when there is no target, the source is one, or the list is somebody else's.
        """
        super().__init__(scope, id_)
        if not targets or region in targets:
            raise ValueError(
                f"the images of {region} cannot be copied to {', '.join(map(str, targets)) or 'nowhere'}; "
                "name at least one other region"
            )
        if spec.replication_rules == "existing":
            raise ValueError(
                "replication_rules 'existing' leaves the registry's list to others; leave ImageReplication out, "
                "or say 'written'"
            )
        account = DataAwsCallerIdentity(self, "account").account_id
        copied = (names.repository(""), *spec.also_copied)
        self.replication = EcrReplicationConfiguration(
            self,
            "replication",
            replication_configuration=EcrReplicationConfigurationReplicationConfiguration(
                rule=[
                    EcrReplicationConfigurationReplicationConfigurationRule(
                        destination=[
                            EcrReplicationConfigurationReplicationConfigurationRuleDestination(
                                region=target.name, registry_id=account
                            )
                            for target in targets
                        ],
                        repository_filter=[
                            EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter(
                                filter=prefix, filter_type="PREFIX_MATCH"
                            )
                            for prefix in copied
                        ],
                    )
                ]
            ),
        )
