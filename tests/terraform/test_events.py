"""Reading Terraform's output."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.terraform.advice import advise
from backstay.terraform.events import (
    ChangeSummary,
    Counts,
    Diagnostic,
    OutputChanges,
    parse,
    text_diagnostics,
)


def test_a_summary_is_read_from_any_version() -> None:
    changes = {"add": 1, "change": 2, "remove": 3, "operation": "apply"}
    line = json.dumps({"type": "change_summary", "changes": changes})
    assert parse(line) == ChangeSummary("apply", Counts(added=1, changed=2, destroyed=3))


def test_outputs_count_when_their_plan_changes_them() -> None:
    outputs = {"a": {"action": "noop"}, "b": {"action": "create"}, "c": {"sensitive": True, "value": 1}}
    assert parse(json.dumps({"type": "outputs", "outputs": outputs})) == OutputChanges(1)


@given(st.text(), st.none() | st.integers() | st.text() | st.dictionaries(st.text(), st.text()))
def test_lines_that_are_no_event_are_passed_over(text: str, kind: object) -> None:
    assert parse(text) is None
    assert parse(json.dumps({"type": f"unheard of {kind}"})) is None
    assert parse('{"cut off') is None


def test_errors_written_as_text_are_told_apart() -> None:
    text = """
Initializing the backend...
Warning: Deprecated Parameter

  on cdk.tf.json line 4:

The parameter "dynamodb_table" is deprecated.

Error: Failed to query available provider packages

Could not retrieve the list of available versions for provider hashicorp/aws:
no such host

Error: execution halted
"""
    warning, query, halted = text_diagnostics(text.splitlines())
    assert (warning.severity, warning.summary) == ("warning", "Deprecated Parameter")
    assert query.is_error
    assert query.detail.endswith("hashicorp/aws:\nno such host")
    assert halted == Diagnostic("error", "execution halted")


@pytest.mark.parametrize(
    ("summary", "detail", "word"),
    [
        ("Failed to query available provider packages", "could not connect to registry.terraform.io:", "mirror"),
        ("Error refreshing state", "operation error S3: NoSuchBucket: gone", "backstay state bootstrap"),
        ("Unable to read", "No valid credential\nsources found", "AWS_PROFILE"),
        ("AWS account ID not allowed: 111122223333", "", "nothing was changed"),
        ("Unsupported Terraform Core version", "", "TERRAFORM_BINARY_NAME"),
        ("Error: Backend configuration changed", "", ".terraform"),
    ],
)
def test_frequent_errors_get_advice_in_our_commands(summary: str, detail: str, word: str) -> None:
    advice = advise(Diagnostic("error", summary, detail), command=["terraform"], directory="stacks/east")
    assert word in advice


def test_an_error_that_terraform_explains_well_gets_none() -> None:
    error = Diagnostic("error", "Invalid value", "must be a number")
    assert advise(error, command=["terraform"], directory="stacks/east") == ""
