"""Tags become labels."""

import re

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from backstay.topology.labels import labels

# https://cloud.google.com/resource-manager/docs/labels-overview#requirements
KEY, VALUE = re.compile("[a-z][a-z0-9_-]{0,62}"), re.compile("[a-z0-9_-]{0,63}")


def test_what_a_tag_says_is_said_in_lower_case() -> None:
    tags = {"Environment": "production", "ManagedBy": "terraform", "Owner": "Team Search <search@example.com>"}
    assert labels(tags) == {
        "environment": "production",
        "managedby": "terraform",
        "owner": "team-search--search-example-com-",
    }


@given(st.dictionaries(st.from_regex("[A-Za-z].*", fullmatch=True), st.text(), max_size=5))
def test_labels_are_such_as_google_cloud_allows(tags: dict[str, str]) -> None:
    try:
        made = labels(tags)
    except ValueError:
        reject()
    assert len(made) == len(tags)
    assert all(KEY.fullmatch(key) and VALUE.fullmatch(value) for key, value in made.items())


def test_long_values_that_differ_stay_different() -> None:
    one, other = labels({"a": "x" * 80 + "1", "b": "x" * 80 + "2"}).values()
    assert one != other


def test_two_tags_that_become_one_label_are_refused() -> None:
    with pytest.raises(ValueError, match="tags 'Cost Center' and 'cost-center' become one label 'cost-center'"):
        labels({"Cost Center": "42", "cost-center": "43"})


@pytest.mark.parametrize("tag", ["1st", "_hidden", "ключ", ""])
def test_a_tag_that_no_label_can_be_called_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match=f"tag '{tag}' cannot become a label, whose first character is a letter"):
        labels({tag: "x"})
