"""What shows that a region's account may not run the machines that the region may have to grow to."""

from collections.abc import Sequence

from backstay.aws.watch.alarm import Condition, Metric
from backstay.topology import Region
from backstay.topology.quotas import vcpus_needed


def conditions(region: Region) -> Sequence[Condition]:
    """When a quota is below what the region's GPU machines need at full size, one for each quota.

    CloudWatch knows a quota of what there is some of, so that nothing is told of machines of which the account runs
    and reserves none at all. What others run in the account counts against the same quota, and is not seen here.
    """
    return [
        Condition(
            purpose=f"quota-{quota.usage.replace('/', '-').lower()}",
            says=(
                f"the quota {quota.code} ({quota.name}) is below {needed} vCPUs, which the region's GPU machines have "
                f"at full size: it could not take over, so ask Service Quotas for more"
            ),
            metrics={
                "vcpus": Metric(
                    "AWS/Usage",
                    "ResourceCount",
                    {"Service": "EC2", "Type": "Resource", "Resource": "vCPU", "Class": quota.usage},
                    "Maximum",
                )
            },
            expression="SERVICE_QUOTA(vcpus)",
            comparison="<",
            threshold=needed,
            seconds=300,
        )
        for quota, needed in vcpus_needed(region).items()
    ]
