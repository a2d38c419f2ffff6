"""What Azure offers.

Regions, places and zones: https://learn.microsoft.com/azure/reliability/regions-list (August 2026), public cloud. Left
out are regions that Microsoft opens to selected customers only, and regions without availability zones, where nothing
could outlive one building. A region with zones has three, which are called 1, 2 and 3 for everybody, although one
subscription's 1 may be another's 2.
Geography: as for AWS, and under the same names, since neighbours of different clouds fall to the same flood.
GPU sizes: https://learn.microsoft.com/azure/virtual-machines/sizes/overview (August 2026), with the GPU memory that it
gives in GB taken for GiB. Left out are sizes with a fraction of a GPU and sizes with AMD's.
Retired: https://learn.microsoft.com/azure/virtual-machines/sizes/lifecycle/retirements-and-capacity-restrictions
(September 2026): NCv3 on 2025-09-30, NVv3 and NVv4 on 2026-09-30. NC, NCv2, ND, NV and NVv2 are not even listed there
any more.
Kubernetes: https://learn.microsoft.com/azure/aks/supported-kubernetes-versions (August 2026), where a month stands for
its last day, and for what it no longer lists https://github.com/Azure/AKS/blob/master/CHANGELOG.md. 1.37 was announced
for October 2026.
GPU offers: none, since Azure tells them only to a subscription (`az vm list-skus`).
"""

from datetime import date

from backstay.topology.catalog.tables import Catalog, GpuType, RegionFacts, RetiredType

_ZONES = ("1", "2", "3")


def _region(slot: int, place: str, geography: str) -> RegionFacts:
    return RegionFacts(slot, place, geography, zones=len(_ZONES), zone_names=_ZONES)


_REGIONS = {
    "eastus": _region(0, "Virginia", "us-east"),
    "eastus2": _region(1, "Virginia", "us-east"),
    "centralus": _region(2, "Iowa", "us-central"),
    "southcentralus": _region(3, "Texas", "us-south"),
    "westus2": _region(4, "Washington", "us-west"),
    "westus3": _region(5, "Phoenix", "us-southwest"),
    "canadacentral": _region(6, "Toronto", "canada-east"),
    "mexicocentral": _region(7, "Querétaro", "mexico"),
    "brazilsouth": _region(8, "São Paulo", "south-america"),
    "chilecentral": _region(9, "Santiago", "chile"),
    "northeurope": _region(10, "Ireland", "british-isles"),
    "uksouth": _region(11, "London", "british-isles"),
    "westeurope": _region(12, "Netherlands", "low-countries"),
    "belgiumcentral": _region(13, "Brussels", "low-countries"),
    "francecentral": _region(14, "Paris", "france"),
    "germanywestcentral": _region(15, "Frankfurt", "central-europe"),
    "switzerlandnorth": _region(16, "Zurich", "central-europe"),
    "austriaeast": _region(17, "Vienna", "central-europe"),
    "polandcentral": _region(18, "Warsaw", "poland"),
    "swedencentral": _region(19, "Gävle", "nordics"),
    "norwayeast": _region(20, "Norway", "nordics"),
    "denmarkeast": _region(21, "Copenhagen", "nordics"),
    "italynorth": _region(22, "Milan", "italy"),
    "spaincentral": _region(23, "Madrid", "iberia"),
    "israelcentral": _region(24, "Israel", "levant"),
    "uaenorth": _region(25, "Dubai", "gulf"),
    "qatarcentral": _region(26, "Doha", "gulf"),
    "southafricanorth": _region(27, "Johannesburg", "southern-africa"),
    "centralindia": _region(28, "Pune", "india"),
    "indiasouthcentral": _region(29, "Hyderabad", "india"),
    "southeastasia": _region(30, "Singapore", "malay-peninsula"),
    "malaysiawest": _region(31, "Kuala Lumpur", "malay-peninsula"),
    "indonesiacentral": _region(32, "Jakarta", "java"),
    "eastasia": _region(33, "Hong Kong", "south-china"),
    "japaneast": _region(34, "Tokyo", "japan"),
    "japanwest": _region(35, "Osaka", "japan"),
    "koreacentral": _region(36, "Seoul", "korea"),
    "australiaeast": _region(37, "New South Wales", "australia"),
    "newzealandnorth": _region(38, "Auckland", "new-zealand"),
}


def _family(
    name: str, gpu: str, memory_gib: int, counts: dict[str, int], architecture: str = "x86_64"
) -> dict[str, GpuType]:
    return {
        f"Standard_{size}": GpuType(gpu, count, memory_gib * 1024, architecture, family=name)
        for size, count in counts.items()
    }


