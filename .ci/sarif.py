"""What checkov finds as SARIF 2.1.0, which code hosts show: https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""

import hashlib


def document(findings, line_of) -> dict:
    """The log of one scan.

    Args:
        findings: what is not waived, each with stack, address, check and title.
        line_of: the file of a finding's resource, and the line in it.
    """
    titles = {finding.check: finding.title for finding in findings}
    rules = [{"id": check, "shortDescription": {"text": titles[check]}} for check in sorted(titles)]
    run = {
        "tool": {"driver": {"name": "checkov", "informationUri": "https://www.checkov.io", "rules": rules}},
        # Code hosts tell scans apart by it.
        "automationDetails": {"id": "checkov/"},
        "results": [_result(finding, *line_of(finding)) for finding in findings],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _result(finding, file, line) -> dict:
    identity = f"{finding.check} {finding.stack} {finding.address}"
    return {
        "ruleId": finding.check,
        "level": "error",
        "message": {"text": f"{finding.address}: {finding.title}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": file.as_posix()}, "region": {"startLine": line}},
                "logicalLocations": [{"fullyQualifiedName": f"{finding.stack}/{finding.address}", "kind": "resource"}],
            }
        ],
        # Not of the line, which moves whenever something is added above.
        "partialFingerprints": {"checkov/v1": hashlib.sha256(identity.encode()).hexdigest()},
    }
