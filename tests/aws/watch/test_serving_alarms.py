"""What shows at a region's entrance."""

from collections.abc import Iterable

import pytest
from cdktf import TerraformStack

from backstay.aws.watch import serving_alarms
from backstay.aws.watch.alarm import Condition
from backstay.outputs import LoadBalancerOutputs
from backstay.testing import Synthesized
from backstay.topology import HealthCheckSpec, ObjectivesSpec, Percentage
from backstay.topology.monitoring import MonitoringSpec

LOAD_BALANCER = LoadBalancerOutputs(
    id="arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/acme/50dc6c495c0c9188",
    host="lb.example.com",
    zone=None,
    target_group="arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/acme/73e2d6bc24d8a067",
    security_group="sg-1",
)
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"


def by_purpose(conditions: Iterable[Condition]) -> dict[str, Condition]:
    return {condition.purpose.removeprefix("entrance-"): condition for condition in conditions}


def unfit(**check: object) -> dict[str, Condition]:
    return by_purpose(
        serving_alarms.unfit(
            LOAD_BALANCER,
            purpose="entrance",
            spec=MonitoringSpec(),
            check=HealthCheckSpec.model_validate(check),
        )
    )


def watched(spec: MonitoringSpec | None = None, certificate: str | None = CERTIFICATE) -> dict[str, Condition]:
    return by_purpose(
        serving_alarms.conditions(
            LOAD_BALANCER,
            purpose="entrance",
            spec=spec or MonitoringSpec(),
            objectives=ObjectivesSpec(availability=Percentage.parse("99.9%")),
            certificate=certificate,
        )
    )


def test_a_region_without_a_healthy_machine_is_unfit_and_so_is_one_that_says_nothing_of_them() -> None:
    condition = unfit()["none-healthy"]
    assert (condition.comparison, condition.threshold, condition.missing) == ("<", 1, "breaching")


@pytest.mark.parametrize(("check", "minutes"), [({}, 1), ({"interval": "30s", "threshold": 4}, 2)])
def test_it_takes_as_long_as_the_health_check_does(check: dict[str, object], minutes: int) -> None:
    condition = unfit(**check)["none-healthy"]
    assert (condition.periods, condition.seconds) == (minutes, 60)


def test_a_region_that_fails_most_requests_is_unfit() -> None:
    condition = unfit()["failing"]
    assert (condition.comparison, condition.threshold, condition.missing) == (">", 50, "notBreaching")


def test_requests_that_found_no_machine_count_as_failed_and_as_asked() -> None:
    condition = unfit()["failing"]
    failed, refused = 40, 60
    expression = condition.expression or ""
    for name, value in {"requests": failed, "failed": failed, "refused": refused}.items():
        expression = expression.replace(f"FILL({name}, 0)", str(value))
    assert expression == "IF((40 + 60) >= 20, 100 * (40 + 60) / (40 + 60), 0)"


def test_people_are_told_of_errors_long_before() -> None:
    assert watched()["errors"].threshold == pytest.approx(1.44)


def test_they_are_told_of_the_slowest_hundredth() -> None:
    condition = watched()["latency"]
    assert condition.metrics["p99"].statistic == "p99"
    assert condition.threshold == 60


def test_they_are_told_of_a_certificate_that_nobody_renewed() -> None:
    condition = watched()["certificate"]
    assert condition.metrics["days"].dimensions == {"CertificateArn": CERTIFICATE}
    assert (condition.comparison, condition.threshold) == ("<", 30)
    assert "certificate" not in watched(certificate=None)


def test_metrics_are_found_by_what_is_after_the_words_in_the_arns() -> None:
    dimensions = dict(unfit()["none-healthy"].metrics["healthy"].dimensions)

    def build(scope: TerraformStack) -> None:
        scope.add_override("locals", dimensions)

    made = Synthesized(build)
    balancer, targets = (made.document["locals"][name] for name in ("LoadBalancer", "TargetGroup"))
    assert balancer == f'${{element(split("loadbalancer/", "{LOAD_BALANCER.id}"), 1)}}'
    assert targets == f'${{element(split(":", "{LOAD_BALANCER.target_group}"), 5)}}'
