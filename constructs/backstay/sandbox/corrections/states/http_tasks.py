"""Tasks that call an HTTPS endpoint."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

from backstay.sandbox.corrections.registry import around, correction
from backstay.sandbox.corrections.states.calls import client_for

_TASKS = "moto.stepfunctions.parser.asl.component.state.exec.state_task"
# The names under which regions answer begin with the region: `eu-west-1.llm.example.com`.
_REGION = re.compile(r"https://([a-z]{2}(?:-[a-z]+)+-\d)\.")


@correction
def call_endpoints() -> None:
    """A task can call an HTTPS endpoint: a region's own name answers 200 for as long as the region is there.

    The interpreter knows no such task. Nothing leaves this machine: any other name is one that nobody answers.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    sdk = import_module(f"{_TASKS}.service.state_task_service_aws_sdk")
    _admit_error_names()

    class HttpTask(sdk.StateTaskServiceAwsSdk):
        def _normalise_parameters(self, *_: Any, **__: Any) -> None: ...

        def _normalise_response(self, *_: Any, **__: Any) -> None: ...

        def _eval_service_task(
            self, env: Any, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
        ) -> None:
            del resource_runtime_part
            region = _REGION.match(normalised_parameters["ApiEndpoint"])
            if region is None:
                raise ConnectionError(f"nobody answers at {normalised_parameters['ApiEndpoint']}")
            client_for(region[1], "sts", state_credentials).get_caller_identity()
            env.stack.append({"StatusCode": 200, "StatusText": "OK"})

        def _from_error(self, env: Any, ex: Exception) -> Any:
            if isinstance(ex, ClientError):
                status = ex.response["ResponseMetadata"]["HTTPStatusCode"]
                name, cause = f"States.Http.StatusCode.{status}", json.dumps({"StatusCode": status})
            elif isinstance(ex, BotoCoreError | ConnectionError):
                name, cause = "States.Http.Socket", str(ex)
            else:
                return super()._from_error(env=env, ex=ex)
            return self._get_task_failure_event(env=env, error=name, cause=cause)

    factory = import_module(f"{_TASKS}.state_task_factory")

    @around(factory, "state_task_service_for")
    def state_task_service_for(original: Any, service_name: str) -> Any:
        return HttpTask() if service_name == "http" else original(service_name)


def _admit_error_names() -> None:
    """Let definitions catch the errors of such tasks, whose names the interpreter takes for misspelt ones."""
    from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
    from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName

    @around(CustomErrorName, "__init__")
    def init(original: Any, self: Any, error_name: str | None) -> None:
        if (error_name or "").startswith("States.Http."):
            ErrorName.__init__(self, error_name)
        else:
            original(self, error_name)
