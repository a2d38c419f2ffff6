"""What AWS offers.

Regions and places: the region list of the AWS SDK for Python (boto3 1.44, November 2026), commercial partition.
Geography groups regions that neighbour each other: in March 2026 one event took zones of me-central-1 and of
me-south-1 together, so a neighbour is no refuge.
Zones: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
(us-west-1 shows two zones to new accounts).
GPU sizes and their virtual CPUs: EC2 DescribeInstanceTypes for us-east-1 as recorded in moto 5.2.5 (October 2026).
Retired: g3 on 2025-10-31 (https://github.com/SummitRoute/aws_breaking_changes/issues/114), p3 by 2025-12-20
(https://github.com/zalando-incubator/kubernetes-on-aws/pull/8685), p2 in 2024
(https://github.com/aws/deep-learning-containers/pull/3950); g2 and g4ad are gone from the same record.
Kubernetes: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html (read in 2026), and for what it no
longer lists https://endoflife.date/amazon-eks. 1.36 is offered too; its end of support was not in either yet.
"""

from datetime import date

from backstay.topology.catalog.aws_gpu_offers import OFFERS
from backstay.topology.catalog.aws_quotas import QUOTAS
from backstay.topology.catalog.tables import Catalog, GpuType, RegionFacts, RetiredType

_REGIONS = {
    "us-east-1": RegionFacts(0, "N. Virginia", "us-east", 6),
    "us-east-2": RegionFacts(1, "Ohio", "us-east", 3),
    "us-west-1": RegionFacts(2, "N. California", "us-west", 2),
    "us-west-2": RegionFacts(3, "Oregon", "us-west", 4),
    "ca-central-1": RegionFacts(4, "Montreal", "canada-east", 3),
    "ca-west-1": RegionFacts(5, "Calgary", "canada-west", 3),
    "mx-central-1": RegionFacts(6, "Querétaro", "mexico", 3),
    "sa-east-1": RegionFacts(7, "São Paulo", "south-america", 3),
    "eu-west-1": RegionFacts(8, "Ireland", "british-isles", 3),
    "eu-west-2": RegionFacts(9, "London", "british-isles", 3),
    "eu-west-3": RegionFacts(10, "Paris", "france", 3),
    "eu-central-1": RegionFacts(11, "Frankfurt", "central-europe", 3),
    "eu-central-2": RegionFacts(12, "Zurich", "central-europe", 3),
    "eu-north-1": RegionFacts(13, "Stockholm", "nordics", 3),
    "eu-south-1": RegionFacts(14, "Milan", "italy", 3),
    "eu-south-2": RegionFacts(15, "Spain", "iberia", 3),
    "il-central-1": RegionFacts(16, "Tel Aviv", "levant", 3),
    "me-south-1": RegionFacts(17, "Bahrain", "gulf", 3),
    "me-central-1": RegionFacts(18, "UAE", "gulf", 3),
    "af-south-1": RegionFacts(19, "Cape Town", "southern-africa", 3),
    "ap-south-1": RegionFacts(20, "Mumbai", "india", 3),
    "ap-south-2": RegionFacts(21, "Hyderabad", "india", 3),
    "ap-southeast-1": RegionFacts(22, "Singapore", "malay-peninsula", 3),
    "ap-southeast-2": RegionFacts(23, "Sydney", "australia", 3),
    "ap-southeast-3": RegionFacts(24, "Jakarta", "java", 3),
    "ap-southeast-4": RegionFacts(25, "Melbourne", "australia", 3),
    "ap-southeast-5": RegionFacts(26, "Malaysia", "malay-peninsula", 3),
    "ap-southeast-6": RegionFacts(27, "New Zealand", "new-zealand", 3),
    "ap-southeast-7": RegionFacts(28, "Thailand", "thailand", 3),
    "ap-east-1": RegionFacts(29, "Hong Kong", "south-china", 3),
    "ap-east-2": RegionFacts(30, "Taipei", "taiwan", 3),
    "ap-northeast-1": RegionFacts(31, "Tokyo", "japan", 3),
    "ap-northeast-2": RegionFacts(32, "Seoul", "korea", 4),
    "ap-northeast-3": RegionFacts(33, "Osaka", "japan", 3),
}


def _family(gpu: str, memory_mib: int, counts: dict[str, int], architecture: str = "x86_64") -> dict[str, GpuType]:
    return {
        size: GpuType(gpu, count, memory_mib, architecture, family=size.split(".", 1)[0], vcpus=_vcpus(size))
        for size, count in counts.items()
    }


