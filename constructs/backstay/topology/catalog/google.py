"""What Google Cloud offers.

Regions and zones: `gcloud compute regions list` and `machine-types list` as recorded in August 2026 by
https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator and
https://github.com/skypilot-org/skypilot-catalog; places: https://docs.cloud.google.com/compute/docs/regions-zones.
Zones have one name for everybody. Left out are regions for selected customers (us-central2) and AI zones
(us-south1-ai1b), which take few kinds of machines.
Geography: as for AWS, and under the same names, since neighbours of different clouds fall to the same flood.
GPU sizes: https://docs.cloud.google.com/compute/docs/accelerator-optimized-machines (2026), with each GPU's memory as
EC2 gives it for the same GPU. Left out are sizes with a fraction of a GPU (g4-standard-6, -12 and -24), A4X, which is
sold by the rack, and N1, whose machines have no GPU of their own. Google sells a3-highgpu-1g, -2g and -4g as Spot or
Flex-start only.
Retired: K80, on 2024-05-01 (https://docs.cloud.google.com/compute/docs/eol/k80-eol); as with all GPUs of N1, it was
named by its accelerator and not by a machine size.
Kubernetes: the end of standard support by https://docs.cloud.google.com/kubernetes-engine/docs/release-schedule as
recorded by https://endoflife.date/google-kubernetes-engine (April 2026). 1.36 is offered too; its end of support was
not in there yet.
"""

from datetime import date

from backstay.topology.catalog.google_gpu_offers import by_region, by_zone
from backstay.topology.catalog.tables import Catalog, GpuType, RegionFacts, RetiredType

_LETTERS = {"europe-west1": "bcd", "us-east1": "bcd", "us-central1": "abcf"}

# In the order of their slots, which are permanent: a new region goes to the end.
_PLACES = {
    "us-central1": ("Iowa", "us-central"),
    "us-east1": ("South Carolina", "us-east"),
    "us-east4": ("N. Virginia", "us-east"),
    "us-east5": ("Columbus", "us-east"),
    "us-south1": ("Dallas", "us-south"),
    "us-west1": ("Oregon", "us-west"),
    "us-west2": ("Los Angeles", "us-west"),
    "us-west3": ("Salt Lake City", "us-west"),
    "us-west4": ("Las Vegas", "us-west"),
    "northamerica-northeast1": ("Montréal", "canada-east"),
    "northamerica-northeast2": ("Toronto", "canada-east"),
    "northamerica-south1": ("Querétaro", "mexico"),
    "southamerica-east1": ("São Paulo", "south-america"),
    "southamerica-west1": ("Santiago", "chile"),
    "europe-west1": ("Belgium", "low-countries"),
    "europe-west2": ("London", "british-isles"),
    "europe-west3": ("Frankfurt", "central-europe"),
    "europe-west4": ("Netherlands", "low-countries"),
    "europe-west6": ("Zurich", "central-europe"),
    "europe-west8": ("Milan", "italy"),
    "europe-west9": ("Paris", "france"),
    "europe-west10": ("Berlin", "central-europe"),
    "europe-west12": ("Turin", "italy"),
    "europe-southwest1": ("Madrid", "iberia"),
    "europe-north1": ("Finland", "nordics"),
    "europe-north2": ("Stockholm", "nordics"),
    "europe-central2": ("Warsaw", "poland"),
    "me-west1": ("Tel Aviv", "levant"),
    "me-central1": ("Doha", "gulf"),
    "me-central2": ("Dammam", "gulf"),
    "africa-south1": ("Johannesburg", "southern-africa"),
    "asia-south1": ("Mumbai", "india"),
    "asia-south2": ("Delhi", "india"),
    "asia-southeast1": ("Singapore", "malay-peninsula"),
    "asia-southeast2": ("Jakarta", "java"),
    "asia-southeast3": ("Bangkok", "thailand"),
    "asia-east1": ("Taiwan", "taiwan"),
    "asia-east2": ("Hong Kong", "south-china"),
    "asia-northeast1": ("Tokyo", "japan"),
    "asia-northeast2": ("Osaka", "japan"),
    "asia-northeast3": ("Seoul", "korea"),
    "australia-southeast1": ("Sydney", "australia"),
    "australia-southeast2": ("Melbourne", "australia"),
}


def _region(slot: int, name: str, place: str, geography: str) -> RegionFacts:
    zones = tuple(f"{name}-{letter}" for letter in _LETTERS.get(name, "abc"))
    return RegionFacts(slot, place, geography, zones=len(zones), zone_names=zones)


_REGIONS = {name: _region(slot, name, *facts) for slot, (name, facts) in enumerate(_PLACES.items())}


def _family(name: str, gpu: str, memory_mib: int, counts: dict[str, int]) -> dict[str, GpuType]:
    return {f"{name}-{size}": GpuType(gpu, count, memory_mib, family=name) for size, count in counts.items()}


_GPU_TYPES = {
    **_family("g2-standard", "L4", 22_888, {"4": 1, "8": 1, "12": 1, "16": 1, "32": 1, "24": 2, "48": 4, "96": 8}),
    **_family("g4-standard", "RTX PRO 6000", 98_304, {"48": 1, "96": 2, "192": 4, "384": 8}),
    **_family("a2-highgpu", "A100", 40_960, {"1g": 1, "2g": 2, "4g": 4, "8g": 8}),
    **_family("a2-megagpu", "A100", 40_960, {"16g": 16}),
    **_family("a2-ultragpu", "A100", 81_920, {"1g": 1, "2g": 2, "4g": 4, "8g": 8}),
    **_family("a3-highgpu", "H100", 81_920, {"1g": 1, "2g": 2, "4g": 4, "8g": 8}),
    **_family("a3-megagpu", "H100", 81_920, {"8g": 8}),
    **_family("a3-edgegpu", "H100", 81_920, {"8g": 8}),
    **_family("a3-ultragpu", "H200", 144_384, {"8g": 8}),
    **_family("a4-highgpu", "B200", 183_359, {"8g": 8}),
}

CATALOG = Catalog(
    regions=_REGIONS,
    gpu_types=_GPU_TYPES,
    retired_gpu_types={"nvidia-tesla-k80": RetiredType("K80", "g2-standard-8")},
    gpu_offers=by_region(_REGIONS),
    gpu_zones=by_zone(_REGIONS),
    # One NVIDIA L4 with 24 GB, one RTX PRO 6000 with 96 GB, one A100 with 40 GB.
    small_gpu_types=("g2-standard-8", "g4-standard-48", "a2-highgpu-1g"),
    system_type="e2-standard-4",
    kubernetes={
        "1.23": date(2023, 7, 31),
        "1.24": date(2023, 10, 31),
        "1.25": date(2024, 3, 30),
        "1.26": date(2024, 6, 30),
        "1.27": date(2024, 10, 1),
        "1.28": date(2025, 2, 4),
        "1.29": date(2025, 4, 12),
        "1.30": date(2025, 9, 30),
        "1.31": date(2026, 1, 16),
        "1.32": date(2026, 4, 11),
        "1.33": date(2026, 8, 3),
        "1.34": date(2026, 10, 1),
        "1.35": date(2027, 4, 11),
    },
)
