"""How the number of a service's copies follows its load."""

from dataclasses import dataclass

from cdktf_cdktf_provider_kubernetes.horizontal_pod_autoscaler_v2 import (
    HorizontalPodAutoscalerV2,
    HorizontalPodAutoscalerV2Metadata,
    HorizontalPodAutoscalerV2Spec,
    HorizontalPodAutoscalerV2SpecBehavior,
    HorizontalPodAutoscalerV2SpecBehaviorScaleDown,
    HorizontalPodAutoscalerV2SpecBehaviorScaleDownPolicy,
    HorizontalPodAutoscalerV2SpecBehaviorScaleUp,
    HorizontalPodAutoscalerV2SpecBehaviorScaleUpPolicy,
    HorizontalPodAutoscalerV2SpecMetric,
    HorizontalPodAutoscalerV2SpecMetricPods,
    HorizontalPodAutoscalerV2SpecMetricPodsMetric,
    HorizontalPodAutoscalerV2SpecMetricPodsTarget,
    HorizontalPodAutoscalerV2SpecMetricResource,
    HorizontalPodAutoscalerV2SpecMetricResourceTarget,
    HorizontalPodAutoscalerV2SpecScaleTargetRef,
)
from constructs import Construct

from backstay.kubernetes.workload import Workload
from backstay.topology import Duration

# A choice, not a measurement: of the two processors that a copy asks for with each GPU, the engine keeps one busy
# while it generates, so above this all copies generate all the time and their front ends work hard as well.
_TARGET_CPU_PERCENT = 60

_SCALE_UP_SETTLE_SECONDS = 60
_LONGEST_SETTLE_SECONDS = 3_600  # Kubernetes allows no longer window


@dataclass(frozen=True)
class QueueMetric:
    """A metric of each pod that says how much waits, served by an adapter in the cluster.

    Attributes:
        name: the metric's name as the adapter serves it, such as `vllm_num_requests_waiting`.
        target: the mean over all pods that scaling aims at.
    """

    name: str
    target: int


class Autoscaler(Construct):
    """Add copies while a service is busy, take them away slowly, and keep its floor.

    Kubernetes itself measures processors and memory only, and neither shows how full a GPU's queue is: memory
    hardly moves, and processors tell a busy server from an idle one, not a busy one from a swamped one. Processors
    are the default, because they need nothing but the metrics server; with an adapter for custom metrics in the
    cluster, name a queue's metric instead.

    Survives: the loss of its metrics. It then scales neither way, and still raises the copies to the floor.
    Does not survive: a floor of nothing. Kubernetes does not scale from zero; whoever wakes the service starts one
    copy, and the autoscaler goes on from there.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        workload: Workload,
        minimum: int,
        maximum: int,
        warm_up: Duration,
        queue: QueueMetric | None = None,
    ) -> None:
        """Make the autoscaler.

        Args:
            scope: what the autoscaler is part of.
            id_: its id there.
            workload: whose deployment it scales.
            minimum: copies that there always are; one where it is zero.
            maximum: copies that there can be.
            warm_up: how long a new copy takes, and so how long a surplus one is kept.
            queue: the metric to follow instead of processor use.

        Raises:
            ValueError: when the minimum is above the maximum.
        """
        super().__init__(scope, id_)
        if minimum > maximum:
            raise ValueError(
                f"autoscaler of {workload.name!r} has minimum {minimum} above maximum {maximum}; "
                "raise the maximum or lower the minimum"
            )
        self.autoscaler = HorizontalPodAutoscalerV2(
            self,
            "autoscaler",
            metadata=HorizontalPodAutoscalerV2Metadata(
                name=workload.name, namespace=workload.namespace, labels=workload.labels
            ),
            spec=HorizontalPodAutoscalerV2Spec(
                scale_target_ref=HorizontalPodAutoscalerV2SpecScaleTargetRef(
                    api_version="apps/v1", kind="Deployment", name=workload.name
                ),
                min_replicas=max(1, minimum),
                max_replicas=maximum,
                metric=[_queue_metric(queue) if queue else _cpu_metric()],
                behavior=_behavior(warm_up),
            ),
        )


def _cpu_metric() -> HorizontalPodAutoscalerV2SpecMetric:
    return HorizontalPodAutoscalerV2SpecMetric(
        type="Resource",
        resource=HorizontalPodAutoscalerV2SpecMetricResource(
            name="cpu",
            target=HorizontalPodAutoscalerV2SpecMetricResourceTarget(
                type="Utilization", average_utilization=_TARGET_CPU_PERCENT
            ),
        ),
    )


def _queue_metric(queue: QueueMetric) -> HorizontalPodAutoscalerV2SpecMetric:
    return HorizontalPodAutoscalerV2SpecMetric(
        type="Pods",
        pods=HorizontalPodAutoscalerV2SpecMetricPods(
            metric=HorizontalPodAutoscalerV2SpecMetricPodsMetric(name=queue.name),
            target=HorizontalPodAutoscalerV2SpecMetricPodsTarget(type="AverageValue", average_value=str(queue.target)),
        ),
    )


def _behavior(warm_up: Duration) -> HorizontalPodAutoscalerV2SpecBehavior:
    """All is said in full: what is left out, the cluster fills in, and the next plan would show it as a change."""
    return HorizontalPodAutoscalerV2SpecBehavior(
        scale_up=[
            HorizontalPodAutoscalerV2SpecBehaviorScaleUp(
                stabilization_window_seconds=_SCALE_UP_SETTLE_SECONDS,
                select_policy="Max",
                # Twofold within a minute: as much as another region's whole load.
                policy=[
                    HorizontalPodAutoscalerV2SpecBehaviorScaleUpPolicy(type="Percent", value=100, period_seconds=60)
                ],
            )
        ],
        scale_down=[
            HorizontalPodAutoscalerV2SpecBehaviorScaleDown(
                stabilization_window_seconds=min(warm_up.seconds, _LONGEST_SETTLE_SECONDS),
                select_policy="Max",
                policy=[HorizontalPodAutoscalerV2SpecBehaviorScaleDownPolicy(type="Pods", value=1, period_seconds=300)],
            )
        ],
    )
