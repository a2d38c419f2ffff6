"""Which GPU families Google Cloud offers where.

Regions: `gcloud compute machine-types list` as recorded on 2026-08-17 by
https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator (tools/machinetyperegion.csv).
Zones: Compute Engine's aggregated list of machine types as recorded in 2026 by
https://github.com/skypilot-org/skypilot-catalog (catalogs/v8/gcp/vms.csv). It lacks the G4 family and a few young
regions of others; there every zone of the region is listed, and which of them it is has to be looked up on
https://docs.cloud.google.com/compute/docs/gpus/gpu-regions-zones and said in `network.zones`.
"""

from collections.abc import Iterator, Mapping

from backstay.topology.catalog.tables import RegionFacts

# A family, its regions, and after a colon the letters of the zones where those are known.
_PLACES = {
    "a2-highgpu": (
        "asia-northeast1:ac asia-northeast3:ab asia-southeast1:abc europe-west4:ab me-west1:ac "
        "us-central1:abcf us-east1:b us-west1:b us-west3:b us-west4:b"
    ),
    "a2-megagpu": "asia-southeast1:ac europe-west4:ab us-central1:abcf",
    "a2-ultragpu": "asia-southeast1:c europe-west4:a us-central1:ac us-east4:c us-east5:ab",
    "a3-edgegpu": (
        "asia-northeast1:b asia-northeast3:ac asia-south1:c asia-southeast1:bc australia-southeast2 "
        "europe-west2:b europe-west3:ac europe-west4:bc europe-west9:c northamerica-northeast2:c "
        "us-central1:abc us-east4:abc us-east5:a us-west1:ab us-west4:a"
    ),
    "a3-highgpu": (
        "asia-east1:c asia-northeast1:b asia-northeast3 asia-south1:c asia-south2:b asia-southeast1:bc "
        "australia-southeast1:c australia-southeast2 europe-north1:c europe-west1:bc europe-west3:c "
        "europe-west4:bc europe-west9:c us-central1:abc us-east4:abc us-east5:a us-west1:ab us-west4:a"
    ),
    "a3-megagpu": (
        "asia-east1:c asia-northeast1:b asia-southeast1:bc australia-southeast1:c europe-north1:c "
        "europe-west1:bc europe-west3:c europe-west4:bc us-central1:abc us-east4:abc us-east5:a us-west1:ab "
        "us-west4:a"
    ),
    "a3-ultragpu": (
        "asia-south1:b asia-south2:c europe-west1:b europe-west4:a us-central1:b us-east4:b us-east5:a "
        "us-south1:b us-west1:c"
    ),
    "a4-highgpu": (
        "asia-northeast1:b asia-southeast1:b europe-north1:b europe-west1 europe-west4:b us-central1:b "
        "us-east1:b us-east4:b us-south1:b us-west2:c us-west3:bc"
    ),
    "g2-standard": (
        "asia-east1:abc asia-northeast1:abc asia-northeast3:ab asia-south1:abc asia-southeast1:abc "
        "europe-west1:bc europe-west2:ab europe-west3:ab europe-west4:abc europe-west6:bc me-central2:ac "
        "northamerica-northeast1:bc northamerica-northeast2:ab us-central1:abc us-east1:bcd us-east4:ac "
        "us-west1:abc us-west4:ac"
    ),
    "g4-standard": (
        "asia-east1 asia-northeast1 asia-south1 asia-south2 asia-southeast1 asia-southeast2 europe-north1 "
        "europe-west1 europe-west10 europe-west2 europe-west4 europe-west8 me-central2 us-central1 us-east1 "
        "us-east4 us-east5 us-south1 us-west1 us-west3 us-west4"
    ),
}

Offers = Mapping[str, frozenset[str]]


def by_region(regions: Mapping[str, RegionFacts]) -> Offers:
    """The families of each region; of a region without GPUs, none."""
    placed = list(_placed(regions))
    return {name: frozenset(family for family, region, _ in placed if region == name) for name in regions}


def by_zone(regions: Mapping[str, RegionFacts]) -> Offers:
    """The families of each zone."""
    placed = list(_placed(regions))
    return {
        zone: frozenset(family for family, _, zones in placed if zone in zones)
        for facts in regions.values()
        for zone in facts.zone_names
    }


def _placed(regions: Mapping[str, RegionFacts]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for family, places in _PLACES.items():
        for place in places.split():
            region, _, letters = place.partition(":")
            yield family, region, tuple(f"{region}-{letter}" for letter in letters) or regions[region].zone_names
