import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from backstay import environment_file
from backstay.environment_file import EnvironmentFileError, schema
from backstay.environment_file.annotations import descriptions, within
from backstay.environment_file.document import DocumentError, read
from backstay.topology import SHARED_SECTIONS, Environment, GpuNodesSpec, SystemNodesSpec
from tests.environment_file.test_salvage import mutated
from tests.topology.sample import TODAY

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(ROOT.glob("environments/*.yaml"))
SCHEMA = schema.schema()
VALIDATOR = Draft202012Validator(SCHEMA)

# Structural faults that JSON Schema has no words for: bounds of quantities, dates of the calendar, and what
# keys say together.
BEYOND_A_SCHEMA = {
    "admin-of-two-clouds",
    "azure-state-in-part",
    "date-that-does-not-exist",
    "disk-too-small",
    "duration-too-long",
    "image-rules-left-alone",
    "network-public",
    "network-too-small",
    "network-with-host-bits",
    "override-out-of-order",
    "public-api-for-everybody",
    "scale-out-of-order",
    "secret-with-two-sources",
    "ssh-key-cut-short",
    "too-few-checkers",
    "vector-db-capacity",
    "two-zones",
    "zone-id-of-another-cloud",
    "zone-made-elsewhere",
    "zone-without-id",
}


def structurally_broken() -> list[Path]:
    """Files that are broken by themselves, not only by rules, and are the YAML that editors read too."""
    found = []
    for file in sorted(ROOT.glob("tests/environments/error.*.yaml")):
        text = file.read_text(encoding="utf-8")
        is_structural = re.search(r"^# expect: (?!.*\[[a-z0-9-]+]$)", text, re.MULTILINE)
        try:
            if is_structural and not read(text).problems:
                found.append(file)
        except DocumentError:
            continue
    return found


BROKEN = structurally_broken()


def test_the_committed_schema_is_fresh() -> None:
    committed = (ROOT / "environments" / "schema.json").read_text(encoding="utf-8")
    assert committed == schema.text(), "`backstay schema` writes environments/schema.json anew"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(schema.text()) == SCHEMA
    assert SCHEMA["title"] == "Backstay environment"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_environment_is_valid_and_names_the_schema(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    VALIDATOR.validate(read(text).data)
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")


def test_there_are_structurally_broken_files() -> None:
    assert len(BROKEN) > 40
    assert {file.stem.removeprefix("error.") for file in BROKEN} >= BEYOND_A_SCHEMA


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem.removeprefix("error."))
def test_a_structurally_broken_file_is_refused_where_a_schema_can(file: Path) -> None:
    is_valid = VALIDATOR.is_valid(read(file.read_text(encoding="utf-8")).data)
    assert is_valid == (file.stem.removeprefix("error.") in BEYOND_A_SCHEMA)


@given(
    st.sampled_from([file.read_text(encoding="utf-8") for file in SHIPPED]), st.integers(0, 2**32), st.integers(1, 6)
)
def test_what_loads_is_valid(text: str, seed: int, times: int) -> None:
    changed = mutated(text, seed, times)
    try:
        environment_file.parse(changed, file="x.yaml", today=TODAY)
    except EnvironmentFileError:
        return
    VALIDATOR.validate(read(changed).data)


def test_every_field_of_every_spec_is_in_it_with_its_description() -> None:
    found = list(within(Environment))
    assert len(found) > 20
    for spec in found:
        node = SCHEMA if spec is Environment else SCHEMA["$defs"][spec.__name__]
        assert node["properties"].keys() == spec.model_fields.keys() == descriptions(spec).keys()
        for name, description in descriptions(spec).items():
            assert node["properties"][name]["description"] == description


def test_a_description_is_that_of_the_nearest_class() -> None:
    assert descriptions(SystemNodesSpec)["desired"] == "Machines to start with: one per zone."
    assert descriptions(SystemNodesSpec)["minimum"] == descriptions(GpuNodesSpec)["minimum"]


def region(**changes: Any) -> dict[str, Any]:
    data = read((ROOT / "environments" / "production.yaml").read_text(encoding="utf-8")).data
    data["regions"]["primary"].update(changes)
    return data


def test_a_region_may_override_a_part_of_what_needs_more() -> None:
    data = region(cluster={"public_api": {"cidrs": ["203.0.113.0/24"]}})
    data["cluster"]["public_api"] = {"cidrs": ["198.51.100.0/24"], "reason": "the office's own network"}
    assert VALIDATOR.is_valid(data)
    del data["cluster"]["public_api"]["reason"]
    assert not VALIDATOR.is_valid(data)


@pytest.mark.parametrize("section", SHARED_SECTIONS)
def test_a_regions_section_offers_what_the_environments_does_and_demands_nothing(section: str) -> None:
    shared, own = SCHEMA["properties"][section], SCHEMA["$defs"]["Region"]["properties"][section]
    assert json.dumps(own).count("Override") == json.dumps(shared).count("$ref") >= 1
    for name, node in SCHEMA["$defs"].items():
        if name.endswith("Override"):
            full = SCHEMA["$defs"][name.removesuffix("Override")]
            assert node["properties"].keys() == full["properties"].keys()
            assert "required" not in node


@pytest.mark.parametrize(
    "changes",
    [
        {"region": "eu-west-9"},
        {"cloud": "amazon"},
        {"cluster": {"gpu_nodes": {"instance_type": "m7i.large"}}},
        {"fleet": {"instance_type": "p3.2xlarge"}},
        {"cluster": {"kubernetes_version": "1.99"}},
        {"cluster": {"log_days": 45}},
    ],
    ids=str,
)
def test_what_the_catalogs_do_not_know_is_marked_in_the_editor(changes: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(region())
    assert not VALIDATOR.is_valid(region(**changes))


def test_another_clouds_region_is_not_held_against_awss_list() -> None:
    assert VALIDATOR.is_valid(region(cloud="azure", region="westeurope"))
