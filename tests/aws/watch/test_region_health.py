"""What a region sees of the others."""

import json
from collections.abc import Sequence

import pytest

from backstay.aws.watch.region_health import Peer, RegionHealth
from backstay.outputs import TopicOutputs
from backstay.testing import Synthesized
from backstay.topology import CloudRegion, Duration, aws_region
from tests.aws.policies import ACCOUNT, actions, statements
from tests.aws.surroundings import NAMES, REGION, in_region

TOPIC = TopicOutputs(name="t", id="arn:t", key="arn:k", told=("arn:t",))
PEER = aws_region("eu-west-1")
URL = "https://eu-west-1.llm.example.com/health"


def health(peers: Sequence[Peer], *, region: CloudRegion = REGION, silence: str = "3m") -> Synthesized:
    return in_region(
        lambda scope: RegionHealth(
            scope,
            "health",
            peers=peers,
            silence=Duration.parse(silence),
            region=region,
            names=NAMES,
            topic=TOPIC,
        )
    )


@pytest.fixture(scope="module")
def seen() -> Synthesized:
    return health([Peer(PEER, URL)])


def filled(text: str) -> str:
    (statement,) = statements(json.dumps({"Statement": [{"text": text}]}))
    return statement["text"]


def test_a_heartbeat_goes_to_the_other_region_each_minute_and_none_comes_late(seen: Synthesized) -> None:
    rule = seen.one("aws_cloudwatch_event_rule", "heartbeat")
    target = seen.one("aws_cloudwatch_event_target", "heartbeat-target")
    assert rule["schedule_expression"] == "rate(1 minute)"
    assert filled(target["arn"]) == f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"
    assert target["retry_policy"] == {"maximum_event_age_in_seconds": 60, "maximum_retry_attempts": 0}


def test_what_one_region_listens_for_is_what_the_other_sends(seen: Synthesized) -> None:
    there = health([Peer(REGION, None)], region=PEER)
    sent = there.one("aws_cloudwatch_event_rule", "heartbeat")["name"]
    pattern = json.loads(filled(seen.one("aws_cloudwatch_event_rule", "heard")["event_pattern"]))
    assert pattern == {"source": ["aws.events"], "resources": [f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/{sent}"]}


def test_silence_is_an_alarm(seen: Synthesized) -> None:
    alarm = seen.one("aws_cloudwatch_metric_alarm", "silent")
    assert (alarm["comparison_operator"], alarm["threshold"]) == ("LessThanThreshold", 1)
    assert (alarm["treat_missing_data"], alarm["evaluation_periods"]) == ("breaching", 3)


def test_the_other_is_asked_by_its_own_name_as_clients_do(seen: Synthesized) -> None:
    destination = seen.only("aws_cloudwatch_event_api_destination")
    assert (destination["invocation_endpoint"], destination["http_method"]) == (URL, "GET")
    target = seen.one("aws_cloudwatch_event_target", "question-target")
    assert target["retry_policy"]["maximum_retry_attempts"] == 0


def test_only_an_answer_that_failed_is_an_alarm_and_not_the_lack_of_a_question(seen: Synthesized) -> None:
    alarm = seen.one("aws_cloudwatch_metric_alarm", "out-of-reach")
    (query,) = alarm["metric_query"]
    assert query["metric"]["metric_name"] == "FailedInvocations"
    assert alarm["treat_missing_data"] == "notBreaching"


def test_a_region_is_lost_when_it_is_both_silent_and_out_of_reach(seen: Synthesized) -> None:
    lost = seen.only("aws_cloudwatch_composite_alarm")
    assert lost["alarm_name"] == NAMES.alarm("eu-west-1-lost")
    assert lost["alarm_rule"].replace(NAMES.alarm(""), "") == (
        'ALARM("eu-west-1-silent") AND ALARM("eu-west-1-out-of-reach")'
    )


def test_a_region_that_cannot_be_asked_is_lost_when_it_is_silent() -> None:
    made = health([Peer(PEER, None)])
    assert made.all("aws_cloudwatch_event_connection") == {}
    lost = made.only("aws_cloudwatch_composite_alarm")["alarm_rule"]
    assert lost.replace(NAMES.alarm(""), "") == 'ALARM("eu-west-1-silent")'


def test_it_takes_as_long_as_the_environment_says() -> None:
    made = health([Peer(PEER, URL)], silence="5m")
    assert {alarm["evaluation_periods"] for alarm in made.all("aws_cloudwatch_metric_alarm").values()} == {5}


def test_nothing_is_asked_of_route_53() -> None:
    made = health([Peer(PEER, URL), Peer(aws_region("ap-southeast-2"), URL)])
    assert not [address for address in made.addresses if "route53" in address]
    assert len(made.all("aws_cloudwatch_composite_alarm")) == 2


def test_each_role_may_do_one_thing(seen: Synthesized) -> None:
    rights = [actions(policy["policy"]) for policy in seen.all("aws_iam_role_policy").values()]
    assert sorted(rights, key=str) == [{"events:InvokeApiDestination"}, {"events:PutEvents"}]


def test_who_asks_is_no_secret(seen: Synthesized) -> None:
    given = seen.only("aws_cloudwatch_event_connection")["auth_parameters"]["api_key"]
    assert given == {"key": "X-Asked-From", "value": "us-east-1"}
