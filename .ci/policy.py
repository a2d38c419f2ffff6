"""Scan synthesized stacks with checkov, and refuse every finding that the code does not waive with a reason.

Runs in checkov's own environment (`make policy`), which is why it imports nothing of Backstay.

checkov reads Terraform JSON, but the nulls that CDKTF writes make real findings pass (a security group open to the
world among them), so a copy without nulls is scanned. What it lets pass all the same is covered by `own_checks.py`,
beside this file. It also knows no skips in JSON: a resource waives a check by
a comment key, `{"//": {"checkov": {"CKV_AWS_1": "reason"}}}`, which Terraform ignores. A data source has it in its
`lifecycle` block, since CDKTF overwrites the comment of the data source itself.
"""

import argparse
import json
import logging
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

logging.disable(logging.CRITICAL)

from checkov.runner_filter import RunnerFilter  # noqa: E402  (its logging has to be silenced before)
from checkov.terraform_json.runner import TerraformJsonRunner  # noqa: E402
from own_checks import results  # noqa: E402
from sarif import document as sarif_document  # noqa: E402


@dataclass(frozen=True, order=True)
class Finding:
    """A check that a resource fails; `reason` is the waiver's, where there is one."""

    stack: str
    address: str
    check: str
    title: str
    reason: str | None = None


def without_nulls(value):
    """The value without its null entries."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def waivers_in(body):
    """The reasons in a block's comment, by check."""
    comment = body.get("//")
    return comment.get("checkov", {}) if isinstance(comment, dict) else {}


def subject(check: str) -> str:
    """What a check is about: `AWS` of `CKV2_AWS_5`."""
    return check.split("_")[1]


def scan(stack: Path) -> tuple[Counter[str], list[Finding]]:
    """How many checks a stack passes, by what they are about, and those that it fails."""
    document = without_nulls(json.loads((stack / "cdk.tf.json").read_text()))
    # checkov gives up on a file whose `terraform` block holds a plain string, as `required_version` is.
    del document["terraform"]
    # A logical name carries a hash of its construct's path, so it is unique whatever the type.
    resources = {
        name: (type_ if section == "resource" else f"data.{type_}", body)
        for section in ("resource", "data")
        for type_, named in document.get(section, {}).items()
        for name, body in named.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "cdk.tf.json").write_text(json.dumps(document, indent=2))
        report = TerraformJsonRunner().run(
            root_folder=folder,
            runner_filter=RunnerFilter(framework=["terraform_json"], show_progress_bar=False),
        )
    if report.parsing_errors or not report.passed_checks + report.failed_checks:
        raise SystemExit(f"{stack.name}: checkov could not read the stack, so nothing is known of it")
    found = []
    for record in report.failed_checks:
        type_, body = resources.get(record.resource.rsplit(".", 1)[-1], ("", {}))
        waivers = waivers_in(body) | waivers_in(body.get("lifecycle", {}))
        address = f"{type_}.{record.resource.rsplit('.', 1)[-1]}" if type_ else record.resource
        found.append(Finding(stack.name, address, record.check_id, record.check_name, waivers.get(record.check_id)))
    passed = Counter(subject(record.check_id) for record in report.passed_checks)
    for check, type_, name, holds in results(document):
        if holds:
            passed[subject(check.id)] += 1
        else:
            reason = waivers_in(document["resource"][type_][name]).get(check.id)
            found.append(Finding(stack.name, f"{type_}.{name}", check.id, check.title, reason))
    return passed, sorted(found, key=lambda finding: (finding.address, finding.check))


def line_of(stacks: Path, finding: Finding) -> tuple[Path, int]:
    """The file that a finding's resource is written in, and the line where it begins."""
    file = stacks / finding.stack / "cdk.tf.json"
    opening = f'"{finding.address.rsplit(".", 1)[-1]}": {{'
    lines = (number for number, line in enumerate(file.read_text().splitlines(), 1) if line.strip() == opening)
    return file, next(lines, 1)


def main() -> int:
    """Scan every stack; returns 1 when a finding is not waived."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("stacks", type=Path, help="the folder of stacks, such as cdktf.out/stacks")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--waivers", action="store_true", help="print the waivers as a Markdown table")
    parser.add_argument("--sarif", type=Path, metavar="FILE", help="write what is not waived there too, as SARIF 2.1.0")
    arguments = parser.parse_args()
    stacks = sorted(path.parent for path in arguments.stacks.glob("*/cdk.tf.json"))
    if not stacks:
        parser.error(f"no synthesized stack in {arguments.stacks}; run backstay synth first")
    passed, found = Counter(), []
    for stack in stacks:
        passes, findings = scan(stack)
        passed, found = passed + passes, found + findings
    open_findings = [finding for finding in found if not finding.reason]
    waived = [finding for finding in found if finding.reason]
    if arguments.sarif:
        log = sarif_document(open_findings, lambda finding: line_of(arguments.stacks, finding))
        arguments.sarif.parent.mkdir(parents=True, exist_ok=True)
        arguments.sarif.write_text(json.dumps(log, indent=2))
    if arguments.json:
        print(json.dumps({"passed": passed.total(), "findings": [asdict(finding) for finding in found]}, indent=2))
    elif arguments.waivers:
        print("| check | what it asks | why not here |\n|---|---|---|")
        for check, title, reason in sorted({(f.check, f.title, f.reason) for f in waived}):
            print(f"| {check} | {title} | {reason} |")
    else:
        for finding in open_findings:
            print(f"{finding.stack}: {finding.address}: {finding.check} {finding.title}")
        for about in sorted(passed | Counter(subject(finding.check) for finding in found)):
            waived_here, open_here = (
                sum(subject(finding.check) == about for finding in some) for some in (waived, open_findings)
            )
            print(f"{about}: {passed[about]} passed, {waived_here} waived with a reason, {open_here} failed")
        print(f"{len(stacks)} stacks: {passed.total()} passed, {len(waived)} waived, {len(open_findings)} failed")
    return 1 if open_findings else 0


if __name__ == "__main__":
    sys.exit(main())
