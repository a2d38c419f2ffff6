"""EC2 Auto Scaling: groups, their policies and their instance refreshes."""

from __future__ import annotations

import uuid
from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead


@correction
def enable_policies() -> None:
    """A scaling policy is enabled, and predictive only when it was asked to be.

    Moto returns neither `Enabled` nor the absence of a predictive configuration: a diff in every plan.
    """
    from moto.autoscaling.models import FakeScalingPolicy

    @around(FakeScalingPolicy, "__init__")
    def create(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.enabled = True
        self.predictive_scaling_configuration = self.predictive_scaling_configuration or None


@correction
def invent_no_hook_targets() -> None:
    """A lifecycle hook has a role and a target only when it was given them.

    Moto invents both: a diff in every plan.
    """
    from moto.autoscaling.models import LifecycleHook

    @around(LifecycleHook, "__init__")
    def create(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.role_arn = None
        self.notification_target_arn = None


@correction
def keep_capacity_within_bounds() -> None:
    """A group refuses a capacity outside its bounds.

    SetDesiredCapacity launches instances beyond the group's maximum: a drill would prove too much.
    """
    from moto.autoscaling.exceptions import ValidationError
    from moto.autoscaling.responses import AutoScalingResponse

    @around(AutoScalingResponse, "set_desired_capacity")
    def set_desired_capacity(original: Any, self: Any) -> Any:
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        wanted = self._get_int_param("DesiredCapacity")
        refused = f"New SetDesiredCapacity value {wanted} is {{}} for the AutoScalingGroup."
        if wanted > group.max_size:
            raise ValidationError(refused.format(f"above max value {group.max_size}"))
        if wanted < group.min_size:
            raise ValidationError(refused.format(f"below min value {group.min_size}"))
        return original(self)


@correction
def refresh_instances() -> None:
    """An instance refresh replaces the instances of a group at once.

    StartInstanceRefresh is not implemented, so a changed launch template cannot be applied.
    """
    from moto.autoscaling.responses import AutoScalingResponse
    from moto.core.responses import ActionResult
    from moto.ec2.models import ec2_backends

    def group_of(self: Any) -> Any:
        return self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]

    @instead(AutoScalingResponse, "start_instance_refresh")
    def start_instance_refresh(self: Any) -> Any:
        group = group_of(self)
        old = [state.instance.id for state in group.instance_states]
        ec2_backends[self.current_account][self.region].terminate_instances(old)
        self.autoscaling_backend.notify_terminate_instances(old)
        refresh = {
            "InstanceRefreshId": str(uuid.uuid4()),
            "AutoScalingGroupName": group.name,
            "Status": "Successful",
            "PercentageComplete": 100,
        }
        group.__dict__.setdefault("instance_refreshes", []).insert(0, refresh)
        return ActionResult(refresh)

    @instead(AutoScalingResponse, "describe_instance_refreshes")
    def describe_instance_refreshes(self: Any) -> Any:
        return ActionResult({"InstanceRefreshes": getattr(group_of(self), "instance_refreshes", [])})


@correction
def keep_group_settings() -> None:
    """An auto-scaling group keeps its warm-up time and the capacity reservations that it prefers.

    Moto drops both: a diff in every plan.
    """
    from moto.autoscaling.responses import AutoScalingResponse

    def keep(original: Any, self: Any) -> Any:
        answer = original(self)
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        for parameter in ("DefaultInstanceWarmup", "CapacityReservationSpecification"):
            if (given := self._get_params().get(parameter)) is not None:
                setattr(group, parameter, given)
        return answer

    around(AutoScalingResponse, "create_auto_scaling_group")(keep)
    around(AutoScalingResponse, "update_auto_scaling_group")(keep)


@correction
def count_machines_of_node_groups() -> None:
    """A node group of EKS has an auto-scaling group, with as many machines as the node group is to have.

    Moto names one that there is not, so that nobody can see a cluster grow.
    """
    from moto.autoscaling.responses import AutoScalingResponse
    from moto.eks.models import eks_backends

    @around(AutoScalingResponse, "describe_auto_scaling_groups")
    def describe_auto_scaling_groups(original: Any, self: Any) -> Any:
        answer = original(self)
        clusters = eks_backends[self.current_account][self.region].clusters.values()
        groups = {
            group.resources["autoScalingGroups"][0]["name"]: group
            for cluster in clusters
            for group in cluster.nodegroups.values()
        }
        # Only what is asked for by name: whoever lists the groups of an account did not make these.
        named = [(name, groups[name]) for name in self._get_param("AutoScalingGroupNames", []) if name in groups]
        answer.result["AutoScalingGroups"] = [*answer.result["AutoScalingGroups"], *(_grown(*one) for one in named)]
        return answer


def _grown(name: str, node_group: Any) -> dict[str, Any]:
    sizes = node_group.scaling_config
    return {
        "AutoScalingGroupName": name,
        "MinSize": sizes["minSize"],
        "MaxSize": sizes["maxSize"],
        "DesiredCapacity": sizes["desiredSize"],
        "Instances": [
            {"InstanceId": f"i-{number:017x}", "LifecycleState": "InService", "HealthStatus": "Healthy"}
            for number in range(sizes["desiredSize"])
        ],
    }
