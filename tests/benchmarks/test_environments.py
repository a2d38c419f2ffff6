"""The environments that the benchmark makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from backstay import environment_file
from backstay.topology import Mode
from benchmarks.environments import generate

PRODUCTION = Path(__file__).parents[2] / "environments" / "production.yaml"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 10, 30])
def test_generated_environment_is_valid_and_has_that_many_different_regions(tmp_path: Path, count: int) -> None:
    environment = environment_file.load(generate(count, base=PRODUCTION, folder=tmp_path))
    assert len({region.location for region in environment.regions.values()}) == count
    assert len(environment.active) == min(count, 2)
    assert environment.mode == (Mode.SINGLE_REGION if count == 1 else Mode.ACTIVE_ACTIVE)


def test_three_generated_regions_are_those_of_the_base(tmp_path: Path) -> None:
    base = environment_file.load(PRODUCTION)
    generated = environment_file.load(generate(3, base=PRODUCTION, folder=tmp_path))
    assert generated.regions == base.regions


def test_more_regions_than_aws_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^99 regions asked for; AWS has \d\d with three zones$"):
        generate(99, base=PRODUCTION, folder=tmp_path)
