"""Put the documentation site's pages together: those of docs/, and the reference, which is made from the code.

    python .ci/site DIRECTORY

The site itself is built from DIRECTORY by `make docs`.
"""

import re
import sys
from pathlib import Path

import environment
import modules
import pages
import verbs

PROJECT = Path(__file__).parents[2]


def main(directory: Path) -> None:
    """Write all pages anew."""
    pages.copy(PROJECT, directory)
    reference = {
        "verbs": verbs.page(),
        "environment": environment.page(),
        **modules.pages(PROJECT / "constructs" / "backstay"),
    }
    (directory / "reference").mkdir(exist_ok=True)
    for name, text in reference.items():
        (directory / "reference" / f"{name}.md").write_text(re.sub(r"\n{3,}", "\n\n", text), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
