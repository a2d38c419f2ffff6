"""Executions of state machines."""

from __future__ import annotations

import uuid
from typing import Any

from backstay.sandbox.corrections.registry import around, correction


@correction
def run_executions() -> None:
    """An execution runs its state machine, and calls the emulated services.

    By itself it stays RUNNING for ever and does nothing, since moto's interpreter is off unless it is asked for.
    """
    from moto.core.config import default_user_config

    default_user_config["stepfunctions"] = {"execute_state_machine": True}


@correction
def name_executions() -> None:
    """An execution that was started without a name gets one of its own.

    The interpreter calls all of them None, and refuses the second as one that exists already.
    """
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    @around(StepFunctionsParserBackend, "start_execution")
    def start_execution(original: Any, self: Any, arn: str, name: str | None = None, *rest: Any) -> Any:
        return original(self, arn, name or str(uuid.uuid4()), *rest)


@correction
def find_nothing_in_lists() -> None:
    """A path with a filter that nothing meets stands for an empty list.

    The interpreter fails the execution instead, though it knows better where a path has a wildcard.
    """
    from moto.stepfunctions.parser.asl.utils import json_path

    @around(json_path, "_contains_slice_or_wildcard_array")
    def contains_slice_or_wildcard_array(original: Any, path: str) -> bool:
        return original(path) or "[?(" in path


@correction
def find_one_thing_by_number() -> None:
    """A path through numbered elements stands for the one thing that it leads to.

    The interpreter makes a list of one of it, unless the path ends there.
    """
    from moto.stepfunctions.parser.asl.utils import json_path

    @around(json_path, "_is_singleton_array_access")
    def is_singleton_array_access(original: Any, path: str) -> bool:
        return original(path) or not any(mark in path for mark in ("*", "?(", "..", ":"))
