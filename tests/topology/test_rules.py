"""Each rule lets pass what only just keeps it; `tests/test_environments.py` has what breaks it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.topology.rules import RULES, BrokenRulesError, enforce, violations
from tests.topology.sample import ABSENT, TODAY, broken, data, environment

ACTIVE_ACTIVE = {
    "mode": "active-active",
    "regions.primary.traffic": "50%",
    "regions.secondary.status": "active",
    "regions.secondary.traffic": "50%",
}
AWS = ("us-east-1", "eu-west-1")
RESERVATION = {"id": "cr-0123456789abcdef0"}
ON_AZURE: dict[str, Any] = {
    "azure": {"subscription": "0" * 8 + "-0000" * 3 + "-" + "0" * 12, "tenant": "1" * 8 + "-1111" * 3 + "-" + "1" * 12},
    "state.backend": "native",
    "regions.secondary.cloud": "azure",
    "regions.secondary.region": "westeurope",
}
ON_GOOGLE: dict[str, Any] = {
    "google": {"project": "acme-example"},
    "state.backend": "native",
    "regions.secondary.cloud": "google",
    "regions.secondary.region": "europe-west4",
}
VAULT = f"/subscriptions/{ON_AZURE['azure']['subscription']}/resourceGroups/x/providers/Microsoft.KeyVault/vaults/acme"
VAULTS = {"westeurope": VAULT}
CERTIFICATE = "https://acme.vault.azure.net/secrets/llm"
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
ON_THE_INTERNET = {"start": "#!/bin/sh\nserve", "public": "clients are on the internet"}
ARN = "arn:aws:elasticloadbalancing:{}:123456789012:loadbalancer/app/acme/50dc6c495c0c9188"
ENDPOINTS = {"primary": ARN.format("us-east-1"), "secondary": ARN.format("eu-west-1")}
LONGEST_HOST = ".".join(["x" * 60] * 3 + ["y" * 48]) + ".example.com"

IN_THREE: dict[str, Any] = {
    "regions.tertiary": {"cloud": "aws", "region": "ap-southeast-1", "status": "standby", "traffic": "0%"}
}
CACHED = {"regions.primary.cache": "active", "regions.secondary.cache": "standby"}
ENFORCED = {"data.vector_db.enforce_rpo": True}

WITH_ROLE = {"account": "123456789012", "deploy_role": "arn:aws:iam::123456789012:role/deploy"}


def lost(*, until: date) -> dict[str, Any]:
    address, reason = "aws_sqs_queue.requests", "nobody reads these requests any more"
    return {"stack": "example-us-east-1", "address": address, "reason": reason, "until": until.isoformat()}


KEPT: list[tuple[str, dict[str, Any]]] = [
    (
        "traffic-sums-to-100",
        ACTIVE_ACTIVE | {"regions.primary.traffic": "33.334%", "regions.secondary.traffic": "66.666%"},
    ),
    ("standby-takes-no-traffic", {"regions.secondary.traffic": "0.0%"}),
    ("mode-fits-regions", ACTIVE_ACTIVE),
    ("mode-fits-regions", {"mode": "single-region", "regions.secondary": ABSENT}),
    ("one-vector-db-primary", {"regions.primary.vector_db": ABSENT, "regions.secondary.vector_db": ABSENT}),
    ("one-vector-db-primary", {"regions.secondary.vector_db": ABSENT}),
    (
        "vector-db-primary-active",
        ACTIVE_ACTIVE | {"regions.primary.vector_db": "replica", "regions.secondary.vector_db": "primary"},
    ),
    ("health-check-interval", {"service.health_check": {"interval": "30s"}}),
    # Three checks every ten seconds and six for the answer to the last, and 24 for resolvers.
    ("routing-meets-rto", {"objectives.rto": "1m", "service.ttl": "24s"}),
    ("region-has-entrance", {}),
    ("region-has-entrance", {"fleet": ON_THE_INTERNET | {"public": None}}),
    ("region-has-entrance", {"fleet": ON_THE_INTERNET}),
    ("region-has-entrance", {"regions.primary.fleet": ON_THE_INTERNET, "regions.secondary.entrance": "203.0.113.7"}),
    ("one-entrance", ON_GOOGLE | {"regions.secondary.fleet": {}, "regions.secondary.entrance": "203.0.113.7"}),
    ("host-has-addresses", {"service.host": "example.com", "regions.secondary.entrance": "203.0.113.7"}),
    ("host-has-addresses", {"regions.secondary.entrance": "ingress-2.example.net"}),
    ("policy-fits-regions", {"service.routing": {"policy": "failover"}}),
    ("policy-fits-regions", ACTIVE_ACTIVE | {"service.routing": {"policy": "latency"}}),
    ("accelerator-fits-regions", {"service.routing": {"accelerator": {"endpoints": ENDPOINTS}}}),
    (
        "accelerator-fits-regions",
        ACTIVE_ACTIVE | {"service.routing": {"policy": "latency", "accelerator": {"endpoints": ENDPOINTS}}},
    ),
    ("routing-has-home", {"service.routing": {"home": "secondary"}}),
    ("routing-has-home", ON_GOOGLE | {"regions.secondary.entrance": "203.0.113.7"}),
    ("region-known", {"regions.secondary.region": "ap-southeast-7"}),
    ("region-unique", {"regions.secondary.region": "us-west-2"}),
    ("regions-apart", {"regions.secondary.region": "us-west-2"}),
    ("three-zones", {"regions.secondary.region": "us-west-2"}),
    (
        "three-zones",
        {
            "regions.secondary.region": "us-west-1",
            "regions.secondary.network.zones": ["us-west-1a", "us-west-1b", "us-west-1c"],
        },
    ),
    ("zones-in-region", {"regions.primary.network.zones": ["us-east-1a", "us-east-1d", "us-east-1f"]}),
    (
        "networks-apart",
        {"regions.primary.network.cidr": "10.200.0.0/16", "regions.secondary.network.cidr": "10.201.0.0/16"},
    ),
    ("network-fits-google", ON_GOOGLE | {"regions.primary.network.cidr": "100.64.0.0/16"}),
    ("network-fits-google", ON_GOOGLE | {"regions.secondary.network.cidr": "192.168.0.0/16"}),
    ("llm-service-is-no-template", {"llm_service": {"arguments": ["--served-model-name=$(NAME)"]}}),
    ("gpu-type-retired", {"cluster.gpu_nodes": {"instance_type": "p3dn.24xlarge"}}),
    ("gpu-type-known", {"cluster.gpu_nodes": {"instance_type": "p6-b300.48xlarge"}}),
    ("gpu-type-offered", {"regions.secondary.cluster.gpu_nodes": {"instance_type": "g5.xlarge"}}),
    (
        "gpu-type-in-zones",
        ON_GOOGLE
        | {
            "regions.secondary.region": "europe-west1",
            "regions.secondary.network.zones": ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
            "regions.secondary.cluster.gpu_nodes": {"instance_type": "a3-ultragpu-8g"},
        },
    ),
    ("gpu-type-in-zones", {"regions.primary.network.zones": ["us-east-1a", "us-east-1d", "us-east-1f"]}),
    ("kubernetes-supported", {"cluster.kubernetes_version": "1.34"}),
    ("standby-gpu-floor", {"regions.secondary.cluster.gpu_nodes": {"desired": 0, "reservation": RESERVATION}}),
    ("standby-gpu-floor", {"regions.secondary.cluster.gpu_nodes": {"desired": 1}}),
    ("standby-gpu-floor", {"objectives.tier": 2, "regions.secondary.cluster.gpu_nodes": {"desired": 0}}),
    ("standby-gpu-floor", {"regions.primary.cluster.gpu_nodes": {"desired": 2, "minimum": 0}}),
    ("survivors-carry-load", {"regions.secondary.cluster.gpu_nodes": {"desired": 1, "maximum": 3}}),
    ("survivors-carry-load", {"regions.secondary.cluster.gpu_nodes": {"desired": 0, "instance_type": "g5.12xlarge"}}),
    ("fleet-serves", {"fleet": {"image": "ami-0123456789abcdef0"}}),
    ("region-has-gpus", {"cluster": None, "instances": {"count": 1}}),
    ("purchase-fits-reservation", {"cluster.gpu_nodes": {"purchase": "on-demand", "reservation": RESERVATION}}),
    ("purchase-fits-reservation", {"cluster.gpu_nodes": {"purchase": "spot"}}),
    ("llm-service-fits-gpus", {"regions.primary.llm_service": {"replicas": 3}}),
    ("llm-service-fits-gpus", {"cluster.gpu_nodes": {"instance_type": "g6.12xlarge"}, "llm_service": {"gpus": 4}}),
    ("llm-service-fits-gpus", {"cluster": None, "fleet": {}, "llm_service": {"gpus": 16}}),
    ("namespace-not-reserved", {"namespace": "awsome"}),
    ("name-free-of-trademarks", {"name": "on-google", "namespace": "windows"}),
    ("name-free-of-trademarks", ON_GOOGLE | {"name": "on-azure-windows", "namespace": "agoog"}),
    ("name-free-of-trademarks", ON_AZURE | {"name": "googlelogin"}),
    ("name-not-ambiguous", {"name": "state-of-the-art"}),
    ("regional-hosts-fit", {"service.host": LONGEST_HOST}),
    ("cluster-name-fits", {"cluster.name": "AI_cluster-" + "x" * 89}),
    ("one-cluster-name", {"cluster.name": "ai", "regions.primary.cluster.name": "ai"}),
    ("host-in-zone", {"service.host": "example.com"}),
    ("alarms-reach-somebody", {"monitoring": {"topics": [f"arn:aws:sns:{here}:123456789012:a" for here in AWS]}}),
    ("alarms-reach-somebody", {"monitoring": {}, "objectives.tier": 2}),
    ("alarms-reach-somebody", {"monitoring": {}, "disposable": True}),
    ("alarms-reach-somebody", ON_AZURE | {"monitoring": {"topics": ["arn:aws:sns:us-east-1:123456789012:a"]}}),
    ("account-given", {}),
    ("account-given", ON_AZURE),
    ("account-given", ON_GOOGLE),
    ("state-fits-clouds", ON_AZURE | {"state": {"backend": "gcs", "bucket": "acme-states"}}),
    ("state-fits-clouds", ON_GOOGLE | {"state": {"backend": "cloud", "organization": "acme"}}),
    ("reference-fits-cloud", {"regions.primary.cluster.gpu_nodes": {"reservation": RESERVATION}}),
    (
        "reference-fits-cloud",
        ON_GOOGLE
        | {"regions.secondary.cluster.gpu_nodes": {"reservation": {"id": "projects/acme-gpus/reservations/a"}}},
    ),
    (
        "capacity-block-on-aws",
        {"regions.primary.cluster.gpu_nodes": {"reservation": RESERVATION | {"kind": "capacity-block"}}},
    ),
    ("ssh-key-given", ON_AZURE | {"regions.secondary.instances": {"ssh_public_key": SSH_KEY}}),
    ("ssh-key-given", ON_GOOGLE | {"regions.secondary.instances": {}}),
    (
        "image-given",
        ON_AZURE
        | {
            "regions.secondary.instances": {
                "ssh_public_key": SSH_KEY,
                "instance_type": "Standard_ND128isr_GB300_v6",
                "image": "acme:gpu:arm64:latest",
            }
        },
    ),
    ("image-given", {"instances": {"instance_type": "g5g.xlarge"}}),
    ("certificate-given", {"fleet": {}}),
    ("certificate-given", ON_AZURE | {"regions.secondary.fleet": {"certificate": CERTIFICATE}}),
    ("vault-given", ON_AZURE | {"secrets": [{"name": "A", "variable": "a"}]}),
    ("vault-given", ON_AZURE | {"azure.vaults": VAULTS, "secrets": [{"name": "A", "stored_as": "a"}]}),
    ("secrets-route-fits-cloud", {"secrets_route": "csi", "secrets": [{"name": "A", "variable": "a"}]}),
    (
        "secrets-route-fits-cloud",
        ON_GOOGLE
        | {
            "secrets_route": "csi",
            "secrets": [{"name": "A", "stored_as": "a"}],
            "regions.primary.secrets_route": "ephemeral",
        },
    ),
    ("warm-up-fits-google", ON_GOOGLE | {"regions.secondary.fleet": {"warm_up": "1h"}}),
    ("warm-up-fits-google", ON_AZURE | {"regions.secondary.fleet": {"warm_up": "2h"}}),
    ("tags-fit-azure", ON_AZURE | {"tags": {"my.microsoft": "a"}}),
    ("tags-fit-azure", {"tags": {"cost/center": "a"}}),
    ("tags-fit-google", ON_GOOGLE | {"tags": {"team": "a", "teams": "b", "Größe": "c"}}),
    ("tags-fit-google", {"tags": {"cost center": "a", "cost-center": "b"}}),
    ("state-survives", {"state.backend": "local", "disposable": True}),
    (
        "stores-fit-cloud",
        {"data": {"artifacts": {}, "images": {"repositories": ["vllm"]}}, "regions.primary.message_queue": "active"},
    ),
    ("stores-fit-cloud", ON_AZURE | {"regions.primary.message_queue": "active", "regions.secondary.vector_db": None}),
    ("failover-order-whole", {"failover": {"order": ["secondary", "primary"]}}),
    ("failover-order-whole", ON_AZURE | {"failover": {"order": ["primary"]}}),
    ("failover-agreed", {"failover": {"consistency": "strong"}, "regions.secondary.region": "us-west-2"}),
    ("failover-agreed", {"failover": None}),
    ("failover-regions-reached", {}),
    ("failover-regions-reached", {"regions.primary.entrance": "203.0.113.7", "failover": None}),
    ("failover-regions-reached", ON_AZURE | {"regions.primary.entrance": "203.0.113.7"}),
    (
        "failover-regions-reached",
        {"regions.primary.entrance": "203.0.113.7", "regions.secondary.entrance": "203.0.113.8", "failover": {}},
    ),
    ("data-loss-brief", {"allow_data_loss": [lost(until=TODAY + timedelta(days=31))]}),
    ("data-loss-named", {"allow_data_loss": [lost(until=TODAY - timedelta(days=31))]}),
    ("rpo-enforceable", {"objectives.rpo": "20s", "data.vector_db.enforce_rpo": True}),
    ("rpo-enforceable", {"objectives.rpo": "1s"}),
    ("rpo-enforced-by-two-copies", IN_THREE | {"regions.tertiary.vector_db": "replica"} | ENFORCED),
    ("cache-one-writer", {"regions.primary.cache": "active", "data.cache.replication": "global"}),
    ("cache-one-writer", ACTIVE_ACTIVE | {"regions.primary.cache": "active", "regions.secondary.cache": "active"}),
    ("cache-copies-limited", CACHED | IN_THREE | {"regions.tertiary.cache": "standby"}),
    ("cache-region-has-datastores", CACHED | {"regions.secondary.region": "us-west-1"}),
    (
        "cache-region-has-datastores",
        CACHED | {"regions.secondary.region": "eu-north-1", "data.cache.replication": "cold"},
    ),
    ("sessions-owner-on-aws", {"data.sessions": {"owner": "secondary"}}),
    ("sessions-owner-on-aws", ON_AZURE | {"data.sessions": {}}),
    (
        "strong-sessions-in-one-set",
        {"regions.secondary.region": "us-west-2", "data.sessions": {"consistency": "strong", "witness": "us-east-2"}},
    ),
    (
        "strong-sessions-in-one-set",
        IN_THREE
        | {
            "regions.secondary.region": "us-east-2",
            "regions.tertiary.region": "us-west-2",
            "data.sessions": {"consistency": "strong"},
        },
    ),
    ("pipeline-not-ambiguous", {"name": "plan", "pipeline": {"repository": "acme/platform"}}),
    ("pipeline-not-ambiguous", {"name": "x-plan"}),
    ("pipeline-roles-apart", {"aws": WITH_ROLE}),
    ("pipeline-roles-apart", {"pipeline": {"repository": "acme/platform"}}),
    ("secrets-distinct", {"secrets": [{"name": "A", "variable": "a"}, {"name": "B", "variable": "a"}]}),
    ("tags-fit", {"tags": {"Größe": "a-b_c.d:e/f=g+h@i j", "ManagedBy": "terraform", "k" * 128: "v" * 256}}),
    ("waiver-valid", {"waivers": [{"rule": "regions-apart", "reason": "moved by June", "until": TODAY.isoformat()}]}),
]


@pytest.mark.parametrize(("rule", "changes"), KEPT, ids=[rule for rule, _ in KEPT])
def test_a_rule_that_is_only_just_kept_stays_silent(rule: str, changes: dict[str, Any]) -> None:
    assert rule not in broken(changes)


def test_every_rule_has_such_a_case() -> None:
    assert {rule for rule, _ in KEPT} == set(RULES)


def test_the_sample_breaks_no_rule() -> None:
    assert broken({}) == set()


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_says_what_goes_wrong_without_it(rule: Any) -> None:
    assert rule.purpose.endswith(".")
    assert "\n" not in rule.purpose


def test_a_version_is_supported_to_the_end_of_its_last_day() -> None:
    changes = {"cluster.kubernetes_version": "1.35"}
    assert broken(changes, today=date(2027, 3, 27)) == set()
    assert broken(changes, today=date(2027, 3, 28)) == {"kubernetes-supported"}


WAIVABLE: dict[str, dict[str, Any]] = {
    "gpu-type-offered": {"regions.secondary.cluster.gpu_nodes": {"instance_type": "g6.xlarge"}},
    "region-has-entrance": {"regions.primary.entrance": "203.0.113.7", "failover": None},
    "regions-apart": {"regions.secondary.region": "us-east-2"},
    "rpo-enforced-by-two-copies": ENFORCED,
    "standby-gpu-floor": {"regions.secondary.cluster.gpu_nodes": {"desired": 1, "minimum": 0, "maximum": 3}},
    "state-survives": {"state.backend": "local"},
    "survivors-carry-load": {"regions.secondary.cluster.gpu_nodes": {"desired": 1}},
}


def waived(rule: str, until: date) -> dict[str, Any]:
    return {"waivers": [{"rule": rule, "reason": "accepted by the board", "until": until.isoformat()}]}


def test_what_may_be_waived_is_a_short_list() -> None:
    assert {rule.id for rule in RULES.values() if rule.waivable} == set(WAIVABLE)


@pytest.mark.parametrize("rule", WAIVABLE)
def test_a_waiver_sets_its_rule_aside_to_the_end_of_its_last_day(rule: str) -> None:
    assert broken(WAIVABLE[rule]) == {rule}
    assert broken(WAIVABLE[rule] | waived(rule, TODAY)) == set()
    assert broken(WAIVABLE[rule] | waived(rule, TODAY - timedelta(days=1))) == {rule, "waiver-valid"}


@pytest.mark.parametrize("rule", WAIVABLE)
def test_a_waiver_sets_no_other_rule_aside(rule: str) -> None:
    for other in WAIVABLE.keys() - {rule}:
        assert broken(WAIVABLE[rule] | waived(other, TODAY)) == {rule}


def test_enforcing_refuses_with_every_broken_rule() -> None:
    made = environment({"regions.secondary.traffic": "10%", "namespace": "aws"})
    with pytest.raises(BrokenRulesError) as refused:
        enforce(made, today=TODAY)
    assert {violation.rule for violation in refused.value.violations} == {
        "standby-takes-no-traffic",
        "namespace-not-reserved",
    }
    assert "[standby-takes-no-traffic]" in str(refused.value)


def test_enforcing_accepts_what_breaks_no_rule() -> None:
    enforce(environment(), today=TODAY)


SHARES = st.decimals(min_value=0, max_value=100, places=2)


@given(SHARES, SHARES)
def test_only_shares_that_sum_to_100_are_accepted(first: Any, second: Any) -> None:
    found = broken(ACTIVE_ACTIVE | {"regions.primary.traffic": f"{first}%", "regions.secondary.traffic": f"{second}%"})
    assert ("traffic-sums-to-100" in found) == (first + second != 100)


def test_a_place_leads_to_a_value_of_the_environment() -> None:
    changes = {"regions.secondary.traffic": "10%", "regions.secondary.region": "eu-west-9", "tags": {"aws:x": "y"}}
    for violation in violations(environment(changes), today=TODAY):
        found: Any = data(changes)
        for part in violation.place:
            found = found[part]
        assert found in ("10%", "eu-west-9", "y")
