"""Rules over Terraform JSON, whoever wrote it: what would not survive the loss of a region.

```python
report = checks.examine(checks.read(Path("cdktf.out/stacks")), promise=checks.Promise(), today=date.today())
```
"""

from backstay.checks.promise import Guarantee, Promise
from backstay.checks.reading import StacksError, read
from backstay.checks.report import Finding, Report, examine
from backstay.checks.rule import RULES, Rule, Severity
from backstay.checks.rules import __name__ as _rules  # noqa: F401  (it registers the rules)
from backstay.checks.stacks import Stacks
from backstay.checks.waivers import Waiver, WaiverFile

__all__ = [
    "RULES",
    "Finding",
    "Guarantee",
    "Promise",
    "Report",
    "Rule",
    "Severity",
    "Stacks",
    "StacksError",
    "Waiver",
    "WaiverFile",
    "examine",
    "read",
]
