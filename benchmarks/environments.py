"""Make environment files with a given number of regions, to see how synthesis grows with them."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from backstay import environment_file
from backstay.topology import Cloud
from backstay.topology.catalog import catalog

if TYPE_CHECKING:
    from pathlib import Path


def generate(count: int, *, base: Path, folder: Path) -> Path:
    """Write an environment with `count` AWS regions, otherwise like `base`, which has at least three.

    One region stands alone; of more, the first two share the traffic and the others wait. So many regions
    have to be neighbours, so the rule against that is waived; so is the one for GPUs
    that a region does not have.

    Raises:
        ValueError: when AWS has fewer regions that fit.
        EnvironmentFileError: when the result is not a valid environment.
    """
    yaml = YAML(typ="safe")
    data: dict[str, Any] = yaml.load(base)
    active, other_active, standby = (data["regions"][role] for role in ("primary", "secondary", "tertiary"))
    templates = [active, other_active] + [standby] * (count - 2) if count > 1 else [{**active, "traffic": "100%"}]
    places = _regions(count, first=[region["region"] for region in data["regions"].values()])
    data["name"] = f"regions-{count}"
    data["mode"] = "active-active" if count > 1 else "single-region"
    data["regions"] = {
        role: {**deepcopy(template), "region": place}  # an environment file may not have YAML aliases
        for role, template, place in zip(_roles(count), templates, places, strict=True)
    }
    data["waivers"] = [
        *data.get("waivers", []),
        *(
            {
                "rule": rule,
                "reason": "made for a benchmark, never deployed",
                "until": date.today() + timedelta(days=1),
            }
            for rule in ("regions-apart", "gpu-type-offered")
        ),
    ]
    path = folder / f"{data['name']}.yaml"
    with path.open("w") as file:
        yaml.dump(data, file)
    environment_file.load(path)
    return path


def _roles(count: int) -> list[str]:
    return ["primary", "secondary", "tertiary", *(f"standby-{number}" for number in range(4, count + 1))][:count]


def _regions(count: int, *, first: list[str]) -> list[str]:
    known = catalog(Cloud.AWS).regions
    fitting = [name for name, facts in known.items() if facts.zones >= 3 and name not in first]
    if count > len(first) + len(fitting):
        raise ValueError(f"{count} regions asked for; AWS has {len(first) + len(fitting)} with three zones")
    return [*first, *fitting][:count]
