"""Metrics that no service publishes, and that are therefore published by Backstay itself."""

from backstay.aws.policy import Statement, allow

NAMESPACE = "Backstay"
"""The namespace of these metrics."""

# Metrics have no resources to name.
METRICS: Statement = allow(
    ["cloudwatch:PutMetricData"], ["*"], condition={"StringEquals": {"cloudwatch:namespace": NAMESPACE}}
)
"""The right to publish them."""
