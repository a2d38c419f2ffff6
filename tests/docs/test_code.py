"""Python in the documents synthesizes, and environments in them load."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backstay import environment_file
from backstay.environment_file.document import read
from backstay.topology import Environment
from tests.docs.documents import PROJECT, Block, blocks

TODAY = date(2026, 12, 1)
# Its blocks are files of another kind, which tests of the checks read.
YAML = [block for block in blocks("yaml") if block.document != PROJECT / "docs" / "checks.md"]
WHOLE = [block for block in YAML if "name" in read(block.code).data]
PARTS = [block for block in YAML if block not in WHOLE]


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_synthesizes_stacks_with_something_in_them(block: Block, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(block.code)
    subprocess.run([sys.executable, "main.py"], cwd=tmp_path, check=True, capture_output=True, timeout=300)
    documents = [json.loads(file.read_text()) for file in tmp_path.glob("cdktf.out/stacks/*/cdk.tf.json")]
    assert documents
    assert all(document["resource"] for document in documents)


@pytest.mark.parametrize("block", WHOLE, ids=str)
def test_an_environment_breaks_no_rule(block: Block) -> None:
    assert environment_file.parse(block.code, file=str(block), today=TODAY).regions


@pytest.mark.parametrize("block", PARTS, ids=str)
def test_a_part_of_an_environment_fits_into_one(block: Block) -> None:
    whole = read((PROJECT / "environments" / "production.yaml").read_text()).data
    assert Environment.model_validate(laid_over(whole, read(block.code).data)).name == "production"


def laid_over(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{key: laid_over(below.get(key), value) for key, value in above.items()}}
