"""One issue for each stack that has drifted, against a tracker that behaves as GitHub's does."""

import pytest

from backstay.pipeline.changes import Changes, StackChanges, StackError
from backstay.pipeline.drift_issues import Settled, settle
from backstay.pipeline.github import GitHub, GitHubError
from backstay.terraform import Action, Outcome
from backstay.terraform.resource_change import ChangeAction, ResourceChange
from tests.pipeline.github_server import Answer, GitHubServer
from tests.pipeline.issue_tracker import REPOSITORY, TOKEN, IssueTracker

NETWORK = ResourceChange(
    address="aws_vpc.network", type="aws_vpc", action=ChangeAction.UPDATE, because=("tags", "enable_dns_hostnames")
)
BUCKET = ResourceChange(address="aws_s3_bucket.artifacts", type="aws_s3_bucket", action=ChangeAction.DELETE)
EAST = "production-us-east-1"
WEST = "production-us-west-2"


@pytest.fixture
def tracker(github_server: GitHubServer, monkeypatch: pytest.MonkeyPatch) -> IssueTracker:
    made = IssueTracker()
    monkeypatch.setattr(github_server, "answer", made.answer)
    return made


@pytest.fixture
def github(github_server: GitHubServer) -> GitHub:
    return GitHub(repository=REPOSITORY, token=TOKEN, api=github_server.url, pause_seconds=0)


def stack(name: str, *changes: ResourceChange, error: str = "") -> StackChanges:
    outcome = Outcome.FAILED if error else Outcome.CHANGED if changes else Outcome.UNCHANGED
    errors = (StackError(error, "aws_vpc.network"),) if error else ()
    return StackChanges(name=name, cloud="aws", region="us-east-1", outcome=outcome, changes=changes, errors=errors)


def found(*stacks: StackChanges) -> list[Changes]:
    return [Changes(environment="production", action=Action.DRIFT, stacks=stacks)]


def test_a_drift_opens_an_issue_that_says_what_and_what_to_do(github: GitHub, tracker: IssueTracker) -> None:
    (settled,) = settle(github, found(stack(EAST, NETWORK, BUCKET)))
    (issue,) = tracker.issues
    assert (settled.settled, settled.url) == (Settled.OPENED, "https://github.example/acme/platform/issues/1")
    assert issue.title == "production-us-east-1 has drifted"
    assert issue.labels == ["drift"]
    assert issue.body == (
        "<!-- backstay drift production production-us-east-1 -->\n"
        "Outside Terraform, 2 resources are not as the stack `production-us-east-1` in us-east-1 has it:\n\n"
        "- `aws_vpc.network` was changed in `tags`, `enable_dns_hostnames`\n"
        "- `aws_s3_bucket.artifacts` is gone\n\n"
        "`backstay deploy production --stack production-us-east-1` brings back what the code says. To keep what was "
        "changed, write it into the code. This issue is closed when the drift is gone.\n"
    )


def test_each_stack_has_an_issue_of_its_own(github: GitHub, tracker: IssueTracker) -> None:
    settle(github, found(stack(EAST, NETWORK), stack(WEST, NETWORK)))
    assert [issue.title for issue in tracker.issues] == [f"{EAST} has drifted", f"{WEST} has drifted"]


def test_the_same_drift_again_changes_nothing(github: GitHub, tracker: IssueTracker) -> None:
    settle(github, found(stack(EAST, NETWORK)))
    tracker.writes.clear()
    (settled,) = settle(github, found(stack(EAST, NETWORK)))
    assert settled.settled is Settled.KEPT
    assert tracker.writes == []


def test_another_drift_is_written_into_the_same_issue_without_a_comment(github: GitHub, tracker: IssueTracker) -> None:
    settle(github, found(stack(EAST, NETWORK)))
    (settled,) = settle(github, found(stack(EAST, BUCKET)))
    (issue,) = tracker.issues
    assert settled.settled is Settled.UPDATED
    assert "aws_s3_bucket.artifacts" in issue.body
    assert "aws_vpc.network" not in issue.body
    assert issue.comments == []


def test_the_issue_is_closed_with_a_comment_when_the_drift_is_gone(github: GitHub, tracker: IssueTracker) -> None:
    settle(github, found(stack(EAST, NETWORK), stack(WEST, NETWORK)))
    settled = settle(github, found(stack(EAST), stack(WEST, NETWORK)))
    assert [each.settled for each in settled] == [Settled.CLOSED, Settled.KEPT]
    east, west = tracker.issues
    assert (east.state, east.reason, east.comments) == ("closed", "completed", ["Nothing has drifted any more."])
    assert west.state == "open"


def test_a_drift_that_comes_back_gets_a_new_issue(github: GitHub, tracker: IssueTracker) -> None:
    for changes in ((NETWORK,), (), (NETWORK,)):
        settle(github, found(stack(EAST, *changes)))
    assert [issue.state for issue in tracker.issues] == ["closed", "open"]


