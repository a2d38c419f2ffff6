"""Environments of every kind that break no rule, as a hypothesis strategy.

They are drawn as a file would say them: what a rule demands is always there, and everything else sometimes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from backstay.topology import Cloud, CloudRegion, Environment
from backstay.topology.catalog import catalog
from backstay.topology.labels import fitting
from tests.stacks import existing

Data = dict[str, Any]
Keys = Mapping[str, SearchStrategy[Any]]

LOWER, DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
ALL = LOWER + LOWER.upper() + DIGITS
REASON = "generated to be tested"
# The longest name that, with a namespace before it, Google Cloud takes for a cluster.
SHORT = 27


def offered(place: CloudRegion) -> list[str]:
    """The GPU sizes that can be had in a region, as far as is known."""
    tables = catalog(place.cloud)
    return [size for size in tables.gpu_types if tables.offers(place.name, size)]


def geography(place: CloudRegion) -> str:
    return catalog(place.cloud).regions[place.name].geography


PLACES = [
    place
    for cloud in Cloud
    for place in (CloudRegion(cloud, name) for name, facts in catalog(cloud).regions.items() if facts.zones >= 3)
    if offered(place)
]


def section(always: Keys, sometimes: Keys) -> SearchStrategy[Data]:
    """A section of a file, with or without the keys that it may leave out."""
    return st.fixed_dictionaries(
        {**always}, optional={key: value for key, value in sometimes.items() if key not in always}
    )


def labels(longest: int) -> SearchStrategy[str]:
    """Words with hyphens between them, of any length up to a limit."""
    words = st.text(LOWER + DIGITS, min_size=1, max_size=longest)
    return st.lists(words, min_size=1, max_size=3).map(lambda all_: f"e{'-'.join(all_)}"[:longest].rstrip("-"))


def names() -> SearchStrategy[str]:
    """Names of environments, which leave two words to stacks."""
    return labels(30).filter(lambda name: not {"state", "link"} & set(name.split("-")[1:]))


def namespaces() -> SearchStrategy[str]:
    return st.text(LOWER + DIGITS, max_size=11).map("n{}".format)


def cluster_names(clouds: set[Cloud]) -> SearchStrategy[str]:
    """Names of clusters that several clouds take."""
    if Cloud.GOOGLE in clouds:
        return labels(40)
    return st.text(ALL + "_-", max_size=61 if Cloud.AZURE in clouds else 98).map("c{}c".format)


def tags(clouds: set[Cloud]) -> SearchStrategy[dict[str, str]]:
    """Tags that several clouds take."""
    characters = ALL + " .:=+@_-äß"
    keys = st.text(characters if Cloud.AZURE in clouds else f"{characters}/", max_size=127).map("t{}".format)
    pairs = st.tuples(keys, st.text(characters, max_size=256))
    return st.lists(pairs, max_size=5, unique_by=lambda pair: fitting(pair[0])).map(dict)


def networks(place: CloudRegion, index: int) -> SearchStrategy[Data]:
    """Networks that do not overlap with those of an environment's other regions."""
    facts = catalog(place.cloud).regions[place.name]
    # Each GPU of Google Cloud is in one of the first three zones of the regions that have it.
    zones = facts.zone_names[:3] or [f"{place.name}{letter}" for letter in LOWER[: facts.zones]]
    cidrs = [f"172.{16 + index}.0.0/16", f"172.{16 + index}.240.0/20", f"192.168.{64 * index}.0/18"]
    return section(
        {},
        {
            "cidr": st.sampled_from(cidrs),
            "zones": st.permutations(zones).map(lambda given: list(given[:3])),
            "nat": st.sampled_from(["per-zone", "single"]),
            "flow_logs_days": st.sampled_from([1, 90, 3_653]),
        },
    )


