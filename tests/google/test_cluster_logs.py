"""Where what a cluster's control plane writes is kept."""

from typing import Any

import pytest

from backstay.google.cluster_logs import ClusterLogs
from backstay.testing import Synthesized
from tests.google.surroundings import KEY, NAMES, PROJECT, REGION, in_region


def logs(**given: Any) -> Synthesized:
    wiring = {"project": PROJECT, "days": 90, "region": REGION, "names": NAMES, "key": KEY}
    return in_region(lambda scope: ClusterLogs(scope, "logs", **wiring | given))


@pytest.fixture(scope="module")
def default() -> Synthesized:
    return logs()


def test_they_are_kept_in_the_region_with_the_given_key(default: Synthesized) -> None:
    bucket = default.only("google_logging_project_bucket_config")
    assert bucket["location"] == "europe-west4"
    assert bucket["cmek_settings"] == {"kms_key_name": KEY.id}
    assert bucket["lifecycle"] == {"prevent_destroy": True}


@pytest.mark.parametrize(("days", "kept"), [(365, 365), (3653, 3650)])
def test_they_are_kept_for_the_days_asked_for_as_far_as_google_allows(days: int, kept: int) -> None:
    assert logs(days=days).only("google_logging_project_bucket_config")["retention_days"] == kept


def test_the_logs_of_this_cluster_alone_are_kept_there_and_nowhere_else(default: Synthesized) -> None:
    sink, exclusion = (default.only(f"google_logging_project_{kind}") for kind in ("sink", "exclusion"))
    (bucket,) = default.all("google_logging_project_bucket_config")
    (sink_name,) = default.all("google_logging_project_sink")
    assert sink["destination"] == f"logging.googleapis.com/${{google_logging_project_bucket_config.{bucket}.id}}"
    assert sink["filter"] == exclusion["filter"]
    for part in (
        '"k8s_control_plane_component"',
        'cluster_name="acme-production"',
        'location="europe-west4"',
    ):
        assert part in sink["filter"]
    assert exclusion["depends_on"] == [f"google_logging_project_sink.{sink_name}"]


def test_what_belongs_to_the_project_is_named_by_its_region(default: Synthesized) -> None:
    assert default.only("google_logging_project_sink")["name"].endswith("-europe-west4")


def test_disposable_logs_can_be_deleted_and_made_again() -> None:
    bucket = logs(disposable=True).only("google_logging_project_bucket_config")
    assert "lifecycle" not in bucket
    assert "terraform_data" in bucket["bucket_id"]
