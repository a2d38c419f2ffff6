"""Reading what was synthesized."""

import json
from pathlib import Path

import pytest

from backstay.terraform import ManifestError, SynthesizedStack, manifest
from tests.terraform.apps import write_app


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    write_app(
        tmp_path,
        {"state-east": {}, "state-west": {}, "east": {}, "west": {}, "east-workloads": {}},
        depends_on={"east": ["state-east"], "west": ["state-west"], "east-workloads": ["east"]},
    )
    return tmp_path


def test_stacks_come_with_their_directory_and_dependencies(regions: Path) -> None:
    stacks = {stack.name: stack for stack in manifest.read(regions)}
    assert stacks["east"].directory == regions / "stacks/east"
    assert stacks["east"].dependencies == {"state-east"}


def test_dependencies_are_names_even_where_a_construct_path_differs(tmp_path: Path) -> None:
    write_app(tmp_path, {"state": {}, "region": {}}, depends_on={"region": ["app/state"]})
    document = json.loads((tmp_path / "manifest.json").read_text())
    document["stacks"]["state"]["constructPath"] = "app/state"
    (tmp_path / "manifest.json").write_text(json.dumps(document))
    _, region = manifest.read(tmp_path)
    assert region.dependencies == {"state"}


def test_a_missing_manifest_says_to_synthesize(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="nothing has been synthesized; run `backstay synth ENV`"):
        manifest.read(tmp_path / "cdktf.out")


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "{}", '{"stacks": []}', '{"stacks": {"east": {"name": "east"}}}', '{"stacks": {"east": null}}', ""],
)
def test_a_garbled_manifest_is_refused_by_its_path(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ManifestError, match=r"manifest\.json .*run `backstay synth ENV` again"):
        manifest.read(tmp_path)


def test_a_dependency_that_is_not_there_is_refused(tmp_path: Path) -> None:
    write_app(tmp_path, {"east": {}}, depends_on={"east": ["elsewhere"]})
    with pytest.raises(ManifestError, match="KeyError: 'elsewhere'"):
        manifest.read(tmp_path)


def test_a_stack_whose_directory_is_gone_is_refused(regions: Path) -> None:
    (regions / "stacks/west/cdk.tf.json").unlink()
    (regions / "stacks/west").rmdir()
    with pytest.raises(ManifestError, match=r"lists the stack 'west', but .* does not exist"):
        manifest.read(regions)


def test_patterns_choose_stacks_in_the_manifests_order(regions: Path) -> None:
    chosen = manifest.select(manifest.read(regions), ["east*", "*-east"])
    assert [stack.name for stack in chosen] == ["state-east", "east", "east-workloads"]


def test_no_pattern_chooses_all(regions: Path) -> None:
    assert len(manifest.select(manifest.read(regions), [])) == 5


def test_order_holds_across_a_stack_that_was_left_out(regions: Path) -> None:
    _, workloads = manifest.select(manifest.read(regions), ["state-east", "east-workloads"])
    assert workloads.dependencies == {"state-east"}


def test_a_pattern_without_a_match_lists_what_there_is(regions: Path) -> None:
    with pytest.raises(ManifestError, match="no stack matches 'nort\\*'; there are: state-east, state-west, east"):
        manifest.select(manifest.read(regions), ["east", "nort*"])


def test_stacks_come_with_all_that_they_depend_on() -> None:
    state, region, workloads, other = (
        SynthesizedStack(name, Path(name), frozenset(before))
        for name, before in {"state": [], "region": ["state"], "workloads": ["region"], "other": []}.items()
    )
    found = manifest.with_dependencies([state, other, region, workloads], [workloads])
    assert found == (state, region, workloads)
