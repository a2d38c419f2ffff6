"""What an execution calls: the other emulated services, as its own account."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from backstay.sandbox.accounts import access_key
from backstay.sandbox.corrections.registry import correction, instead

_TASKS = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service"
# The integrations that take their client from one function, each having a name of its own for it.
_INTEGRATIONS = ("aws_sdk", "dynamodb", "events", "sns", "sqs")
_TIMEOUT_SECONDS = 60


@correction
def call_as_the_account() -> None:
    """An execution calls services in the account and region that it runs in.

    The interpreter calls them in an account of its own, through whatever proxy the environment names.
    """
    for integration in _INTEGRATIONS:
        vars(import_module(f"{_TASKS}_{integration}"))["boto_client_for"] = client_for


def client_for(region: str, service: str, state_credentials: Any) -> Any:
    """A client that calls the emulator in the name of a role's account, and tries once."""
    import boto3
    from botocore.config import Config
    from moto.settings import moto_server_port

    account = state_credentials.role_arn.split(":")[4]
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=f"http://127.0.0.1:{moto_server_port()}",
        aws_access_key_id=access_key(account),
        aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
        config=Config(
            parameter_validation=False,
            proxies={},
            retries={"total_max_attempts": 1},
            connect_timeout=_TIMEOUT_SECONDS,
            read_timeout=_TIMEOUT_SECONDS,
        ),
    )


@correction
def spell_as_step_functions_does() -> None:
    """Parameters and results of AWS SDK tasks are spelled the way Step Functions spells them.

    It writes `ClusterName` and `DbClusterArn` for every service, and the interpreter passes on what each service's
    own API says: a definition that works here would fail on AWS, and one that works on AWS does nothing here.
    """
    from moto.stepfunctions.parser.asl.utils import encoding

    service = import_module(f"{_TASKS}_aws_sdk").StateTaskServiceAwsSdk

    @instead(service, "_normalise_parameters")
    def normalise_parameters(self: Any, parameters: dict[str, Any], *_: Any, **__: Any) -> None:
        self._to_boto_request(parameters, _operation(self).input_shape)

    @instead(service, "_normalise_response")
    def normalise_response(self: Any, response: Any, *_: Any, **__: Any) -> None:
        self._from_boto_response(response, _operation(self).output_shape)
        # Times are texts: what executions end with has to be JSON.
        response.update(json.loads(encoding.to_json_str(response)))


def _operation(task: Any) -> Any:
    """The API's own description of what a task calls."""
    import boto3

    # Only the description is read: nothing is called, and nobody's credentials are needed.
    client = boto3.client(
        task._get_boto_service_name(),
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 - not used to sign
    )
    return client.meta.service_model.operation_model(client.meta.method_to_api_mapping[task._get_boto_service_action()])
