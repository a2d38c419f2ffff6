"""The code in the documents does what they say."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backstay import environment_file

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text()
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("examples/*/*.md")])


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_environment_in_the_readme_breaks_no_rule() -> None:
    (text,) = blocks("yaml")
    assert environment_file.parse(text, file="README.md").name == "production"


def test_the_mistakes_in_the_readme_are_told_as_it_says() -> None:
    (text,) = blocks("yaml")
    broken = text.replace("traffic: 50%", "traffic: 40%", 1).replace("eu-west-1", "eu-west-9")
    with pytest.raises(environment_file.EnvironmentFileError) as told:
        environment_file.parse(broken, file="broken.yaml")
    shown = re.findall(r"^broken\.yaml:\d+: (.*)$", README, re.MULTILINE)
    assert [problem.message for problem in told.value.problems] == shown


def test_the_stack_in_the_readme_synthesizes(tmp_path: Path) -> None:
    (code,) = blocks("python")
    (tmp_path / "main.py").write_text(code)
    subprocess.run([sys.executable, "main.py"], cwd=tmp_path, check=True, capture_output=True)
    document = json.loads((tmp_path / "cdktf.out/stacks/research/cdk.tf.json").read_text())
    assert "aws_eks_cluster" in document["resource"]


def test_the_stack_in_the_readme_takes_about_twenty_lines() -> None:
    (code,) = blocks("python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 24


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
        meant = (document.parent / target).resolve()
        # The reference is made from the code; the tests of the site follow links to it.
        assert meant.exists() or meant.is_relative_to(PROJECT / "docs" / "reference"), target


def test_every_verb_in_the_readme_is_a_make_target_or_a_command() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z-]+)", README, re.MULTILINE)) <= targets
