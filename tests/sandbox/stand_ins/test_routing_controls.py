"""Routing controls of the Application Recovery Controller, of which moto has nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from backstay.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Cloud


def controlled(cloud: Cloud) -> tuple[Any, str, list[str]]:
    """A client of the configuration, a control panel's ARN and those of its two controls."""
    client = cloud.client("route53-recovery-control-config", "us-west-2")
    cluster = client.create_cluster(ClusterName="c", Tags={"a": "1"})["Cluster"]["ClusterArn"]
    panel = client.create_control_panel(ClusterArn=cluster, ControlPanelName="p")["ControlPanel"]["ControlPanelArn"]
    controls = [
        client.create_routing_control(ClusterArn=cluster, ControlPanelArn=panel, RoutingControlName=name)
        for name in ("primary", "secondary")
    ]
    return client, panel, [control["RoutingControl"]["RoutingControlArn"] for control in controls]


def require_one(client: Any, panel: str, controls: list[str]) -> str:
    """Make a rule that at least one of the controls stays on; its ARN."""
    rule = {
        "Name": "never none",
        "ControlPanelArn": panel,
        "AssertedControls": controls,
        "RuleConfig": {"Type": "ATLEAST", "Threshold": 1, "Inverted": False},
        "WaitPeriodMs": 0,
    }
    return client.create_safety_rule(AssertionRule=rule)["AssertionRule"]["SafetyRuleArn"]


def states(cloud: Cloud, panel: str, region: str = "eu-west-1") -> dict[str, str]:
    found = cloud.client("route53-recovery-cluster", region).list_routing_controls(ControlPanelArn=panel)
    return {one["RoutingControlName"]: one["RoutingControlState"] for one in found["RoutingControls"]}


def test_control_that_is_switched_in_one_region_is_so_in_all(corrects) -> None:
    def seen(cloud: Cloud) -> list[dict[str, str]]:
        _, panel, (primary, _) = controlled(cloud)
        cluster = cloud.client("route53-recovery-cluster", "us-east-1")
        cluster.update_routing_control_state(RoutingControlArn=primary, RoutingControlState="On")
        assert cluster.get_routing_control_state(RoutingControlArn=primary)["RoutingControlState"] == "On"
        return [states(cloud, panel, region) for region in ("us-east-1", "eu-west-1")]

    corrects(seen, [{"primary": "On", "secondary": "Off"}] * 2)


def test_controls_are_switched_where_the_lost_region_is_not(sandbox: Sandbox, cloud: Cloud) -> None:
    _, panel, (primary, secondary) = controlled(cloud)
    sandbox.lose("us-west-2")
    try:
        cloud.client("route53-recovery-cluster", "eu-west-1").update_routing_control_states(
            UpdateRoutingControlStateEntries=[
                {"RoutingControlArn": primary, "RoutingControlState": "Off"},
                {"RoutingControlArn": secondary, "RoutingControlState": "On"},
            ]
        )
        assert states(cloud, panel) == {"primary": "Off", "secondary": "On"}
    finally:
        sandbox.restore("us-west-2")


def test_safety_rule_keeps_one_control_on_unless_it_is_overridden(cloud: Cloud) -> None:
    client, panel, controls = controlled(cloud)
    cluster = cloud.client("route53-recovery-cluster", "eu-west-1")
    cluster.update_routing_control_state(RoutingControlArn=controls[0], RoutingControlState="On")
    rule = require_one(client, panel, controls)
    off = {"RoutingControlArn": controls[0], "RoutingControlState": "Off"}
    with pytest.raises(ClientError, match="'never none' forbids this"):
        cluster.update_routing_control_state(**off)
    assert states(cloud, panel)["primary"] == "On"
    cluster.update_routing_control_state(**off, SafetyRulesToOverride=[rule])
    assert states(cloud, panel)["primary"] == "Off"


