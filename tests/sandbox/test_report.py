"""What a run says about how real its cloud was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backstay.sandbox import Sandbox, corrections, stand_ins
from backstay.sandbox.report import report

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def test_only_what_was_used_is_reported() -> None:
    made = report(services=["eks", "sts"], stood_in={"eks": ["CreateAddon"]})
    assert {correction.service for correction in made.fixed} == {"eks"}
    assert [(one.service, one.operations) for one in made.stood_in] == [("eks", ("CreateAddon",))]


def test_sandbox_knows_what_it_was_asked_for(sandbox: Sandbox, cloud: Cloud) -> None:
    cloud.client("eks").describe_addon_versions(addonName="coredns")
    (stood_in,) = [one for one in sandbox.report().stood_in if one.service == "eks"]
    assert "DescribeAddonVersions" in stood_in.operations
    assert {"eks"} <= {correction.service for correction in sandbox.report().fixed}


@pytest.mark.parametrize("correction", corrections.load(), ids=lambda correction: correction.apply.__name__)
def test_each_correction_says_what_it_does_and_why(correction: corrections.Correction) -> None:
    assert correction.what[0].isupper()
    assert not correction.what.endswith(".")
    assert correction.why.endswith(".")


@pytest.mark.parametrize("service", stand_ins.services(), ids=lambda service: service.name)
def test_each_service_that_is_stood_in_for_says_why(service: stand_ins.Service) -> None:
    assert service.why
    assert service.operations
