"""How many machines a fleet has."""

from cdktf_cdktf_provider_azurerm.linux_virtual_machine_scale_set import LinuxVirtualMachineScaleSet
from cdktf_cdktf_provider_azurerm.monitor_autoscale_setting import (
    MonitorAutoscaleSetting,
    MonitorAutoscaleSettingProfile,
    MonitorAutoscaleSettingProfileCapacity,
    MonitorAutoscaleSettingProfileRule,
    MonitorAutoscaleSettingProfileRuleMetricTrigger,
    MonitorAutoscaleSettingProfileRuleScaleAction,
)
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.azure.iso8601 import iso8601
from backstay.topology import Duration, FleetSpec


class FleetScaling(Construct):
    """Hold the machines' mean CPU utilisation below its target, by halves upwards and one by one downwards.

    A region that takes over another's load has to double within two steps. Machines go when those that stay would
    still be below the target: at half of it, since a fleet may shrink from two to one.

    Survives: a gap in the metrics, in which the fleet has at least its desired number of machines.
    Does not survive: load that does not show as CPU utilisation.
    """

    def __init__(self, scope: Construct, id_: str, *, scale_set: LinuxVirtualMachineScaleSet, spec: FleetSpec) -> None:
        super().__init__(scope, id_)
        self._scale_set = scale_set
        self._cooldown = iso8601(spec.warm_up, least=Duration.parse("1m"), most=Duration.parse("7d"))
        target = float(spec.target_cpu.percent)
        self.setting = MonitorAutoscaleSetting(
            self,
            "setting",
            name=scale_set.name,
            resource_group_name=scale_set.resource_group_name,
            location=scale_set.location,
            target_resource_id=scale_set.id,
            profile=[
                MonitorAutoscaleSettingProfile(
                    name="cpu",
                    capacity=MonitorAutoscaleSettingProfileCapacity(
                        default=spec.desired, minimum=spec.floor, maximum=spec.ceiling
                    ),
                    rule=[
                        self._rule("GreaterThan", target, "Increase", "PercentChangeCount", 50),
                        self._rule("LessThan", target / 2, "Decrease", "ChangeCount", 1),
                    ],
                )
            ],
            tags=default_tags(self),
        )

    def _rule(
        self, operator: str, threshold: float, direction: str, type_: str, value: int
    ) -> MonitorAutoscaleSettingProfileRule:
        return MonitorAutoscaleSettingProfileRule(
            metric_trigger=MonitorAutoscaleSettingProfileRuleMetricTrigger(
                metric_name="Percentage CPU",
                metric_resource_id=self._scale_set.id,
                statistic="Average",
                time_grain="PT1M",
                time_window="PT5M",
                time_aggregation="Average",
                operator=operator,
                threshold=threshold,
            ),
            scale_action=MonitorAutoscaleSettingProfileRuleScaleAction(
                direction=direction, type=type_, value=value, cooldown=self._cooldown
            ),
        )
