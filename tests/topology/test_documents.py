from pathlib import Path

from backstay.topology.rules import RULES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "environment-files.md").read_text(encoding="utf-8")


def test_the_documents_list_every_rule() -> None:
    rules = sorted(RULES.values(), key=lambda rule: rule.id)
    rows = [f"| `{rule.id}` | {'yes' if rule.waivable else 'no'} | {rule.purpose} |" for rule in rules]
    assert [line for line in DOCUMENT.splitlines() if line.startswith("| `")] == rows
