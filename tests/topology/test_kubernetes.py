"""Which Kubernetes versions a cluster may run."""

from datetime import date

import pytest

from backstay.topology.catalog.kubernetes import end_of_support
from tests.google.surroundings import REGION

END_OF_1_34 = date(2026, 10, 1)


def test_a_version_is_accepted_until_the_last_day_of_its_support() -> None:
    assert end_of_support("1.34", REGION, today=END_OF_1_34) == END_OF_1_34


def test_a_version_out_of_standard_support_is_refused_with_the_day_it_ended() -> None:
    with pytest.raises(ValueError, match=r"^Kubernetes 1.34 left standard support on 2026-10-01; supported: 1.35"):
        end_of_support("1.34", REGION, today=date(2026, 10, 2))


def test_an_unknown_version_is_refused_with_those_that_are_supported() -> None:
    with pytest.raises(ValueError, match=r"^Kubernetes '1.2' is not a known google version; supported: 1.34, 1.35"):
        end_of_support("1.2", REGION, today=END_OF_1_34)
