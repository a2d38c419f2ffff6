"""From a signed request to the function that stands in for the operation it calls.

Paths and parameters come from AWS's own service models, which botocore ships, so a stand-in is written
in the words of the API reference: `CreateAddon`, `clusterName`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from backstay.sandbox.accounts import emulated_account
from backstay.sandbox.api_error import ApiError
from backstay.sandbox.stand_ins.route import Route

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

    def find(self, environ: WSGIEnvironment, body: bytes) -> tuple[str, dict[str, Any]] | None:
        """The name and the parameters of the operation that a request calls, if it is stood in for."""
        sent = json.loads(body) if body[:1] == b"{" else {}
        if self._model.metadata["protocol"] == "json":
            name = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
            return (name, sent) if name in self._handlers else None
        # The raw path: an ARN in it has its slashes quoted.
        path, _, query = environ["REQUEST_URI"].partition("?")
        for name, route in self._routes.items():
            if (found := route.match(environ["REQUEST_METHOD"], path, query)) is not None:
                return name, sent | found
        return None

    def handler(self, operation: str) -> Handler:
        """The function that stands in for an operation."""
        return self._handlers[operation]

    @cached_property
    def _model(self) -> Any:
        from botocore.loaders import Loader
        from botocore.model import ServiceModel

        return ServiceModel(Loader().load_service_model(self.name, "service-2"), self.name)

    @cached_property
    def _routes(self) -> dict[str, Route]:
        return {name: Route.of(self._model.operation_model(name)) for name in self._handlers}


@dataclass(frozen=True)
class Found:
    """A request that a stand-in can answer."""

    service: str
    operation: str
    handler: Handler
    call: Call

    def answer(self) -> bytes | ApiError | None:
        """The answer as JSON, or an error; None when the emulator turns out to know what it is about."""
        try:
            return json.dumps(self.handler(self.call)).encode()
        except NotStoodInError:
            return None
        except ApiError as error:
            return error


class StandIns:
    """Every service that is stood in for."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._services = tuple(services)

    def find(self, environ: WSGIEnvironment, scope: CredentialScope, body: bytes) -> Found | None:
        """The stand-in for a request; None when it is the emulator's to answer."""
        for service in self._services:
            found = service.find(environ, body) if service.signing_name == scope.service else None
            if found:
                operation, parameters = found
                account = emulated_account(scope.access_key)
                call = Call(account, scope.region, parameters)
                return Found(service.name, operation, service.handler(operation), call)
        return None
