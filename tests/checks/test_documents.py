"""The document lists every rule, and its examples work.

Write the table anew with BACKSTAY_WRITE_GOLDEN=1.
"""

import json
import os
import re
from pathlib import Path

from backstay.checks import RULES, WaiverFile
from backstay.environment_file.document import read
from tests.checks.example import examined

FILE = Path(__file__).parents[2] / "docs" / "checks.md"


def rows() -> list[str]:
    return [
        f"| [`{rule.id}`]({rule.source}) | {rule.severity} | {rule.needs or 'always'} "
        f"| {rule.what} | {rule.why} | {rule.fix} |"
        for rule in sorted(RULES.values(), key=lambda rule: rule.id)
    ]


def test_the_table_has_every_rule_as_it_is() -> None:
    text = FILE.read_text()
    if os.environ.get("BACKSTAY_WRITE_GOLDEN"):
        before = [line for line in text.splitlines() if not line.startswith("| [`")]
        FILE.write_text("\n".join([*before, *rows()]) + "\n")
        text = FILE.read_text()
    assert [line for line in text.splitlines() if line.startswith("| [`")] == rows()


def test_the_waivers_in_the_document_can_be_read(tmp_path: Path) -> None:
    (yaml,) = re.findall(r"^```yaml\n(.*?)^```", FILE.read_text(), re.MULTILINE | re.DOTALL)
    (waiver,) = WaiverFile.model_validate(read(yaml).data).waivers
    assert waiver.covers("bucket-in-one-region", "production-us-east-1", "aws_s3_bucket.scratch")
    (code,) = re.findall(r"^```json\n(.*?)^```", FILE.read_text(), re.MULTILINE | re.DOTALL)
    report = examined(tmp_path, {"prod": json.loads(code)}, rules=["bucket-in-one-region", "waiver-valid"])
    assert len(report.waived) == 1
    assert not report.open
