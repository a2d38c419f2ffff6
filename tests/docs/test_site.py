"""The pages of the documentation site, put together from the documents and the code."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from backstay import outputs
from backstay.cli import app
from backstay.topology import Environment
from tests.docs.documents import PROJECT

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("pages")
    subprocess.run([sys.executable, str(PROJECT / ".ci" / "site"), str(directory)], check=True, timeout=120)
    return directory


def navigated(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        for page in entry.values():
            yield from [page] if isinstance(page, str) else navigated(page)


def test_the_menu_leads_to_every_page_once(site: Path) -> None:
    menu = list(navigated(tomllib.loads((PROJECT / "zensical.toml").read_text())["project"]["nav"]))
    pages = {str(page.relative_to(site)) for page in site.rglob("*.md")}
    # The decisions are listed by a page of their own.
    assert sorted(menu) == sorted(page for page in pages if not re.match(r"decisions/\d", page))


def test_every_link_leads_to_a_page_of_the_site(site: Path) -> None:
    for page in site.rglob("*.md"):
        for target in LINK.findall(page.read_text()):
            assert (page.parent / target).is_file(), f"{page.relative_to(site)}: {target}"


def test_links_to_other_files_lead_to_the_source_code(site: Path) -> None:
    text = (site / "guides" / "import-a-construct.md").read_text()
    assert "](https://github.com/backstay/backstay/tree/main/examples/another_team)" in text


def test_the_decisions_are_listed(site: Path) -> None:
    listed = LINK.findall((site / "decisions" / "README.md").read_text())
    assert listed == sorted(page.name for page in (PROJECT / "docs" / "decisions").glob("[0-9]*.md"))


def test_the_reference_has_every_verb_with_its_options(site: Path) -> None:
    text = (site / "reference" / "verbs.md").read_text()
    sections = {part.partition("\n")[0]: part for part in text.split("\n## ")[1:]}

    def examine(command: Any, name: str) -> None:
        for verb, found in getattr(command, "commands", {}).items():
            if getattr(found, "commands", None) is not None:
                examine(found, f"{name} {verb}")
            elif not found.hidden:
                for parameter in found.params:
                    shown = parameter.opts if parameter.param_type_name == "option" else [str(parameter.metavar)]
                    assert all(f"`{each}`" in sections[f"{name} {verb}"] for each in shown), (verb, shown)

    examine(typer.main.get_command(app.build()), "backstay")


def test_the_reference_has_every_key_of_an_environment(site: Path) -> None:
    text = (site / "reference" / "environment.md").read_text()
    top = text.split("\n## ")[1]
    assert re.findall(r"^\| `(\w+)`", top, re.MULTILINE) == list(Environment.model_fields)
    anchors = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^## (.*)", text, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors


@pytest.mark.parametrize("cloud", ["aws", "azure", "google"])
def test_the_reference_has_the_constructs_of_a_cloud(site: Path, cloud: str) -> None:
    text = (site / "reference" / f"{cloud}.md").read_text()
    for construct in ("Network", "GpuCluster", "GpuFleet", "RemoteState", "Key", "attach_provider"):
        assert f"\n### {construct}\n" in text
    assert "**Does not survive:**" in text
    assert "__init__" not in text


def test_the_reference_has_all_outputs(site: Path) -> None:
    text = (site / "reference" / "outputs.md").read_text()
    for name in vars(outputs):
        if name.endswith("Outputs"):
            assert f"\n### {name}\n" in text
