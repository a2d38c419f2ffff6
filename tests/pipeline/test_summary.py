"""What a person reads of a plan.

`tests/golden/summaries/*.md` are whole pages. Write them anew with BACKSTAY_WRITE_GOLDEN=1, and look at them.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.pipeline.changes import Changes
from backstay.pipeline.findings import Finding
from backstay.pipeline.markdown import LONGEST
from backstay.pipeline.summary import Summary, marker
from backstay.terraform import Outcome
from backstay.terraform.resource_change import ChangeAction
from tests.pipeline.planned import HERE, ROUTING, STATE, TABLE, THERE, change, created, failed, plan, stack
from tests.topology.sample import ABSENT, TODAY, environment

GOLDEN = Path(__file__).parents[1] / "golden/summaries"
RECORD = "aws_route53_record.routing_clients"
NEW = "example-ap-southeast-1"
THIRD = {
    "regions.tertiary": {
        "cloud": "aws",
        "region": "ap-southeast-1",
        "status": "standby",
        "traffic": "0%",
        "vector_db": "replica",
    }
}
FOUND = Finding("gpu-pool-floor", "error", NEW, "aws_eks_node_group.gpu", "the pool starts from zero machines")


def summary(changes: Changes, **more: Any) -> Summary:
    return Summary(**{"environment": environment(), "changes": changes, "today": TODAY, **more})


def region_added() -> Summary:
    waiting = {"outcome": Outcome.WAITING, "reason": f"it can be planned when {NEW} has been applied"}
    planned = plan(
        stack(NEW, *created(3), *created(2, "aws_subnet")),
        stack(f"{NEW}-workloads", **waiting),
        stack(HERE, change(ChangeAction.UPDATE, "aws_iam_policy.failover", because=("policy",))),
        stack(ROUTING, change(ChangeAction.CREATE, f"{RECORD}_tertiary")),
        stack(THERE),
    )
    known = Finding("copies", "warning", THERE, "aws_s3_bucket.artifacts", "nothing copies it")
    return summary(
        planned, environment=environment(THIRD), base=environment(), findings=[known, FOUND], base_findings=[known]
    )


def construct_renamed() -> Summary:
    renamed = change(
        ChangeAction.REPLACE,
        "aws_dynamodb_table.stores_conversations_0A1B2C3D",
        previous_address=TABLE,
        is_renamed=True,
    )
    role = change(
        ChangeAction.REPLACE, "aws_iam_role.stores_conversations", previous_address="aws_iam_role.x", is_renamed=True
    )
    return summary(plan(stack(HERE, renamed, role), stack(THERE)), base=environment())


def database_deleted() -> Summary:
    gone = ("aws_rds_cluster.stores_vector_db", "aws_rds_cluster_instance.stores_vector_db_1", "aws_db_subnet_group.a")
    planned = plan(
        stack(HERE, *(change(ChangeAction.DELETE, address) for address in gone)),
        stack(STATE, change(ChangeAction.REPLACE, "aws_s3_bucket.states", because=("bucket",))),
        stack(THERE),
    )
    return summary(planned, base=environment())


def traffic_only() -> Summary:
    before = {"mode": "active-active", "regions.secondary.status": "active", "regions.primary.traffic": "50%"}
    after = {**before, "regions.primary.traffic": "30%", "regions.secondary.traffic": "70%"}
    records = [
        change(ChangeAction.UPDATE, f"{RECORD}_{role}", because=("weighted_routing_policy",))
        for role in ("primary", "secondary")
    ]
    return summary(
        plan(stack(HERE), stack(THERE), stack(ROUTING, *records)),
        environment=environment(after),
        base=environment({**before, "regions.secondary.traffic": "50%"}),
        findings=[],
    )


@pytest.mark.parametrize("scene", [region_added, construct_renamed, database_deleted, traffic_only])
def test_pages_are_as_they_were_looked_at(scene: Any) -> None:
    golden, page = GOLDEN / f"{scene.__name__.replace('_', '-')}.md", str(scene())
    if os.environ.get("BACKSTAY_WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(page, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == page


def position(page: Summary, *texts: str) -> list[int]:
    found = [str(page).find(text) for text in texts]
    assert -1 not in found, f"not all of {texts} are on the page"
    return found


def test_a_page_begins_with_the_marker_of_its_environment() -> None:
    assert str(traffic_only()).startswith(f"{marker('example')}\n")


def test_lost_data_comes_before_all_else_and_states_before_other_data() -> None:
    page = database_deleted()
    order = position(page, "Refused", f"`{STATE}`: `aws_s3_bucket.states`", f"`{HERE}`: `aws_rds_cluster.", "| stack |")
    assert order == sorted(order)
    assert page.is_refused


def test_what_may_be_lost_is_still_loud() -> None:
    loss = {"stack": HERE, "address": TABLE, "reason": "rebuilt @nightly from the lake", "until": TODAY.isoformat()}
    planned = plan(stack(HERE, change(ChangeAction.DELETE, TABLE)))
    page = summary(planned, environment=environment({"allow_data_loss": [loss]}))
    assert not page.is_refused
    position(page, "[!WARNING]", f"allowed until {TODAY}: `rebuilt @nightly from the lake`")
    later = summary(planned, environment=page.environment, today=TODAY + timedelta(days=1))
    assert later.is_refused


def test_what_terraform_protects_is_refused_too() -> None:
    page = summary(plan(failed(HERE, "Instance cannot be destroyed", "aws_rds_cluster.a")))
    assert page.is_refused
    assert page.is_failed
    position(page, "[!CAUTION]", f"`{HERE}`: `aws_rds_cluster.a` is protected")


def test_a_stack_that_cannot_be_planned_is_said_to_have_failed_and_one_that_waits_is_not() -> None:
    waits = stack(THERE, outcome=Outcome.WAITING, reason="later")
    page = summary(plan(failed(HERE, "no credentials"), waits))
    assert page.is_failed
    position(page, f"> - `{HERE}`: `no credentials`", f"| `{THERE}` | `eu-west-1` | waits |")
    assert not summary(plan(waits)).is_failed


def test_without_any_plan_nobody_takes_it_for_an_empty_one() -> None:
    page = summary(plan())
    assert page.is_failed
    assert "Nothing to change" not in str(page)
    position(page, "no stack was planned")


def test_an_empty_plan_is_said_to_be_one() -> None:
    assert "Nothing to change." in str(summary(plan(stack(HERE), stack(ROUTING))))


def test_a_region_that_is_gone_from_the_file_is_not_taken_for_destroyed() -> None:
    alone = environment({"mode": "single-region", "regions.secondary": ABSENT})
    page = summary(plan(stack(HERE)), environment=alone, base=environment())
    position(page, "| secondary | aws eu-west-1 | standby | 0% | **no longer in the file**; what stands there stays")


@given(st.text(min_size=1, max_size=60))
def test_names_that_plans_tell_are_never_markup(name: str) -> None:
    plain = str(summary(plan(stack(HERE, change(ChangeAction.UPDATE, "aws_iam_role.a", because=("b",))))))
    hostile = str(summary(plan(stack(HERE, change(ChangeAction.UPDATE, f"aws_iam_role.{name}", because=(name,))))))
    assert hostile.count("\n") == plain.count("\n")
    assert hostile.count("`") == plain.count("`")
    assert hostile.count("|") == plain.count("|")


@pytest.mark.parametrize("number", [400, 5000])
def test_a_page_fits_into_a_comment_with_what_matters_whole(number: int) -> None:
    tables = [change(ChangeAction.DELETE, f"aws_dynamodb_table.table_{index}") for index in range(20)]
    stacks = [
        stack(f"{HERE}-{index}", *created(number // 10), *created(number // 10, "aws_subnet")) for index in range(10)
    ]
    page = summary(plan(stack(HERE, *tables), *stacks))
    assert len(str(page)) <= LONGEST
    position(page, *(f"`{table.address}`, a table, would be **deleted**" for table in tables))
    position(page, "and " if number > 400 else "Created (")