_METAL_VCPUS = {"g4dn.metal": 96, "g5g.metal": 64}


def _vcpus(size: str) -> int:
    """Four for each `xlarge`, in all GPU families alike."""
    return _METAL_VCPUS.get(size) or 4 * int(size.split(".", 1)[1].removesuffix("xlarge") or 1)


_SINGLE_GPU_SIZES = ("xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge")


def _graphics(family: str, gpu: str, memory_mib: int) -> dict[str, GpuType]:
    """The size ladder that g5, g6 and g6e share."""
    counts = {f"{family}.{size}": 1 for size in _SINGLE_GPU_SIZES}
    counts |= {f"{family}.12xlarge": 4, f"{family}.24xlarge": 4, f"{family}.48xlarge": 8}
    return _family(gpu, memory_mib, counts)


def _blackwell_graphics(family: str, gpu: str, memory_mib: int) -> dict[str, GpuType]:
    """The size ladder that g7 and g7e share."""
    sizes = {"2xlarge": 1, "4xlarge": 1, "8xlarge": 1, "12xlarge": 2, "24xlarge": 4, "48xlarge": 8}
    return _family(gpu, memory_mib, {f"{family}.{size}": count for size, count in sizes.items()})


_GPU_TYPES = {
    **_family(
        "T4",
        16_384,
        {f"g4dn.{size}": 1 for size in _SINGLE_GPU_SIZES} | {"g4dn.12xlarge": 4, "g4dn.metal": 8},
    ),
    **_family(
        "T4g",
        16_384,
        {f"g5g.{size}": 1 for size in ("xlarge", "2xlarge", "4xlarge", "8xlarge")}
        | {"g5g.16xlarge": 2, "g5g.metal": 2},
        "arm64",
    ),
    **_graphics("g5", "A10G", 22_888),
    **_graphics("g6", "L4", 22_888),
    **_family("L4", 22_888, {"gr6.4xlarge": 1, "gr6.8xlarge": 1}),
    **_graphics("g6e", "L40S", 45_776),
    **_blackwell_graphics("g7", "RTX PRO 4500", 32_768),
    **_blackwell_graphics("g7e", "RTX PRO 6000", 98_304),
    **_family("V100", 32_768, {"p3dn.24xlarge": 8}),
    **_family("A100", 40_960, {"p4d.24xlarge": 8}),
    **_family("A100", 81_920, {"p4de.24xlarge": 8}),
    **_family("H100", 81_920, {"p5.4xlarge": 1, "p5.48xlarge": 8}),
    **_family("H200", 144_384, {"p5e.48xlarge": 8, "p5en.48xlarge": 8}),
    **_family("B200", 183_359, {"p6-b200.48xlarge": 8}),
    **_family("B300", 275_040, {"p6-b300.48xlarge": 8}),
}

CATALOG = Catalog(
    regions=_REGIONS,
    gpu_types=_GPU_TYPES,
    retired_gpu_types={
        "g2.*": RetiredType("GRID K520", "g6.xlarge"),
        "g4ad.*": RetiredType("Radeon Pro V520", "g6.xlarge"),
        "g3.*": RetiredType("M60", "g6.xlarge"),
        "g3s.*": RetiredType("M60", "g6.xlarge"),
        "p2.*": RetiredType("K80", "g6.xlarge"),
        "p3.2xlarge": RetiredType("V100", "g6.2xlarge"),
        "p3.8xlarge": RetiredType("V100", "g6.12xlarge"),
        "p3.16xlarge": RetiredType("V100", "p4d.24xlarge"),
    },
    gpu_offers=OFFERS,
    quotas=QUOTAS,
    # One NVIDIA L4 with 24 GB, one A10G with 24 GB, one T4 with 16 GB.
    small_gpu_types=("g6.xlarge", "g5.xlarge", "g4dn.xlarge"),
    system_type="m7i.large",
    kubernetes={
        "1.23": date(2023, 10, 11),
        "1.24": date(2024, 1, 31),
        "1.25": date(2024, 5, 1),
        "1.26": date(2024, 6, 11),
        "1.27": date(2024, 7, 24),
        "1.28": date(2024, 11, 26),
        "1.29": date(2025, 3, 23),
        "1.30": date(2025, 7, 23),
        "1.31": date(2025, 11, 26),
        "1.32": date(2026, 3, 23),
        "1.33": date(2026, 7, 29),
        "1.34": date(2026, 12, 2),
        "1.35": date(2027, 3, 27),
    },
)
