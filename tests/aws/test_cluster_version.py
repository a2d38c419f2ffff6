"""Which Kubernetes versions a cluster may run."""

from datetime import date

import pytest

from backstay.aws.cluster_version import require_supported
from tests.aws.surroundings import REGION

END_OF_1_34 = date(2026, 12, 2)


def test_a_version_is_accepted_until_the_last_day_of_its_support() -> None:
    require_supported("1.34", REGION, today=END_OF_1_34)


def test_a_version_out_of_standard_support_is_refused_with_the_day_it_ended() -> None:
    with pytest.raises(ValueError, match=r"^Kubernetes 1.34 left standard support on 2026-12-02; supported: 1.35"):
        require_supported("1.34", REGION, today=date(2026, 12, 3))


def test_an_unknown_version_is_refused_with_those_that_are_supported() -> None:
    with pytest.raises(ValueError, match=r"^Kubernetes '1.2' is not a known aws version; supported: 1.34, 1.35"):
        require_supported("1.2", REGION, today=END_OF_1_34)
