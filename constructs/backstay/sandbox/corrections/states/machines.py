"""State machines, as Terraform makes and reads them."""

from __future__ import annotations

import json
from typing import Any

from backstay.sandbox.corrections.registry import correction, instead


@correction
def validate_definitions() -> None:
    """The definition of a state machine can be validated, as far as that it has states and a first one.

    ValidateStateMachineDefinition is not implemented, and the provider calls it in every plan.
    """
    from moto.stepfunctions.responses import StepFunctionResponse

    @instead(StepFunctionResponse, "validate_state_machine_definition")
    def validate_state_machine_definition(self: Any) -> str:
        fault = _fault(self._get_param("definition"))
        diagnostics = [{"severity": "ERROR", "code": "INVALID_DEFINITION", "message": fault}] if fault else []
        return json.dumps({"result": "FAIL" if fault else "OK", "diagnostics": diagnostics, "truncated": False})


def _fault(definition: str) -> str | None:
    try:
        machine = json.loads(definition)
    except json.JSONDecodeError as error:
        return f"not JSON: {error}"
    if not isinstance(machine, dict) or machine.get("StartAt") not in machine.get("States", {}):
        return "StartAt does not name one of the States"
    return None


@correction
def list_versions() -> None:
    """A state machine has no versions, and says so.

    ListStateMachineVersions is not implemented, and the provider calls it when it reads a machine.
    """
    from moto.stepfunctions.responses import StepFunctionResponse

    @instead(StepFunctionResponse, "list_state_machine_versions")
    def list_state_machine_versions(_self: Any) -> str:
        return json.dumps({"stateMachineVersions": []})
