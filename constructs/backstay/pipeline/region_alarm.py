"""What a region on AWS says of itself by its own alarm, for regions that cannot be reached from here."""

import importlib.util
from typing import Any

from backstay.pipeline.health import Answer
from backstay.topology import Environment

_SECONDS = 10
_LASTING = ("AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "InvalidClientTokenId")


def can_be_read() -> bool:
    """Whether AWS's library is installed, which no other part of a deployment needs."""
    return importlib.util.find_spec("boto3") is not None


def ask(environment: Environment, region: str, alarm: str) -> Answer:
    """Read the alarm once, with the credentials that Terraform uses; it serves while the alarm is quiet.

    Args:
        environment: whose role is taken to deploy, if it names one.
        region: the region's name.
        alarm: the alarm's name.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = _cloudwatch(environment, region).describe_alarms(
            AlarmNames=[alarm], AlarmTypes=["CompositeAlarm", "MetricAlarm"]
        )
    except ClientError as error:
        return Answer(False, f"{alarm} cannot be read: {error}", is_final=error.response["Error"]["Code"] in _LASTING)
    except BotoCoreError as error:
        return Answer(False, f"{alarm} cannot be read: {error}")
    states = [each["StateValue"] for each in (*found.get("CompositeAlarms", []), *found.get("MetricAlarms", []))]
    if not states:
        return Answer(serves=False, says=f"there is no alarm {alarm}", is_absent=True)
    return Answer(serves=states == ["OK"], says=f"{alarm} is in state {states[0]}")


def _cloudwatch(environment: Environment, region: str) -> Any:
    import boto3
    from botocore.config import Config

    session = boto3.Session(region_name=region)
    config = Config(connect_timeout=_SECONDS, read_timeout=_SECONDS)
    role = environment.aws.deploy_role if environment.aws else None
    if role is None:
        return session.client("cloudwatch", config=config)
    sts = session.client("sts", config=config)
    taken = sts.assume_role(RoleArn=role, RoleSessionName="backstay-health")["Credentials"]
    return session.client(
        "cloudwatch",
        config=config,
        aws_access_key_id=taken["AccessKeyId"],
        aws_secret_access_key=taken["SecretAccessKey"],
        aws_session_token=taken["SessionToken"],
    )
