"""A namespace in which nothing is allowed that nobody asked for."""

from backstay.testing import Synthesized


def test_pods_may_not_act_as_root(cluster: Synthesized) -> None:
    labels = cluster.only("kubernetes_namespace_v1")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_by_default_pods_reach_nobody_and_nobody_reaches_them(cluster: Synthesized) -> None:
    spec = cluster.one("kubernetes_network_policy_v1", "deny-all")["spec"]
    assert spec == {"pod_selector": {}, "policy_types": ["Ingress", "Egress"]}


def test_pods_may_ask_the_dns_of_the_cluster_and_nothing_else_of_it(cluster: Synthesized) -> None:
    spec = cluster.one("kubernetes_network_policy_v1", "allow-dns")["spec"]
    (rule,) = spec["egress"]
    assert spec["policy_types"] == ["Egress"]
    assert {(port["port"], port["protocol"]) for port in rule["ports"]} == {("53", "UDP"), ("53", "TCP")}
    (destination,) = rule["to"]
    assert destination["namespace_selector"]["match_labels"] == {"kubernetes.io/metadata.name": "kube-system"}


def test_everything_says_what_it_is_part_of_and_who_made_it(cluster: Synthesized) -> None:
    for named in cluster.document["resource"].values():
        for body in named.values():
            labels = body["metadata"]["labels"]
            assert labels["app.kubernetes.io/part-of"] == "ai-llm"
            assert labels["app.kubernetes.io/managed-by"] == "terraform"
