"""How the age of the newest backups is measured: what AWS Backup is asked, and what CloudWatch is told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from backstay.aws.watch.own_metrics import NAMESPACE
from backstay.topology import CloudRegion, Duration
from backstay.topology.backups import Kind

AGE = "BackupAge"
"""The metric: seconds since the newest backup of a kind came into the vault, by the region that it was made in."""

RESTORE_TEST_AGE = "RestoreTestAge"
"""The metric: seconds since a backup was last restored and found good."""

# Step Functions hands on 256 KiB at most, and a recovery point has about 1.
_MOST_RESULTS = 100
_RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "MaxAttempts": 3, "BackoffRate": 2}]


@dataclass(frozen=True)
class Source:
    """Where backups of a kind come from.

    Attributes:
        kind: the kind of data.
        region: the region that made them.
        vault: the ARN of the vault that they were copied from; None where they were made here.
    """

    kind: Kind
    region: CloudRegion
    vault: str | None


def dimensions(vault: str, kind: Kind, region: CloudRegion) -> dict[str, str]:
    """What the age of a backup is of."""
    return {"Vault": vault, "Kind": kind, "MadeIn": region.name}


def steps(
    *, vault: str, sources: Collection[Source], overdue: Duration, plan: str | None, test_overdue: Duration
) -> Mapping[str, Any]:
    """The definition of the state machine.

    Args:
        vault: the vault's name.
        sources: what to look for.
        overdue: how far to look back, and the age that is told when nothing is found.
        plan: the ARN of the plan by which restoring is tested; None where it cannot be.
        test_overdue: the same for restored backups.
    """
    kinds = dict.fromkeys(source.kind for source in sources)
    restores = (
        {
            "FindRestores": _find_restores(vault, plan, test_overdue),
            "TellRestores": _tell("{% $states.input %}"),
        }
        if plan
        else {}
    )
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "EachKind",
        "States": {
            "EachKind": {
                "Type": "Map",
                "Items": [
                    {"Kind": kind, "Sources": [_source(vault, source) for source in sources if source.kind is kind]}
                    for kind in kinds
                ],
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "INLINE"},
                    "StartAt": "FindBackups",
                    "States": {
                        "FindBackups": _find_backups(vault, overdue),
                        "TellAges": _tell("{% $states.input %}"),
                    },
                },
                "Output": {},
                **({"Next": "FindRestores"} if restores else {"End": True}),
            },
            **restores,
        },
    }


def _source(vault: str, source: Source) -> dict[str, Any]:
    return {"CopiedFrom": source.vault or "", "Dimensions": _listed(dimensions(vault, source.kind, source.region))}


def _listed(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in pairs.items()]


def _find_backups(vault: str, overdue: Duration) -> dict[str, Any]:
    here = "(SourceBackupVaultArn ? SourceBackupVaultArn : '')"
    ages = (
        f"$restorable := $states.result.RecoveryPoints[Status in ['COMPLETED', 'AVAILABLE']]; "
        f"[$states.input.Sources.("
        f"$from := CopiedFrom; "
        f"$ages := $restorable[{here} = $from].($millis() - $toMillis(CreationDate)); "
        f"{{'MetricName': '{AGE}', 'Unit': 'Seconds', 'Dimensions': Dimensions, 'Value': {_least(overdue)}}}"
        f")]"
    )
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:backup:listRecoveryPointsByBackupVault",
        "Arguments": {
            "BackupVaultName": vault,
            "ByResourceType": "{% $states.input.Kind %}",
            "ByCreatedAfter": _since(overdue),
            "MaxResults": _MOST_RESULTS,
        },
        "Output": f"{{% ({ages}) %}}",
        "Retry": _RETRY,
        "Next": "TellAges",
    }


def _find_restores(vault: str, plan: str, overdue: Duration) -> dict[str, Any]:
    good = "$states.result.RestoreJobs[ValidationStatus = 'SUCCESSFUL']"
    metric = (
        f"$ages := {good}.($millis() - $toMillis(CompletionDate)); "
        f"[{{'MetricName': '{RESTORE_TEST_AGE}', 'Unit': 'Seconds', "
        f"'Dimensions': [{{'Name': 'Vault', 'Value': '{vault}'}}], 'Value': {_least(overdue)}}}]"
    )
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:backup:listRestoreJobs",
        "Arguments": {
            "ByRestoreTestingPlanArn": plan,
            "ByStatus": "COMPLETED",
            "ByCreatedAfter": _since(overdue),
            "MaxResults": _MOST_RESULTS,
        },
        "Output": f"{{% ({metric}) %}}",
        "Retry": _RETRY,
        "Next": "TellRestores",
    }


def _tell(data: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:cloudwatch:putMetricData",
        "Arguments": {"Namespace": NAMESPACE, "MetricData": data},
        "Retry": _RETRY,
        "End": True,
    }


def _least(overdue: Duration) -> str:
    return f"$exists($ages) ? $min($ages) / 1000 : {overdue.seconds}"


def _since(overdue: Duration) -> str:
    return f"{{% $fromMillis($millis() - {overdue.seconds * 1_000}) %}}"