@st.composite
def scales(draw: st.DrawFn, *, least: int) -> Data:
    """Numbers of machines in order, some of them left to their defaults."""
    desired = draw(st.integers(least, 20))
    bounds = {"minimum": st.integers(least, desired), "maximum": st.integers(max(1, desired), 1_000)}
    return draw(section({"desired": st.just(desired)}, bounds))


def disks() -> SearchStrategy[str]:
    return st.sampled_from(["100GiB", "200GiB", "16TiB"])


def reservations(cloud: Cloud) -> SearchStrategy[Data]:
    kinds = ["on-demand", "capacity-block"] if cloud is Cloud.AWS else ["on-demand"]
    return section({"id": st.sampled_from(existing.RESERVATIONS[cloud])}, {"kind": st.sampled_from(kinds)})


@st.composite
def clusters(draw: st.DrawFn, place: CloudRegion, *, least: int) -> Data:
    """Clusters whose GPU size is named, so that a service can be made to fit."""
    capacity = st.one_of(section({}, {"reservation": reservations(place.cloud)}), st.just({"purchase": "spot"}))
    size = {"instance_type": st.sampled_from(offered(place))}
    nodes = draw(scales(least=least)) | draw(section(size, {"disk": disks()})) | draw(capacity)
    optional = {
        "system_nodes": scales(least=1),
        "public_api": st.just({"cidrs": ["198.51.100.0/24", "203.0.113.7/32"], "reason": REASON}),
        "admins": st.lists(st.sampled_from(existing.ADMINS), max_size=3, unique_by=str),
        "log_days": st.sampled_from([1, 90, 3_653]),
    }
    return {"gpu_nodes": nodes, **draw(section({}, optional))}


