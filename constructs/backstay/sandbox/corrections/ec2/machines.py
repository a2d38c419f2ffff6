"""Machines of the Elastic Compute Cloud: instances, their interfaces and groups, launch templates."""

from __future__ import annotations

from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead


@correction
def monitor_instances() -> None:
    """Detailed monitoring of an instance can be turned on and off.

    MonitorInstances and UnmonitorInstances are not implemented, and creating a monitored instance calls it.
    """
    from moto.core.responses import ActionResult
    from moto.ec2.responses.monitoring import Monitoring

    def switched(self: Any, state: str) -> Any:
        instances = [self.ec2_backend.get_instance(id_) for id_ in self._get_param("InstanceIds")]
        for instance in instances:
            instance.monitoring_state = state
        return ActionResult(
            {"InstanceMonitorings": [{"InstanceId": i.id, "Monitoring": i.monitoring} for i in instances]}
        )

    @instead(Monitoring, "monitor_instances")
    def monitor(self: Any) -> Any:
        return switched(self, "enabled")

    @instead(Monitoring, "unmonitor_instances")
    def unmonitor(self: Any) -> Any:
        return switched(self, "disabled")


@correction
def protect_instances() -> None:
    """An instance keeps whether it may be terminated.

    RunInstances leaves it out: a protected instance is a diff in every plan.
    """
    from moto.ec2.responses.instances import InstanceResponse

    @around(InstanceResponse, "run_instances")
    def run_instances(original: Any, self: Any) -> Any:
        answer = original(self)
        for instance in answer.result.instances:
            instance.disable_api_termination = self._get_param("DisableApiTermination") or False
        return answer


@correction
def keep_launch_template_tags_apart() -> None:
    """Tags of a launch template are not tags of what it launches.

    CreateLaunchTemplate adds them to the template's data: a diff in every plan.
    """
    from moto.ec2.models.launch_templates import LaunchTemplate

    @around(LaunchTemplate, "create_version")
    def create_version(original: Any, self: Any, data: dict[str, Any], description: str) -> Any:
        sent = [t for t in data.pop("TagSpecifications", []) if t["ResourceType"] != "launch-template"]
        return original(self, data | ({"TagSpecifications": sent} if sent else {}), description)


@correction
def launch_from_later_versions() -> None:
    """An auto-scaling group can launch from any version of a launch template.

    CreateLaunchTemplateVersion keeps the user data in a form that scaling out trips over.
    """
    from moto.ec2.responses.launch_templates import LaunchTemplates
    from moto.ec2.utils import parse_user_data

    @around(LaunchTemplates, "create_launch_template_version")
    def create_launch_template_version(original: Any, self: Any) -> Any:
        answer = original(self)
        data = answer.result["LaunchTemplateVersion"]["LaunchTemplateData"]
        data["UserData"] = parse_user_data(data.get("UserData"))
        return answer


@correction
def describe_rules_between_groups() -> None:
    """A security group rule keeps its description when it refers to another group.

    Moto looks for it among address ranges only: a diff in every plan.
    """
    from moto.ec2.models.security_groups import SecurityGroupRule

    @instead(SecurityGroupRule, "description")
    @property
    def description(self: Any) -> str | None:
        return self.ip_range.get("Description") or self.source_group.get("Description")


@correction
def associate_only_public_addresses() -> None:
    """A network interface without a public address has no association.

    Moto returns an empty one, from which the provider concludes that there is a public address: the instance
    would be replaced by every apply.
    """
    from moto.ec2.models.elastic_network_interfaces import NetworkInterface

    @instead(NetworkInterface, "association")
    @property
    def association(self: Any, original: Any = NetworkInterface.association) -> Any:
        return original.fget(self) or None


@correction
def show_groups_of_interfaces() -> None:
    """An instance is in the security groups of its first network interface.

    Moto forgets them when they were asked for with the interface: a diff in every plan.
    """
    from moto.ec2.models.instances import Instance

    @around(Instance, "__init__")
    def launch(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if not self.security_groups and 0 in self.nics:
            self.security_groups = list(self.nics[0].group_set)


@correction
def keep_reservations_of_instances() -> None:
    """An instance keeps the capacity reservation that it was launched into.

    Moto drops it: a diff in every plan.
    """
    from moto.ec2.responses.instances import InstanceResponse

    @around(InstanceResponse, "run_instances")
    def run_instances(original: Any, self: Any) -> Any:
        reservation = self._get_params().get("CapacityReservationSpecification")
        before = {instance.id for instance in self.ec2_backend.all_instances()}
        answer = original(self)
        for instance in self.ec2_backend.all_instances():
            if reservation and instance.id not in before:
                instance.capacity_reservation_specification = reservation
        return answer