@pytest.mark.parametrize(
    ("config", "allowed"),
    [
        ({"Type": "AND", "Threshold": 0, "Inverted": False}, False),
        ({"Type": "OR", "Threshold": 0, "Inverted": False}, True),
        ({"Type": "ATLEAST", "Threshold": 2, "Inverted": False}, False),
        ({"Type": "ATLEAST", "Threshold": 2, "Inverted": True}, True),
    ],
    ids=["all", "any", "at least two", "fewer than two"],
)
def test_safety_rule_counts_as_its_kind_says(cloud: Cloud, config: dict[str, Any], allowed: bool) -> None:
    client, panel, controls = controlled(cloud)
    rule = {"Name": "r", "ControlPanelArn": panel, "AssertedControls": controls, "WaitPeriodMs": 0}
    client.create_safety_rule(AssertionRule=rule | {"RuleConfig": config})
    cluster = cloud.client("route53-recovery-cluster", "eu-west-1")
    one_on = {"RoutingControlArn": controls[0], "RoutingControlState": "On"}
    if allowed:
        cluster.update_routing_control_state(**one_on)
    else:
        with pytest.raises(ClientError, match="ConflictException"):
            cluster.update_routing_control_state(**one_on)


def test_configuration_lives_and_dies(corrects) -> None:
    def life(cloud: Cloud) -> tuple[object, ...]:
        client, panel, controls = controlled(cloud)
        rule = require_one(client, panel, controls)
        cluster = client.describe_control_panel(ControlPanelArn=panel)["ControlPanel"]["ClusterArn"]
        client.update_control_panel(ControlPanelArn=panel, ControlPanelName="renamed")
        client.update_routing_control(RoutingControlArn=controls[0], RoutingControlName="renamed")
        client.update_safety_rule(AssertionRuleUpdate={"Name": "renamed", "SafetyRuleArn": rule, "WaitPeriodMs": 5})
        names = (
            client.describe_control_panel(ControlPanelArn=panel)["ControlPanel"]["Name"],
            client.describe_routing_control(RoutingControlArn=controls[0])["RoutingControl"]["Name"],
            client.describe_safety_rule(SafetyRuleArn=rule)["AssertionRule"]["Name"],
        )
        endpoints = client.describe_cluster(ClusterArn=cluster)["Cluster"]["ClusterEndpoints"]
        client.tag_resource(ResourceArn=cluster, Tags={"b": "2"})
        client.untag_resource(ResourceArn=cluster, TagKeys=["a"])
        tags = client.list_tags_for_resource(ResourceArn=cluster)["Tags"]
        client.delete_safety_rule(SafetyRuleArn=rule)
        for control in controls:
            client.delete_routing_control(RoutingControlArn=control)
        client.delete_control_panel(ControlPanelArn=panel)
        client.delete_cluster(ClusterArn=cluster)
        left = client.list_clusters()["Clusters"] + client.list_control_panels()["ControlPanels"]
        return names, len(endpoints), tags, left

    corrects(life, (("renamed",) * 3, 5, {"b": "2"}, []))


def test_control_without_a_panel_is_in_the_first_one_of_its_cluster(cloud: Cloud) -> None:
    client = cloud.client("route53-recovery-control-config", "us-west-2")
    cluster = client.create_cluster(ClusterName="c")["Cluster"]["ClusterArn"]
    made = client.create_routing_control(ClusterArn=cluster, RoutingControlName="r")["RoutingControl"]
    (panel,) = client.list_control_panels(ClusterArn=cluster)["ControlPanels"]
    assert made["ControlPanelArn"] == panel["ControlPanelArn"]
    assert (panel["DefaultControlPanel"], panel["RoutingControlCount"]) == (True, 1)


def test_reset_forgets_what_is_stood_in_for(cloud: Cloud, tmp_path: Path) -> None:
    sandbox = Sandbox.start(tmp_path)
    try:
        client, _, _ = controlled(replace(cloud, endpoint=sandbox.endpoint))
        sandbox.reset()
        assert client.list_clusters()["Clusters"] == []
    finally:
        sandbox.stop()
