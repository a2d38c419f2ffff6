"""Pictures in the documents are what `backstay graph` draws today.

Draw them anew with BACKSTAY_WRITE_GOLDEN=1.
"""

import os
import shlex

import pytest

from backstay import environment_file
from backstay.diagram import mermaid
from tests.docs.documents import PROJECT, Block, blocks

DRAWN = [block for block in blocks("mermaid") if block.made_by]


def picture(command: str) -> str:
    program, verb, name, *options = shlex.split(command)
    assert (program, verb) == ("backstay", "graph")
    lost = [role for option, role in zip(options[::2], options[1::2], strict=True) if option == "--lost"]
    assert len(options) == 2 * len(lost)
    return mermaid(environment_file.load(PROJECT / "environments" / f"{name}.yaml"), lost=lost)


@pytest.mark.parametrize("block", DRAWN, ids=str)
def test_a_picture_is_what_its_command_draws(block: Block) -> None:
    drawn = picture(block.made_by)
    if os.environ.get("BACKSTAY_WRITE_GOLDEN"):
        before = f"<!-- {block.made_by} -->\n```mermaid\n{block.code}```"
        after = f"<!-- {block.made_by} -->\n```mermaid\n{drawn}```"
        block.document.write_text(block.document.read_text().replace(before, after))
        return
    assert block.code == drawn


def test_the_home_page_shows_an_environment_before_and_after_a_loss() -> None:
    home = [block.made_by for block in DRAWN if block.document == PROJECT / "docs" / "index.md"]
    assert home == ["backstay graph production", "backstay graph production --lost primary"]
