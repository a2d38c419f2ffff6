"""In which waves the shipped environments are deployed, where a change of order is worth a look.

`tests/golden/waves/<environment>.txt` lists them. Write them anew with BACKSTAY_WRITE_GOLDEN=1.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cdktf import App

from backstay.pipeline.waves import Wave, waves, without_pipelines
from backstay.terraform import manifest
from stacks import add_stacks
from tests.synthesis import ENVIRONMENTS, environment, regions_of

GOLDEN = Path(__file__).parents[1] / "golden/waves"


def found(name: str, folder: Path) -> tuple[Wave, ...]:
    app = App(outdir=str(folder))
    add_stacks(app, environment(name))
    app.synth()
    return waves(environment(name), without_pipelines(environment(name), manifest.read(folder)))


def lines(name: str, found: tuple[Wave, ...]) -> Iterator[str]:
    regions = environment(name).regions
    for number, wave in enumerate(found, 1):
        region = regions[wave.role] if wave.role else None
        where = f" {region.region}, {region.status}, {region.traffic}" if region else ""
        yield f"{number} {wave.stage.title}{where}"
        yield from (f"    {stack}" for stack in wave.stacks)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_is_deployed_in_these_waves(name: str, tmp_path: Path) -> None:
    order = found(name, tmp_path)
    regions = regions_of(environment(name))
    for wave in order:
        assert len({regions[stack].region for stack in wave.stacks}) == 1, "two regions would be under way at once"
    text = "\n".join(lines(name, order)) + "\n"
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("BACKSTAY_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text)
    assert text == golden.read_text()
