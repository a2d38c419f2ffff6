"""The document of changes, written and read."""

import json
from pathlib import Path
from typing import Any

import pytest

from backstay.pipeline.changes import VERSION, Changes, ChangesError, merged
from backstay.terraform import Action, Outcome, StackResult
from backstay.terraform.events import Counts, Diagnostic
from backstay.terraform.resource_change import ChangeAction
from tests.pipeline.planned import HERE, ROUTING, TABLE, THERE, change, failed, plan, stack
from tests.topology.sample import environment

REPLACED = change(
    ChangeAction.REPLACE, TABLE, because=("hash_key",), previous_address="aws_dynamodb_table.old", is_renamed=True
)


def result(name: str, **more: Any) -> StackResult:
    return StackResult(**{"stack": name, "action": Action.PLAN, "outcome": Outcome.UNCHANGED, **more})


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    said = plan(stack(HERE, REPLACED), failed(THERE, "no credentials", "aws_iam_role.a"))
    said.write(tmp_path / "in/changes.json")
    text = (tmp_path / "in/changes.json").read_text()
    assert Changes.parse(text, source="changes.json") == said


def test_results_are_told_with_where_their_stacks_are() -> None:
    names = environment().names
    results = [result(name) for name in (HERE, "example-link-eu-west-1-us-east-1", ROUTING, "example-own")]
    stacks = Changes.of(environment(), Action.PLAN, results).as_json()["stacks"]
    assert [(each["cloud"], each["region"]) for each in stacks] == [
        ("aws", "us-east-1"),
        ("aws", "eu-west-1"),
        ("aws", ""),
        ("", ""),
    ]
    assert names.routing_stack() == ROUTING


def test_the_document_is_what_is_promised() -> None:
    planned = result(HERE, outcome=Outcome.CHANGED, counts=Counts(added=1, destroyed=1), changes=(REPLACED,))
    assert Changes.of(environment(), Action.PLAN, [planned]).as_json() == {
        "version": VERSION,
        "environment": "example",
        "action": "plan",
        "stacks": [
            {
                "name": HERE,
                "cloud": "aws",
                "region": "us-east-1",
                "outcome": "changed",
                "reason": "",
                "counts": {"added": 1, "changed": 0, "destroyed": 1, "imported": 0},
                "changes": [
                    {
                        "address": TABLE,
                        "type": "aws_dynamodb_table",
                        "action": "replace",
                        "previous_address": "aws_dynamodb_table.old",
                        "renamed": True,
                        "because": ["hash_key"],
                        "shrinks": [],
                        "holds_data": True,
                    }
                ],
                "errors": [],
                "moves_traffic_only": False,
            }
        ],
    }


def test_an_error_is_told_without_its_details() -> None:
    error = Diagnostic("error", "Invalid value", "the value hunter2 is not allowed", "aws_sqs_queue.a")
    failure = result(HERE, outcome=Outcome.FAILED, diagnostics=(error,))
    text = json.dumps(Changes.of(environment(), Action.PLAN, [failure]).as_json())
    assert "Invalid value" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("because", "moves"),
    [
        (("weighted_routing_policy",), True),
        (("failover_routing_policy",), True),
        (("weighted_routing_policy", "records"), False),
        (("ttl",), False),
    ],
)
def test_traffic_is_moved_by_what_says_how_much_goes_where(because: tuple[str, ...], moves: bool) -> None:
    record = change(ChangeAction.UPDATE, "aws_route53_record.clients", because=because)
    assert stack(ROUTING, record).moves_traffic_only is moves


def test_a_new_record_is_more_than_a_move_of_traffic() -> None:
    record = change(ChangeAction.CREATE, "aws_route53_record.clients")
    assert not stack(ROUTING, record).moves_traffic_only
    assert not stack(ROUTING).moves_traffic_only


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no document of changes"),
        ("[]", "no document of changes"),
        ('{"version": 1, "environment": "example", "action": "plan", "stacks": [{}]}', "no document of changes"),
        ('{"version": 1, "environment": "example", "action": "guess", "stacks": []}', "no document of changes"),
        ('{"version": 2}', "version 2 of the schema"),
    ],
)
def test_what_is_no_such_document_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(ChangesError, match=f"changes.json .*{words}"):
        Changes.parse(text, source="changes.json")


def test_several_jobs_make_one_document() -> None:
    assert merged([plan(stack(THERE)), plan(stack(ROUTING), stack(HERE))]) == plan(
        stack(THERE), stack(ROUTING), stack(HERE)
    )


def test_a_stack_is_told_once() -> None:
    with pytest.raises(ChangesError, match=f"two documents tell of the stack {HERE}"):
        merged([plan(stack(HERE)), plan(stack(HERE))])


def test_environments_and_actions_are_not_mixed() -> None:
    drift = Changes(environment="example", action=Action.DRIFT)
    with pytest.raises(ChangesError, match="got: drift of example, plan of example"):
        merged([plan(), drift])
    with pytest.raises(ChangesError, match="got: none"):
        merged([])
