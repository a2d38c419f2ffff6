"""Which Kubernetes versions a cluster may run."""

from datetime import date

import pytest

from backstay.azure.cluster_version import require_supported
from tests.azure.surroundings import REGION


def test_a_version_is_supported_until_its_last_day() -> None:
    require_supported("1.35", REGION, today=date(2027, 3, 31))


def test_a_version_is_refused_on_the_day_after_with_that_day_and_what_to_take() -> None:
    with pytest.raises(ValueError, match=r"Kubernetes 1\.35 left standard support on 2027-03-31; supported: 1\.36"):
        require_supported("1.35", REGION, today=date(2027, 4, 1))


def test_an_unknown_version_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"'1\.99' is not a known azure version; supported: .*1\.35, 1\.36"):
        require_supported("1.99", REGION, today=date(2026, 11, 24))