@st.composite
def services(draw: st.DrawFn, place: CloudRegion, nodes: Data) -> Data:
    """Copies of the model server for which some nodes have the GPUs."""
    in_one = catalog(place.cloud).gpu_types[nodes["instance_type"]].count
    gpus = draw(st.integers(1, in_one))
    replicas = draw(st.integers(0, nodes["desired"] * (in_one // gpus)))
    return {"gpus": gpus, "replicas": replicas, **draw(section({}, {"namespace": labels(63)}))}


@st.composite
def machines(draw: st.DrawFn, place: CloudRegion) -> Data:
    """GPU machines outside Kubernetes."""
    size, key = draw(st.sampled_from(offered(place))), {"ssh_public_key": st.just(existing.SSH_KEY)}
    image = {"image": st.sampled_from(existing.IMAGES[place.cloud])}
    always = {"instance_type": st.just(size)} | (key if place.cloud is Cloud.AZURE else {})
    gpu = catalog(place.cloud).gpu_types[size]
    # No public image has a driver for these.
    if (place.cloud, gpu.gpu) == (Cloud.AWS, "V100") or (place.cloud, gpu.architecture) == (Cloud.AZURE, "arm64"):
        always |= image
    return draw(section(always, {"disk": disks(), "reservation": reservations(place.cloud), **image, **key}))


@st.composite
def fleets(draw: st.DrawFn, place: CloudRegion, *, zone: Cloud, least: int) -> Data:
    """Fleets that serve, behind a certificate that exists or can be requested."""
    certificate = {"certificate": st.just(existing.CERTIFICATES[place.cloud].format(region=place.name))}
    requested = place.cloud is zone is Cloud.AWS
    optional = {
        "port": st.sampled_from([80, 443, 8000, 65_535]),
        "target_cpu": st.sampled_from(["10%", "62.5%", "100%"]),
        "warm_up": st.sampled_from(["0s", "30s", "10m", "1h"]),
        **certificate,
    }
    script = {"start": st.just('#!/bin/sh\necho "${HOSTNAME} %{x}"')}
    serving = draw(section(script if requested else script | certificate, optional))
    return draw(machines(place)) | draw(scales(least=least)) | serving


@st.composite
def regions(draw: st.DrawFn, place: CloudRegion, index: int, *, zone: Cloud, least: int) -> Data:
    """Regions with a cluster, a fleet or single machines, or several of these."""
    held = draw(st.sampled_from(["cluster", "fleet", "instances", "cluster fleet", "cluster fleet instances"])).split()
    cluster = draw(clusters(place, least=least)) if "cluster" in held else None
    routes = ["ephemeral"] if place.cloud is Cloud.AWS else ["ephemeral", "csi"]
    many = st.integers(1, 12)
    return {
        "cloud": place.cloud,
        "region": place.name,
        "network": draw(networks(place, index)),
        "secrets_route": draw(st.sampled_from(routes)),
        "cluster": cluster,
        "llm_service": draw(services(place, cluster["gpu_nodes"])) if cluster else {},
        "fleet": draw(fleets(place, zone=zone, least=least)) if "fleet" in held else None,
        "instances": draw(machines(place)) | {"count": draw(many)} if "instances" in held else None,
    }


def with_entrance(region: Data, *, zone: Cloud, is_reached: bool) -> SearchStrategy[Data]:
    """A region as clients reach it from outside, all of them or none."""
    if region["fleet"] is not None and region["cloud"] is zone:
        return st.just(region | {"fleet": region["fleet"] | {"public": REASON if is_reached else None}})
    targets = ["203.0.113.7", "ingress.example.net"] if is_reached else [None]
    return st.sampled_from(targets).map(lambda target: region | {"entrance": target})


def with_stores(region: Data, index: int, *, is_kept: bool) -> SearchStrategy[Data]:
    """A region with its part in what is in several regions, which takes AWS."""
    if region["cloud"] is not Cloud.AWS:
        return st.just(region)
    kept = {"vector_db": st.just("replica" if index else "primary")} if is_kept else {}
    ready = st.sampled_from(["active", "standby"])
    return section(kept, {"cache": ready, "message_queue": ready}).map(lambda parts: region | parts)


def stores(clouds: set[Cloud]) -> SearchStrategy[Data]:
    """What is kept in several regions, as far as all clouds have it."""
    cold = {"cache": st.just({"replication": "cold"})}
    if Cloud.AWS not in clouds:
        return section(cold, {})
    everywhere = {
        "artifacts": section({}, {"copies": st.sampled_from(["everywhere", "peer"])}),
        "images": section({"repositories": st.just(["vllm"])}, {"also_copied": st.just(["acme/staging/"])}),
    }
    return section(cold, {"sessions": st.just({}), **(everywhere if clouds == {Cloud.AWS} else {})})


def routings() -> SearchStrategy[Data]:
    """Ways to lead clients that fit every mode."""
    return section(
        {},
        {
            "policy": st.just("weighted"),
            "signals": st.just({"vector-db": "/health/vector-db"}),
            "drain_switch": st.booleans(),
            "checkers": st.just(["us-west-2", "eu-west-1", "sa-east-1"]),
        },
    )


@st.composite
def places(draw: st.DrawFn) -> Sequence[CloudRegion]:
    """One to three regions that do not fall to one disaster."""
    return draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique_by=geography))


def states(clouds: set[Cloud], *, disposable: bool) -> SearchStrategy[Data]:
    """Every way to keep the state of regions on some clouds."""
    made = [{"backend": existing.BACKENDS[cloud]} for cloud in clouds] if len(clouds) == 1 else []
    return st.sampled_from([*made, *existing.STATES, *([{"backend": "local"}] if disposable else [])])


@st.composite
def environments(
    draw: st.DrawFn,
    *,
    where: Sequence[CloudRegion] = (),
    named: tuple[str, str] | None = None,
) -> Environment:
    """Environments, if wanted in given regions, or under a given namespace and name."""
    chosen = where or draw(places())
    space, name = named or draw(st.tuples(namespaces(), names()))
    clouds, zone = {place.cloud for place in chosen}, draw(st.sampled_from(Cloud))
    disposable, tier, active = draw(st.booleans()), draw(st.sampled_from([1, 3])), draw(st.integers(1, len(chosen)))
    is_reached = draw(st.booleans()) and (zone is not Cloud.AWS or Cloud.AWS in clouds)
    is_kept = draw(st.booleans()) and chosen[0].cloud is Cloud.AWS
    # Whoever asks for failovers has to say where clients reach the regions.
    by_hand = [{"start": "manual", "approval": True}] if is_reached and zone is Cloud.AWS else []
    drawn = [draw(regions(place, index, zone=zone, least=1 if tier == 1 else 0)) for index, place in enumerate(chosen)]
    parts = [
        draw(with_stores(draw(with_entrance(region, zone=zone, is_reached=is_reached)), index, is_kept=is_kept))
        | {"status": "active" if index < active else "standby", "traffic": "0%" if index else "100%"}
        for index, region in enumerate(drawn)
    ]
    cluster = {"name": cluster_names(clouds)}
    must_name = Cloud.GOOGLE in clouds and len(f"{space}-{name}") > 40
    has_role = draw(st.booleans())
    checks = {"interval": st.sampled_from(["10s", "30s"]), "threshold": st.integers(1, 10)}
    return Environment.model_validate(
        {
            "name": name,
            "namespace": space,
            "mode": "active-active" if active > 1 else "active-passive" if len(chosen) > 1 else "single-region",
            "disposable": disposable,
            "objectives": {"tier": tier},
            "service": {
                "host": f"{name}.example.com",
                "zone": {"name": "example.com", "cloud": zone, "id": existing.ZONES[zone]},
                "health_check": draw(section({}, checks)),
                "routing": draw(routings()),
            },
            "data": draw(stores(clouds)),
            "failover": draw(st.sampled_from([None, {}, *by_hand])),
            "backups": draw(st.sampled_from([None, {}, {"stays_in_region": REASON}])),
            "monitoring": {"emails": ["oncall@example.com"]},
            "state": draw(states(clouds, disposable=disposable)),
            "aws": {"account": existing.ACCOUNT} | ({"deploy_role": existing.DEPLOY_ROLE} if has_role else {}),
            "pipeline": None if has_role else draw(pipelines()),
            "azure": {
                "subscription": existing.UUID,
                "tenant": existing.UUID,
                "vaults": {place.name: existing.VAULT for place in chosen},
                "deploy_from": draw(st.sampled_from([[], ["198.51.100.0/24", "203.0.113.7/32"]])),
            },
            "google": {"project": existing.PROJECT},
            "tags": draw(tags(clouds)),
            "cluster": draw(section(cluster, {}) if must_name else section({}, {} if named else cluster)),
            "secrets": draw(st.lists(st.sampled_from(existing.SECRETS), max_size=3, unique_by=str)),
            # Sizes are drawn for each region by itself.
            "waivers": [{"rule": "survivors-carry-load", "reason": REASON, "until": "2099-12-31"}],
            "secrets_through_state": draw(st.sampled_from([None, REASON])),
            "regions": dict(zip(("primary", "secondary", "tertiary"), parts, strict=False)),
        }
    )


def pipelines() -> st.SearchStrategy[dict[str, Any] | None]:
    """The repositories whose workflows plan and apply an environment."""
    by_name = section(
        {"repository": st.just("acme/platform")},
        {"default_branch": st.just("release/v1"), "oidc_provider": st.just("existing")},
    )
    numbers = {"owner_id": 1234, "repository_id": 5678}
    return st.one_of(st.none(), by_name, by_name.map(lambda given: given | numbers))


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[Environment, Environment]:
    """Two environments of one organisation in the same regions, whose names have much in common."""
    where, namespace, name = draw(places()), draw(namespaces()), draw(labels(SHORT - 3))
    other = draw(st.sampled_from([f"{name}-eu", f"{name}2", f"e{name}", f"e-{name}"]))
    one, two = (environments(where=where, named=(namespace, it)) for it in (name, other))
    return draw(one), draw(two)
