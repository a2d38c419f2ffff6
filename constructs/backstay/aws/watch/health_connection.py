"""What EventBridge asks regions for their health through."""

from cdktf_cdktf_provider_aws.cloudwatch_event_connection import (
    CloudwatchEventConnection,
    CloudwatchEventConnectionAuthParameters,
    CloudwatchEventConnectionAuthParametersApiKey,
)
from constructs import Construct

from backstay.topology import CloudRegion


def health_connection(
    scope: Construct, *, name: str, description: str, region: CloudRegion
) -> CloudwatchEventConnection:
    """Make the connection, the child `connection` of `scope`, which says that `region` asks."""
    return CloudwatchEventConnection(
        scope,
        "connection",
        name=name,
        description=description,
        authorization_type="API_KEY",
        auth_parameters=CloudwatchEventConnectionAuthParameters(
            # EventBridge insists on a header of this kind. Who asks is no secret, and opens nothing.
            api_key=CloudwatchEventConnectionAuthParametersApiKey(key="X-Asked-From", value=region.name)
        ),
    )
