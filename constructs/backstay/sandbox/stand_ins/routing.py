"""From a signed request to the function that stands in for the operation it calls.

Paths and parameters come from AWS's own service models, which botocore ships, so a stand-in is written
in the words of the API reference: `CreateAddon`, `clusterName`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs, unquote

from backstay.sandbox.accounts import DEFAULT_ACCOUNT, account_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import WSGIEnvironment

    from backstay.sandbox.signature import CredentialScope

Handler: TypeAlias = "Callable[[Call], dict[str, Any]]"


@dataclass(frozen=True)
class Call:
    """One call of an operation."""

    account: str
    region: str
    parameters: Mapping[str, Any]

    def __getitem__(self, parameter: str) -> Any:
        """The value of a parameter that the operation requires."""
        return self.parameters[parameter]

    def given(self, *names: str) -> dict[str, Any]:
        """Those of the parameters that the caller gave."""
        return {name: self.parameters[name] for name in names if name in self.parameters}


@dataclass(frozen=True)
class Answer:
    """What goes back to the caller."""

    status: str
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


class ApiError(Exception):
    """An error that the real service would return."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class NotStoodInError(Exception):
    """The emulator itself knows the thing that the call is about."""


class Service:
    """The operations of one AWS service (by its botocore name) that are stood in for."""

    def __init__(self, name: str, *, why: str) -> None:
        self.name = name
        self.why = why
        self._handlers: dict[str, Handler] = {}

    @property
    def operations(self) -> tuple[str, ...]:
        """The names of the operations, as in the API reference."""
        return tuple(self._handlers)

    def operation(self, name: str) -> Callable[[Handler], Handler]:
        """Register the function that stands in for the operation `name`."""

        def register(handler: Handler) -> Handler:
            self._handlers[name] = handler
            return handler

        return register

    @cached_property
    def signing_name(self) -> str:
        """What the signature of a request calls the service."""
        return self._model.signing_name

    def find(self, environ: WSGIEnvironment, body: bytes) -> tuple[Handler, dict[str, Any]] | None:
        """The handler and the parameters of a request, if its operation is stood in for."""
        sent = json.loads(body) if body[:1] == b"{" else {}
        if self._model.metadata["protocol"] == "json":
            handler = self._handlers.get(environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2])
            return (handler, sent) if handler else None
        # The raw path: an ARN in it has its slashes quoted.
        path, _, query = environ["REQUEST_URI"].partition("?")
        for name, (method, pattern, query_names) in self._routes.items():
            found = pattern.fullmatch(path) if method == environ["REQUEST_METHOD"] else None
            if found:
                in_path = {key: unquote(value) for key, value in found.groupdict().items()}
                return self._handlers[name], sent | in_path | _from_query(query, query_names)
        return None

    @cached_property
    def _model(self) -> Any:
        from botocore.loaders import Loader
        from botocore.model import ServiceModel

        return ServiceModel(Loader().load_service_model(self.name, "service-2"), self.name)

    @cached_property
    def _routes(self) -> dict[str, tuple[str, re.Pattern[str], dict[str, tuple[str, bool]]]]:
        return {name: _route(self._model.operation_model(name)) for name in self._handlers}


class StandIns:
    """Every service that is stood in for."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._services = tuple(services)

    def answer(self, environ: WSGIEnvironment, scope: CredentialScope, body: bytes) -> Answer | None:
        """The answer to a request; None when it is the emulator's to answer."""
        for service in self._services:
            found = service.find(environ, body) if service.signing_name == scope.service else None
            if found:
                handler, parameters = found
                call = Call(account_of(scope.access_key) or DEFAULT_ACCOUNT, scope.region, parameters)
                return _run(handler, call)
        return None


def _run(handler: Handler, call: Call) -> Answer | None:
    try:
        return Answer("200 OK", json.dumps(handler(call)).encode())
    except NotStoodInError:
        return None
    except ApiError as error:
        text = json.dumps({"__type": error.code, "message": error.message})
        return Answer(f"{error.status} {error.code}", text.encode(), [("x-amzn-ErrorType", error.code)])


def _route(operation: Any) -> tuple[str, re.Pattern[str], dict[str, tuple[str, bool]]]:
    """The method, the path and the query parameters (wire name to member, is a list) of an operation."""
    members = operation.input_shape.members if operation.input_shape else {}
    wire_names = {
        shape.serialization.get("name", member): (member, shape)
        for member, shape in members.items()
        if "location" in shape.serialization
    }

    def placeholder(found: re.Match[str]) -> str:
        name = found[1].rstrip("+")
        return f"(?P<{wire_names[name][0]}>{'.+' if found[1].endswith('+') else '[^/]+'})"

    path = re.sub(r"\{([^}]+)\}", placeholder, operation.http["requestUri"].partition("?")[0])
    query_names = {
        wire: (member, shape.type_name == "list")
        for wire, (member, shape) in wire_names.items()
        if shape.serialization["location"] == "querystring"
    }
    return operation.http["method"], re.compile(path + "/?"), query_names


def _from_query(query: str, names: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    values = parse_qs(query)
    return {
        member: values[wire] if is_list else values[wire][0]
        for wire, (member, is_list) in names.items()
        if wire in values
    }
