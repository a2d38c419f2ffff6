"""What a condition becomes: an alarm that tells people."""

from typing import Any

from backstay.aws.watch.alarm import Condition, Metric, alarm
from backstay.outputs import TopicOutputs
from tests.aws.surroundings import NAMES, in_region

TOPIC = TopicOutputs(name="t", id="arn:t", key="arn:k", told=("arn:t", "arn:u"))
AGE = Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": "q"}, "Maximum")


def made(**given: Any) -> dict[str, Any]:
    wanted = {"purpose": "waiting", "says": "wait", "metrics": {"age": AGE}, "comparison": ">", "threshold": 60} | given
    found = in_region(lambda scope: alarm(scope, Condition(**wanted), names=NAMES, topic=TOPIC))
    return found.only("aws_cloudwatch_metric_alarm")


def test_everybody_is_told_when_it_goes_off_and_when_it_is_over() -> None:
    found = made()
    assert found["alarm_actions"] == found["ok_actions"] == ["arn:t", "arn:u"]


def test_it_has_a_name_that_is_known_without_looking() -> None:
    assert made()["alarm_name"] == NAMES.alarm("waiting")


def test_one_metric_is_watched_as_it_is() -> None:
    (query,) = made()["metric_query"]
    assert query["return_data"] is True
    assert query["metric"] == {
        "namespace": "AWS/SQS",
        "metric_name": "ApproximateAgeOfOldestMessage",
        "dimensions": {"QueueName": "q"},
        "stat": "Maximum",
        "period": 60,
    }


def test_of_several_metrics_what_is_made_of_them_is_watched() -> None:
    queries = made(metrics={"a": AGE, "b": AGE}, expression="a + b")["metric_query"]
    assert [(query["id"], query["return_data"]) for query in queries] == [("a", False), ("b", False), ("result", True)]
    assert queries[-1]["expression"] == "a + b"


def test_silence_is_no_alarm_unless_it_is_said_to_be() -> None:
    assert made()["treat_missing_data"] == "notBreaching"
    assert made(missing="breaching")["treat_missing_data"] == "breaching"
