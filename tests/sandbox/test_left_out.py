"""What the emulator lacks is left out of a stack, with all that refers to it, and Terraform still takes the stack."""

import json
from pathlib import Path

from backstay.sandbox import left_out, write_override

STACK = {
    "provider": {"aws": [{"region": "us-east-1"}]},
    "resource": {
        "aws_security_group": {"cache": {"name": "cache"}},
        "aws_elasticache_user": {"clients": {"user_id": "clients"}},
        "aws_elasticache_user_group": {"group": {"user_ids": ["${aws_elasticache_user.clients.user_id}"]}},
        "aws_elasticache_replication_group": {
            "cache": {
                "security_group_ids": ["${aws_security_group.cache.id}"],
                "user_group_ids": ["${aws_elasticache_user_group.group.id}"],
                "depends_on": ["aws_elasticache_user.clients"],
                "lifecycle": {"prevent_destroy": True},
            }
        },
        "aws_route53_record": {
            "cache": {"records": ["${aws_elasticache_replication_group.cache.primary_endpoint_address}"]}
        },
        "aws_cloudwatch_metric_alarm": {"lag": {"dimensions": {"CacheClusterId": "cache-001"}}},
    },
}


def test_what_the_emulator_lacks_is_made_no_times() -> None:
    overridden = left_out.override(STACK)
    assert {type_: {name: body["count"] for name, body in named.items()} for type_, named in overridden.items()} == {
        "aws_elasticache_user": {"clients": 0},
        "aws_elasticache_user_group": {"group": 0},
        "aws_elasticache_replication_group": {"cache": 0},
        "aws_route53_record": {"cache": 0},
    }


def test_references_say_which_of_none_is_meant_and_all_else_stays() -> None:
    overridden = left_out.override(STACK)
    assert overridden["aws_elasticache_replication_group"]["cache"] == {
        "count": 0,
        "user_group_ids": ["${aws_elasticache_user_group.group[0].id}"],
    }
    assert overridden["aws_route53_record"]["cache"]["records"] == [
        "${aws_elasticache_replication_group.cache[0].primary_endpoint_address}"
    ]


def test_a_stack_that_the_emulator_has_whole_is_left_alone() -> None:
    assert left_out.override({"resource": {"aws_security_group": STACK["resource"]["aws_security_group"]}}) == {}
    assert left_out.types({}) == []


def test_the_types_are_told() -> None:
    assert left_out.types(STACK) == [
        "aws_elasticache_replication_group",
        "aws_elasticache_user",
        "aws_elasticache_user_group",
        "aws_route53_record",
    ]


def test_the_override_lies_beside_the_stack_whose_json_stays_the_same(tmp_path: Path) -> None:
    written = tmp_path / "cdk.tf.json"
    written.write_text(json.dumps(STACK))
    override = write_override(tmp_path, local_state=tmp_path / "state")
    assert override is not None
    assert json.loads(override.read_text())["resource"] == left_out.override(STACK)
    assert json.loads(written.read_text()) == STACK
