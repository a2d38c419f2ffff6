"""Which line of a file of Terraform JSON a block begins in."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(\s*:)?|[{}\n]')
# Section, type and name.
_DEPTH = 3


@lru_cache(maxsize=64)
def lines(file: str) -> Mapping[tuple[str, ...], int]:
    """The lines of the keys down to the blocks' names, such as `("resource", "aws_s3_bucket", "weights")`; from 1."""
    found: dict[tuple[str, ...], int] = {}
    path: list[str] = []
    line, depth = 1, 0
    for token in _TOKEN.finditer(Path(file).read_text(encoding="utf-8-sig")):
        text = token[0]
        if text == "\n":
            line += 1
        elif text in "{}":
            depth += 1 if text == "{" else -1
        elif token[1] is not None and 0 < depth <= _DEPTH:
            del path[depth - 1 :]
            path.append(text[1 : text.rindex('"')])
            found.setdefault(tuple(path), line)
    return found