def test_no_drift_and_no_issue_writes_nothing(github: GitHub, tracker: IssueTracker) -> None:
    (settled,) = settle(github, found(stack(EAST)))
    assert settled.settled is Settled.NOTHING
    assert tracker.writes == []


def test_a_stack_that_cannot_be_planned_has_an_issue_that_becomes_that_of_its_drift(
    github: GitHub, tracker: IssueTracker
) -> None:
    settle(github, found(stack(EAST, error="no such host")))
    (issue,) = tracker.issues
    assert issue.title == "production-us-east-1 cannot be planned"
    assert "- `no such host` in `aws_vpc.network`" in issue.body
    settle(github, found(stack(EAST, NETWORK)))
    assert [issue.title for issue in tracker.issues] == ["production-us-east-1 has drifted"]


def test_a_stack_that_was_interrupted_keeps_its_issue(github: GitHub, tracker: IssueTracker) -> None:
    settle(github, found(stack(EAST, NETWORK)))
    tracker.writes.clear()
    cut_off = StackChanges(name=EAST, cloud="aws", region="us-east-1", outcome=Outcome.INTERRUPTED)
    (settled,) = settle(github, found(cut_off))
    assert settled.settled is Settled.UNKNOWN
    assert tracker.writes == []


def test_an_issue_of_a_stack_that_nobody_looked_at_stays(github: GitHub, tracker: IssueTracker) -> None:
    settle(github, found(stack(EAST, NETWORK), stack(WEST, NETWORK)))
    settle(github, found(stack(WEST)))
    assert [issue.state for issue in tracker.issues] == ["open", "closed"]


def test_an_issue_of_somebody_else_is_never_touched(github: GitHub, tracker: IssueTracker) -> None:
    body = f"<!-- backstay drift production {EAST} -->\nI have no right to label this"
    theirs = tracker.add("free money", body, labels=[])
    settle(github, found(stack(EAST, NETWORK)))
    assert theirs.body == body
    assert len(tracker.issues) == 2


def test_a_pull_request_is_no_issue(github: GitHub, tracker: IssueTracker) -> None:
    tracker.labels.add("drift")
    marker = f"<!-- backstay drift production {EAST} -->"
    request = tracker.add("mend it", marker, ["drift"], is_pull_request=True)
    settle(github, found(stack(EAST)))
    assert request.state == "open"


def test_an_issue_is_found_on_a_later_page(github: GitHub, tracker: IssueTracker) -> None:
    tracker.page = 2
    stacks = [stack(f"production-{number}", NETWORK) for number in range(5)]
    settle(github, found(*stacks))
    settled = settle(github, found(*stacks))
    assert {each.settled for each in settled} == {Settled.KEPT}
    assert len(tracker.issues) == 5


def test_a_long_list_is_cut(github: GitHub, tracker: IssueTracker) -> None:
    many = [
        ResourceChange(address=f"aws_vpc.network[{number}]", type="aws_vpc", action=ChangeAction.DELETE)
        for number in range(5000)
    ]
    settle(github, found(stack(EAST, *many)))
    body = tracker.issues[0].body
    listed = body.count("` is gone\n")
    assert f"- and {5000 - listed} more\n" in body
    assert listed > 100
    assert len(body) <= 65_536


def test_however_much_of_a_resource_has_drifted_there_is_an_issue(github: GitHub, tracker: IssueTracker) -> None:
    everything = tuple(f"{'attribute' * 20}_{number}" for number in range(1000))
    changes = [
        ResourceChange(address=f"aws_vpc.a[{number}]", type="aws_vpc", action=ChangeAction.UPDATE, because=everything)
        for number in range(200)
    ]
    settle(github, found(stack(EAST, *changes)))
    assert "and 992 more" in tracker.issues[0].body
    assert len(tracker.issues[0].body) <= 65_536


def test_what_was_found_is_shown_as_code_and_mentions_nobody(github: GitHub, tracker: IssueTracker) -> None:
    settle(github, found(stack(EAST, error="`@everyone` see\nhttp://bad.example `")))
    assert "- `@everyone see http://bad.example` in" in tracker.issues[0].body


def test_a_refusal_is_passed_on(github: GitHub, github_server: GitHubServer) -> None:
    github_server.will_say(Answer(403, {"message": "Resource not accessible by integration"}))
    with pytest.raises(GitHubError, match="issues: write"):
        settle(github, found(stack(EAST, NETWORK)))


def test_a_stack_that_may_not_be_looked_at_keeps_its_issue_as_it_is(github: GitHub, tracker: IssueTracker) -> None:
    withheld = StackChanges(name=EAST, cloud="aws", region="us-east-1", outcome=Outcome.WITHHELD, reason="no rights")
    (settled,) = settle(github, found(withheld))
    assert (settled.settled, tracker.issues) == (Settled.UNKNOWN, [])
    settle(github, found(stack(EAST, NETWORK)))
    settle(github, found(withheld))
    assert [issue.state for issue in tracker.issues] == ["open"]
