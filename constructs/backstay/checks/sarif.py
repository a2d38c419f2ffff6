"""Findings as SARIF 2.1.0, which code hosts show beside the code: https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""

import hashlib
from pathlib import Path
from typing import Any

from backstay.checks.report import Finding, Report
from backstay.checks.rule import RULES, Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://github.com/backstay/backstay"


def document(report: Report, *, version: str, environment: str | None = None) -> dict[str, Any]:
    """The log of one run: every rule with its help, and every finding, the waived ones as suppressed.

    Args:
        report: what was found.
        version: Backstay's.
        environment: whose stacks were examined; code hosts tell the logs of environments apart by it.
    """
    order = {id_: index for index, id_ in enumerate(RULES)}
    driver = {
        "name": "Backstay",
        "version": version,
        "informationUri": _HOME,
        "rules": [_rule(rule) for rule in RULES.values()],
    }
    results = [_result(finding, order[finding.rule.id]) for finding in (*report.open, *report.waived)]
    run: dict[str, Any] = {"tool": {"driver": driver}, "results": results}
    if environment is not None:
        run["automationDetails"] = {"id": f"backstay/{environment}/"}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": _sentence(rule.what)},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why} {_sentence(rule.fix)} See {rule.source}",
            "markdown": f"{rule.why}\n\n**Mend it:** {_sentence(rule.fix)}\n\n[Source]({rule.source})",
        },
        "helpUri": rule.source,
        "defaultConfiguration": {"level": str(rule.severity)},
    }


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": rule_index,
        "level": str(finding.rule.severity),
        "message": {"text": f"{finding.address or finding.stack}: {finding.message}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.file)},
                    "region": {"startLine": finding.line},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": f"{finding.stack}/{finding.address or ''}".rstrip("/"), "kind": "resource"}
                ],
            }
        ],
        # Not of the line, which moves whenever something is added above.
        "partialFingerprints": {"backstay/v1": _fingerprint(finding)},
    }
    if finding.waiver is not None:
        said = f"{finding.waiver.reason} (until {finding.waiver.until})"
        result["suppressions"] = [{"kind": "external", "justification": said}]
    return result


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else path.as_posix().replace(" ", "%20")


def _fingerprint(finding: Finding) -> str:
    identity = f"{finding.rule.id} {finding.stack} {finding.address}"
    # The name of a directory need not be UTF-8.
    return hashlib.sha256(identity.encode(errors="surrogateescape")).hexdigest()


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
