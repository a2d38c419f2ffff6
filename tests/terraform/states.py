"""States written by hand."""

from typing import Any

from backstay.terraform.state_file import StateFile

LINEAGE = "6f2c1f6e-0000-4000-8000-000000000001"


def resource(name: str, value: str, **more: Any) -> dict[str, Any]:
    return {
        "mode": "managed",
        "type": "terraform_data",
        "name": name,
        "provider": 'provider["terraform.io/builtin/terraform"]',
        "instances": [{"schema_version": 0, "attributes": {"id": name, "input": value}}],
    } | more


def state(serial: int, *, lineage: str = LINEAGE, **values: str) -> StateFile:
    """A state with one resource for each value."""
    resources = [resource(name, value) for name, value in values.items()]
    document = {"version": 4, "serial": serial, "lineage": lineage, "outputs": {}, "resources": resources}
    return StateFile(document)


# As Terraform writes them into a lock file, but for the time, which Go formats when it tells of a lock.
LOCK = {
    "ID": "1b2c",
    "Operation": "OperationTypeApply",
    "Who": "deploy@ci",
    "Created": "2026-01-01 10:00:00.123456789 +0000 UTC",
}
