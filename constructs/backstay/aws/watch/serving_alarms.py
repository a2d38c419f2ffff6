"""What shows at a region's entrance that it serves badly, or not at all."""

from collections.abc import Sequence

from cdktf import Fn

from backstay.aws.watch.alarm import Condition, Metric
from backstay.outputs import LoadBalancerOutputs
from backstay.topology import HealthCheckSpec, ObjectivesSpec
from backstay.topology.monitoring import MonitoringSpec

_NAMESPACE = "AWS/ApplicationELB"
# With fewer requests in five minutes, one that fails says nothing about the rest.
_ENOUGH_REQUESTS = 20
_FIVE_MINUTES = 300


def unfit(
    load_balancer: LoadBalancerOutputs, *, purpose: str, spec: MonitoringSpec, check: HealthCheckSpec
) -> Sequence[Condition]:
    """When a region should not serve: nothing answers its health check, or most requests fail.

    Args:
        load_balancer: the region's entrance.
        purpose: tells it from others of the environment.
        spec: the thresholds.
        check: the question that its machines answer while a model is loaded and a GPU is there.
    """
    targets = _targets(load_balancer)
    minutes = max(1, check.threshold * check.interval.seconds // 60)
    return (
        Condition(
            purpose=f"{purpose}-none-healthy",
            says=f"no machine behind the load balancer answers {check.path}",
            metrics={"healthy": Metric(_NAMESPACE, "HealthyHostCount", targets, "Maximum")},
            comparison="<",
            threshold=1,
            periods=minutes,
            missing="breaching",
        ),
        Condition(
            purpose=f"{purpose}-failing",
            says=f"more than {spec.failing} of the requests fail",
            metrics=_requests(load_balancer),
            expression=_error_share(),
            comparison=">",
            threshold=float(spec.failing.percent),
        ),
    )


def conditions(
    load_balancer: LoadBalancerOutputs,
    *,
    purpose: str,
    spec: MonitoringSpec,
    objectives: ObjectivesSpec,
    certificate: str | None,
) -> Sequence[Condition]:
    """When people should look, though the region may well go on serving.

    Args:
        load_balancer: the region's entrance.
        purpose: tells it from others of the environment.
        spec: the thresholds.
        objectives: what the environment promises.
        certificate: the certificate with which the entrance shows itself.
    """
    errors = spec.errors_at(objectives.availability)
    watched = [
        Condition(
            purpose=f"{purpose}-latency",
            says=f"the slowest hundredth of the requests waits more than {spec.latency} for an answer to begin",
            metrics={"p99": Metric(_NAMESPACE, "TargetResponseTime", _balancer(load_balancer), "p99")},
            comparison=">",
            threshold=spec.latency.seconds,
            seconds=_FIVE_MINUTES,
        ),
        Condition(
            purpose=f"{purpose}-errors",
            says=f"more than {errors} of the requests fail",
            metrics=_requests(load_balancer),
            expression=_error_share(),
            comparison=">",
            threshold=float(errors.percent),
            seconds=_FIVE_MINUTES,
        ),
        Condition(
            purpose=f"{purpose}-unhealthy",
            says="a machine has not answered its health check for a quarter of an hour and was not replaced",
            metrics={"unhealthy": Metric(_NAMESPACE, "UnHealthyHostCount", _targets(load_balancer), "Minimum")},
            comparison=">",
            threshold=0,
            seconds=_FIVE_MINUTES,
        ),
    ]
    if certificate is not None:
        left = Metric("AWS/CertificateManager", "DaysToExpiry", {"CertificateArn": certificate}, "Minimum")
        watched.append(
            Condition(
                purpose=f"{purpose}-certificate",
                says=f"the certificate ends in less than {spec.certificate_days} days and was not renewed",
                metrics={"days": left},
                comparison="<",
                threshold=spec.certificate_days,
                # ACM publishes it twice a day.
                seconds=86_400,
                periods=1,
            )
        )
    return watched


def _requests(load_balancer: LoadBalancerOutputs) -> dict[str, Metric]:
    """Requests, and those that failed: at a machine, or for want of one."""
    names = {
        "requests": "RequestCount",
        "failed": "HTTPCode_Target_5XX_Count",
        "refused": "HTTPCode_ELB_5XX_Count",
    }
    balancer = _balancer(load_balancer)
    return {id_: Metric(_NAMESPACE, name, balancer, "Sum") for id_, name in names.items()}


def _error_share() -> str:
    # What is zero is not published, and requests that the load balancer refuses are not counted as such.
    failed = "(FILL(failed, 0) + FILL(refused, 0))"
    asked = "(FILL(requests, 0) + FILL(refused, 0))"
    return f"IF({asked} >= {_ENOUGH_REQUESTS}, 100 * {failed} / {asked}, 0)"


def _balancer(load_balancer: LoadBalancerOutputs) -> dict[str, str]:
    return {"LoadBalancer": Fn.element(Fn.split("loadbalancer/", load_balancer.id), 1)}


def _targets(load_balancer: LoadBalancerOutputs) -> dict[str, str]:
    return {
        **_balancer(load_balancer),
        "TargetGroup": Fn.element(Fn.split(":", load_balancer.target_group), 5),
    }
