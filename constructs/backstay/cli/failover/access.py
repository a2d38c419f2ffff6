"""The way to the region that takes over, and to no other."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backstay.cli.failures import FailedError, RefusedError
from backstay.sandbox.accounts import DEFAULT_ACCOUNT, access_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backstay.cli.project import Project
    from backstay.topology import CloudRegion, Environment

_TRIES = 3
_SECONDS_TO_CONNECT = 10
_SECONDS_TO_ANSWER = 30
_ILL = 500


@dataclass(frozen=True)
class Caller:
    """Whose credentials are used.

    Attributes:
        partition: what AWS it is, such as `aws`.
        account: the account's number.
    """

    partition: str
    account: str


@dataclass(frozen=True)
class Access:
    """Clients of one region's services."""

    region: CloudRegion
    settings: dict[str, Any]

    def caller(self) -> Caller:
        """Whose credentials these are."""
        with self.failures_told():
            # At the region's own endpoint, where boto3 asks by default; the global one is in us-east-1.
            _, partition, *_, account, _ = self.client("sts").get_caller_identity()["Arn"].split(":", maxsplit=5)
        return Caller(partition, account)

    def client(self, service: str) -> Any:
        """A client of a service in the region."""
        import boto3
        from botocore.config import Config

        config = Config(
            retries={"total_max_attempts": _TRIES, "mode": "standard"},
            connect_timeout=_SECONDS_TO_CONNECT,
            read_timeout=_SECONDS_TO_ANSWER,
        )
        return boto3.client(service, region_name=self.region.name, config=config, **self.settings)

    @contextmanager
    def failures_told(self) -> Iterator[None]:
        """Say in words why the region could not be asked.

        Raises:
            FailedError: it does not answer, or does not let these credentials do it.

        """
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        try:
            yield
        except HTTPClientError as error:
            raise FailedError(self._out_of_reach(str(error))) from error
        except BotoCoreError as error:
            raise FailedError(f"{self.region} cannot be asked: {error}") from error
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= _ILL:
                raise FailedError(self._out_of_reach(str(error))) from error
            raise FailedError(f"{self.region} refuses: {error}") from error

    def _out_of_reach(self, why: str) -> str:
        return (
            f"{self.region} does not answer ({why}); a region that is lost itself cannot take over, so choose another "
            "with --to, or look why it cannot be reached from here"
        )


def open_access(
    environment: Environment, project: Project, region: CloudRegion, *, in_sandbox: bool
) -> tuple[Access, Caller]:
    """Find the way to a region, and see that it leads to the environment's account.

    Raises:
        RefusedError: it leads to another account.
        FailedError: there is no way, or no sandbox is running.

    """
    _require_boto3()
    access = Access(region, _of_sandbox(environment, project) if in_sandbox else {})
    caller = access.caller()
    if environment.aws and caller.account != environment.aws.account:
        raise RefusedError(
            f"these credentials are of account {caller.account}, and {environment.name} is in "
            f"{environment.aws.account}; use credentials of that account"
        )
    return access, caller


def _require_boto3() -> None:
    try:
        import boto3  # noqa: F401  (whether it is there)
    except ModuleNotFoundError as error:
        raise FailedError(
            "boto3, which asks AWS, is not installed; install backstay[aws], or start the state machine from the "
            "console of the region that takes over"
        ) from error


def _of_sandbox(environment: Environment, project: Project) -> dict[str, Any]:
    from backstay.sandbox import Sandbox

    running = Sandbox.running(project.work / "sandbox" / environment.name)
    if running is None:
        raise FailedError(
            f"no sandbox of {environment.name} is running; `backstay deploy {environment.name} --sandbox` starts it"
        )
    account = environment.aws.account if environment.aws else DEFAULT_ACCOUNT
    return {
        "endpoint_url": running.endpoint,
        "aws_access_key_id": access_key(account),
        "aws_secret_access_key": "sandbox",
    }
