"""How a restored backup is judged: steps of a state machine that starts with the event of a restore job."""

from collections.abc import Mapping
from typing import Any

from backstay.aws.watch.own_metrics import NAMESPACE
from backstay.topology.backups import Kind

FAILED = "RestoreTestFailed"
"""The metric: 1 for a restore that failed or whose result was not good, 0 for one that was."""

_RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "MaxAttempts": 3, "BackoffRate": 2}]
_RESTORED = "$states.input.detail.createdResourceArn"

# What is asked of a restored thing, and what of the answer has to be so. A service takes an ARN for a name, except S3.
_QUESTIONS: Mapping[Kind, tuple[str, Mapping[str, Any], str]] = {
    Kind.DATABASE: (
        "rds:describeDBClusters",
        {"DbClusterIdentifier": f"{{% {_RESTORED} %}}"},
        "$states.result.DbClusters[0].(Status = 'available' and StorageEncrypted)",
    ),
    Kind.TABLE: (
        "dynamodb:scan",
        {"TableName": f"{{% {_RESTORED} %}}", "Limit": 1, "Select": "COUNT"},
        "$states.result.Count > 0",
    ),
    Kind.OBJECTS: (
        "s3:listObjectsV2",
        {"Bucket": f"{{% $split({_RESTORED}, ':::')[1] %}}", "MaxKeys": 1},
        "$states.result.KeyCount > 0",
    ),
}


def steps(vault: str) -> Mapping[str, Any]:
    """The definition of the state machine.

    Args:
        vault: the name of the vault that the backups are in.
    """
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "WasRestored",
        "States": {
            "WasRestored": {
                "Type": "Choice",
                "Choices": [
                    {
                        "Condition": f"{{% $states.input.detail.status = 'COMPLETED' and "
                        f"$states.input.detail.resourceType = '{kind}' %}}",
                        "Next": f"Look{kind}",
                    }
                    for kind in _QUESTIONS
                ],
                "Default": "TellPeople",
                "Assign": {"good": False},
            },
            **{f"Look{kind}": _look(*question) for kind, question in _QUESTIONS.items()},
            "Judge": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:backup:putRestoreValidationResult",
                "Arguments": {
                    "RestoreJobId": "{% $job %}",
                    "ValidationStatus": "{% $good ? 'SUCCESSFUL' : 'FAILED' %}",
                },
                "Retry": _RETRY,
                "Next": "TellPeople",
            },
            "TellPeople": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:cloudwatch:putMetricData",
                "Arguments": {
                    "Namespace": NAMESPACE,
                    "MetricData": [
                        {
                            "MetricName": FAILED,
                            "Value": "{% $good ? 0 : 1 %}",
                            "Dimensions": [{"Name": "Vault", "Value": vault}],
                        }
                    ],
                },
                "Retry": _RETRY,
                "End": True,
            },
        },
    }


def _look(call: str, arguments: Mapping[str, Any], is_good: str) -> dict[str, Any]:
    job = "{% $states.input.detail.restoreJobId %}"
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:{call}",
        "Arguments": arguments,
        "Assign": {"job": job, "good": f"{{% {is_good} ? true : false %}}"},
        "Retry": _RETRY,
        # What cannot be looked at is not good.
        "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"job": job, "good": False}, "Next": "Judge"}],
        "Next": "Judge",
    }
