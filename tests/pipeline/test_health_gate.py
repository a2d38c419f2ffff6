"""By what it is known that a region serves."""

from typing import Any

import pytest

from backstay.aws.watch.alarms import UNFIT
from backstay.pipeline.health_gate import Gate, Signal, gates
from backstay.topology import Environment
from tests.topology import sample

PUBLIC = {"public": "clients call the service from the internet", "desired": 1}


def with_regions(**regions: dict[str, Any]) -> Environment:
    return sample.environment({f"regions.{role}": sample.DATA["regions"][role] | own for role, own in regions.items()})


def on_azure(**own: Any) -> dict[str, Any]:
    return {"cloud": "azure", "region": "westeurope", "vector_db": None} | own


def test_a_region_that_publishes_its_fleet_is_asked_at_its_own_name() -> None:
    gate = gates(with_regions(primary={"fleet": PUBLIC}))["primary"]
    assert gate == Gate("us-east-1", Signal.URL, "https://us-east-1.llm.example.com/health", threshold=3, interval=10)


def test_a_region_behind_an_entrance_gets_its_name_from_routing() -> None:
    gate = gates(with_regions(primary={"entrance": "ingress.example.net"}))["primary"]
    assert gate.signal is Signal.URL
    assert gate.opened_by_routing


def test_a_region_that_nobody_reaches_is_asked_by_its_own_alarm() -> None:
    gate = gates(with_regions())["primary"]
    assert (gate.signal, gate.asks) == (Signal.ALARM, f"acme-example--{UNFIT}")
    assert gate.why == "clients outside cannot reach it"
    assert gate.interval == 60


def test_a_region_with_no_signal_says_why() -> None:
    gate = gates(with_regions(secondary=on_azure()))["secondary"]
    assert gate.signal is Signal.NONE
    assert gate.why == "clients outside cannot reach it, and it has no alarm that says whether it should serve"


def test_a_standby_that_keeps_nothing_running_is_not_asked() -> None:
    gate = gates(with_regions(secondary={"entrance": "ingress.example.net", "llm_service": {"replicas": 0}}))
    assert gate["secondary"].signal is Signal.NONE
    assert gate["secondary"].why == "it keeps no copy of the service running that could answer"


def test_going_on_without_asking_can_be_asked_for() -> None:
    assert {(gate.signal, gate.why) for gate in gates(with_regions(), signal=Signal.NONE).values()} == {
        (Signal.NONE, "as was asked for")
    }


def test_an_alarm_is_asked_where_it_is_wanted() -> None:
    gate = gates(with_regions(primary={"fleet": PUBLIC}), signal=Signal.ALARM)["primary"]
    assert gate.signal is Signal.ALARM


def test_an_alarm_that_a_cloud_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="westeurope on azure has no alarm that says whether it should serve"):
        gates(with_regions(secondary=on_azure()), signal=Signal.ALARM)


def test_a_region_without_a_name_is_not_asked_at_it() -> None:
    with pytest.raises(ValueError, match="clients outside cannot reach us-east-1"):
        gates(with_regions(), signal=Signal.URL)


def test_a_region_without_a_name_is_asked_somewhere_else() -> None:
    gate = gates(with_regions(), signal=Signal.URL, template="http://10.0.0.1/{role}/{region}{path}")["secondary"]
    assert gate.asks == "http://10.0.0.1/secondary/eu-west-1/health"


@pytest.mark.parametrize("template", ["https://{name}/", "https://{}/", "https://{host"])
def test_a_template_with_other_placeholders_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"it may hold \{host\}, \{path\}, \{region\}, \{role\}"):
        gates(with_regions(), template=template)
