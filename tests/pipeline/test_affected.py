"""Which environments a change can touch, and which stacks it does."""

from pathlib import Path

import pytest

from backstay.pipeline.affected import Comparison, change_of, compare
from backstay.terraform import SynthesizedStack


@pytest.mark.parametrize(
    "path",
    [
        "docs/getting-started.md",
        "README.md",
        "environments/README.md",
        "environments/schema.json",
        "constructs/README.md",
        "tests/aws/test_network.py",
        ".github/workflows/plan.yml",
        ".ci/workflows.py",
    ],
)
def test_what_nothing_is_made_from_touches_nothing(path: str) -> None:
    assert change_of([path]).can_touch("production") == ""


def test_an_environments_own_file_touches_that_environment() -> None:
    change = change_of(["environments/staging.yaml", "README.md"])
    assert change.can_touch("staging") == "environments/staging.yaml changed"
    assert change.can_touch("production") == ""


@pytest.mark.parametrize(
    "path", ["constructs/backstay/aws/network.py", "stacks/region.py", "main.py", "cdktf.json", "platform/tags.py"]
)
def test_what_any_environment_may_be_made_from_can_touch_all(path: str) -> None:
    change = change_of([path, "stacks/link.py"])
    assert change.can_touch("production") == f"{path} and 1 more changed"
    assert change.pins == ()


@pytest.mark.parametrize("path", ["uv.lock", "pyproject.toml", ".terraform.lock.hcl", ".ci/providers/versions.tf"])
def test_other_bindings_or_providers_touch_all(path: str) -> None:
    assert change_of([path]).pins == (path,)
    assert change_of([path, "environments/staging.yaml"]).can_touch("production") == f"{path} changed"


def synthesized(folder: Path, **contents: str) -> list[SynthesizedStack]:
    for name, text in contents.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "cdk.tf.json").write_text(text)
    return [SynthesizedStack(name, folder / name) for name in contents]


def test_a_stack_is_touched_when_any_byte_of_it_is_another(tmp_path: Path) -> None:
    before = synthesized(tmp_path / "before", same="{}", changed='{"a": 1}', gone="{}")
    after = synthesized(tmp_path / "after", same="{}", changed='{"a": 2}', new="{}")
    assert compare(before, after) == Comparison(frozenset({"changed", "new"}), ("gone",))


def test_a_stack_is_touched_by_the_files_beside_its_json(tmp_path: Path) -> None:
    before, after = (synthesized(tmp_path / when, stack="{}") for when in ("before", "after"))
    (tmp_path / "after/stack/assets").mkdir()
    (tmp_path / "after/stack/assets/handler.py").write_text("")
    assert compare(before, after).touched == {"stack"}