_GPU_TYPES = {
    **_family("NCasT4_v3", "T4", 16, {"NC4as_T4_v3": 1, "NC8as_T4_v3": 1, "NC16as_T4_v3": 1, "NC64as_T4_v3": 4}),
    **_family("NVadsA10_v5", "A10", 24, {"NV36ads_A10_v5": 1, "NV36adms_A10_v5": 1, "NV72ads_A10_v5": 2}),
    **_family("NC_A100_v4", "A100", 80, {"NC24ads_A100_v4": 1, "NC48ads_A100_v4": 2, "NC96ads_A100_v4": 4}),
    **_family("NCads_H100_v5", "H100 NVL", 94, {"NC40ads_H100_v5": 1, "NC80adis_H100_v5": 2}),
    **_family("NCCads_H100_v5", "H100 NVL", 94, {"NCC40ads_H100_v5": 1}),
    **_family("NDv2", "V100", 32, {"ND40rs_v2": 8}),
    **_family("ND_A100_v4", "A100", 40, {"ND96asr_v4": 8}),
    **_family("NDm_A100_v4", "A100", 80, {"ND96amsr_A100_v4": 8}),
    **_family("ND_H100_v5", "H100", 80, {"ND96isr_H100_v5": 8}),
    **_family("ND_H200_v5", "H200", 141, {"ND96isr_H200_v5": 8}),
    **_family("ND_GB200_v6", "GB200", 192, {"ND128isr_NDR_GB200_v6": 4}, "arm64"),
    **_family("ND_GB300_v6", "GB300", 288, {"ND128isr_GB300_v6": 4, "ND128isrG5_GB300_v6": 4}, "arm64"),
}

CATALOG = Catalog(
    regions=_REGIONS,
    gpu_types=_GPU_TYPES,
    retired_gpu_types={
        "Standard_NC6": RetiredType("K80", "Standard_NC4as_T4_v3"),
        "Standard_NC12": RetiredType("K80", "Standard_NC64as_T4_v3"),
        "Standard_NC24": RetiredType("K80", "Standard_NC64as_T4_v3"),
        "Standard_NC24r": RetiredType("K80", "Standard_NC64as_T4_v3"),
        "Standard_NC6s_v2": RetiredType("P100", "Standard_NC24ads_A100_v4"),
        "Standard_NC12s_v2": RetiredType("P100", "Standard_NC48ads_A100_v4"),
        "Standard_NC24*s_v2": RetiredType("P100", "Standard_NC96ads_A100_v4"),
        "Standard_NC6s_v3": RetiredType("V100", "Standard_NC24ads_A100_v4"),
        "Standard_NC12s_v3": RetiredType("V100", "Standard_NC48ads_A100_v4"),
        "Standard_NC24*s_v3": RetiredType("V100", "Standard_NC96ads_A100_v4"),
        "Standard_ND6s": RetiredType("P40", "Standard_NC24ads_A100_v4"),
        "Standard_ND12s": RetiredType("P40", "Standard_NC48ads_A100_v4"),
        "Standard_ND24s": RetiredType("P40", "Standard_NC96ads_A100_v4"),
        "Standard_ND24rs": RetiredType("P40", "Standard_NC96ads_A100_v4"),
        "Standard_NV6": RetiredType("M60", "Standard_NV36ads_A10_v5"),
        "Standard_NV12": RetiredType("M60", "Standard_NV72ads_A10_v5"),
        "Standard_NV24": RetiredType("M60", "Standard_NV72ads_A10_v5"),
        "Standard_NV*s_v2": RetiredType("M60", "Standard_NV36ads_A10_v5"),
        "Standard_NV12s_v3": RetiredType("M60", "Standard_NV36ads_A10_v5"),
        "Standard_NV*s_v3": RetiredType("M60", "Standard_NV72ads_A10_v5"),
        "Standard_NV*as_v4": RetiredType("Radeon Instinct MI25", "Standard_NV36ads_A10_v5"),
    },
    gpu_offers={},
    # One NVIDIA A10 with 24 GB, one T4 with 16 GB.
    small_gpu_types=("Standard_NV36ads_A10_v5", "Standard_NC4as_T4_v3"),
    system_type="Standard_D4ds_v5",
    kubernetes={
        "1.25": date(2024, 1, 14),
        "1.26": date(2024, 3, 31),
        "1.27": date(2024, 7, 31),
        "1.28": date(2025, 1, 30),
        "1.29": date(2025, 3, 31),
        "1.30": date(2025, 8, 22),
        "1.31": date(2025, 11, 1),
        "1.32": date(2026, 3, 31),
        "1.33": date(2026, 7, 31),
        "1.34": date(2026, 11, 30),
        "1.35": date(2027, 3, 31),
        "1.36": date(2027, 6, 30),
    },
)
