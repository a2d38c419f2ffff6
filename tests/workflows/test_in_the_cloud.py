"""What the workflows do to an environment that stands, with real Terraform and its AWS provider.

Their commands are run as they are written. Only variables of the environment lead them to the embedded cloud.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from backstay.cli import examination
from tests.conftest import require
from tests.pipeline.issue_tracker import IssueTracker
from tests.workflows import runs
from tests.workflows.cloud_project import (
    FIRST,
    PARAMETER,
    ROUTING,
    SECOND,
    SESSIONS,
    THIRD,
    Repository,
    region_stack,
    state,
)

pytestmark = pytest.mark.sandbox

TABLE, DATABASE = "aws_dynamodb_table.sessions", "aws_rds_cluster.vectors"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    aws, *_ = examination.providers(None)
    require(not aws.advice, f"no AWS provider: {aws.found}")
    repository = Repository(tmp_path_factory.mktemp("repository") / "project")
    try:
        repository.commit(repository.stands)
        applied = runs.push(repository)
        assert applied.statuses == [0, 0], applied.said
        yield repository
    finally:
        repository.project.end_sandboxes()


@pytest.fixture
def repository(deployed: Repository) -> Iterator[Repository]:
    """With main as it was applied last, whatever a pull request would have done."""
    yield deployed
    deployed.commit(deployed.stands)


def parameter(repository: Repository, region: str) -> str:
    return repository.client("ssm", region).get_parameter(Name=PARAMETER)["Parameter"]["Value"]


def shows(page: str, *parts: str) -> bool:
    """Whether a page has these parts, in this order."""
    places = [page.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_a_renamed_construct_is_a_loud_replacement(repository: Repository) -> None:
    planned = runs.pull_request(repository, replace(repository.stands, table="conversations"))
    assert planned.stacks == [region_stack(SECOND)]
    assert planned.status == 3
    loss = f"`{TABLE}`, a table, would be **replaced**: it is called `aws_dynamodb_table.conversations` now"
    renamed = f"`aws_dynamodb_table.conversations` **is `{TABLE}` under a new id**"
    assert shows(planned.page, "Refused: data would be lost", loss, "**1 to replace**", renamed), planned.page


def test_data_is_lost_only_when_it_was_given_up(repository: Repository) -> None:
    code = replace(repository.stands, has_database=False, key="session")
    planned = runs.pull_request(repository, code)
    assert (planned.stacks, planned.status) == ([region_stack(SECOND)], 3)
    database, table = f"`{DATABASE}`, a database, would be **deleted**", f"`{TABLE}`, a table, would be **replaced**"
    assert shows(planned.page, "Refused: data would be lost", table, database, "**1 to replace**"), planned.page

    applied = runs.push(repository)
    assert applied.statuses == [0, 1]
    assert "refused: a database would be deleted" in applied.said
    assert applied.waves()["region, primary"] == "not started"
    assert (keys_of_table(repository), databases(repository)) == (["id"], ["vectors"])

    loss = (region_stack(SECOND), TABLE, "rebuilt every night from the documents", date.today().isoformat())
    planned = runs.pull_request(repository, replace(code, has_database=True, given_up=(loss,)))
    assert planned.status == 0
    assert shows(planned.page, "**Data will be lost.**", table, "rebuilt every night"), planned.page
    applied = runs.push(repository)
    assert applied.statuses == [0, 0], applied.said
    assert (keys_of_table(repository), databases(repository)) == (["session"], ["vectors"])


def keys_of_table(repository: Repository) -> list[str]:
    table = repository.client("dynamodb", SECOND).describe_table(TableName=SESSIONS)["Table"]
    return [key["AttributeName"] for key in table["KeySchema"]]


def databases(repository: Repository) -> list[str]:
    found = repository.client("rds", SECOND).describe_db_clusters()["DBClusters"]
    return [database["DBClusterIdentifier"] for database in found]


def test_moving_traffic_touches_the_routing_stack_only(repository: Repository) -> None:
    planned = runs.pull_request(repository, replace(repository.stands, shares={FIRST: 20, SECOND: 80}))
    assert (planned.stacks, planned.status) == ([ROUTING], 0)
    assert shows(planned.page, "**Moves traffic only**", "`weighted_routing_policy`", "50% → **20%**"), planned.page
    applied = runs.push(repository)
    assert applied.statuses == [0, 0], applied.said
    assert applied.changed() == [ROUTING]


def test_what_is_changed_by_hand_has_an_issue_until_it_is_put_back(repository: Repository) -> None:
    tracker, ssm, stack = IssueTracker(), repository.client("ssm", SECOND), region_stack(SECOND)
    model = {"Name": PARAMETER, "Type": "String", "Overwrite": True}
    ssm.put_parameter(**model, Value="large")
    runs.night(repository, tracker, {stack})
    (issue,) = tracker.issues
    assert (issue.state, issue.title) == ("open", f"{stack} has drifted")
    assert "`aws_ssm_parameter.model` was changed in `value`" in issue.body
    assert "large" not in issue.body

    ssm.delete_parameter(Name=PARAMETER)
    runs.night(repository, tracker, {stack})
    assert "`aws_ssm_parameter.model` is gone" in tracker.issues[0].body

    ssm.put_parameter(**model, Value=repository.stands.model)
    runs.night(repository, tracker, {stack})
    assert [issue.state for issue in tracker.issues] == ["closed"]


def test_one_region_is_planned_and_applied_with_the_other_gone(repository: Repository) -> None:
    repository.commit(replace(repository.stands, model="survivor"))
    repository.cloud.lose(FIRST)
    try:
        planned, applied = runs.without(repository, FIRST)
        assert repository.cloud.refused().get(FIRST, 0) == 0
        assert parameter(repository, SECOND) == "survivor"
    finally:
        repository.cloud.restore(FIRST)
    assert (planned.stacks, planned.status) == ([region_stack(SECOND)], 0)
    assert applied.statuses == [0], applied.said
    assert applied.changed() == [region_stack(SECOND)]
    assert parameter(repository, FIRST) == repository.stands.model


def test_a_region_is_added_once_the_wave_that_failed_can_succeed(repository: Repository) -> None:
    shares = {**repository.stands.shares, THIRD: 0}
    planned = runs.pull_request(repository, replace(repository.stands, shares=shares))
    assert (planned.stacks, planned.status) == ([state(THIRD), region_stack(THIRD)], 0)
    assert shows(planned.page, "to create", "### Regions", f"aws {THIRD}", "**new**"), planned.page

    ssm = repository.client("ssm", THIRD)
    ssm.put_parameter(Name=PARAMETER, Type="String", Value="somebody's own")
    applied = runs.push(repository)
    assert applied.statuses == [0, 1]
    assert applied.waves() == {
        "state, tertiary": "done",
        "region, tertiary": "failed",
        **dict.fromkeys(("region, secondary", "region, primary", "routing"), "not started"),
    }
    ssm.delete_parameter(Name=PARAMETER)
    applied = runs.push(repository)
    assert applied.statuses == [0, 0], applied.said
    assert set(applied.waves().values()) == {"done"}
    assert parameter(repository, THIRD) == repository.stands.model
