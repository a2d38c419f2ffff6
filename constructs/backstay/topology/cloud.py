"""The clouds, and a place in one of them."""

from dataclasses import dataclass
from enum import StrEnum


class Cloud(StrEnum):
    """A provider of regions."""

    AWS = "aws"
    AZURE = "azure"
    GOOGLE = "google"


@dataclass(frozen=True, order=True)
class CloudRegion:
    """A region of a cloud, such as `us-east-1` of AWS: where a stack and everything in it lives."""

    cloud: Cloud
    name: str

    def __str__(self) -> str:
        return self.name


def aws_region(name: str) -> CloudRegion:
    """An AWS region, as shorthand for stacks that use the constructs without an environment file."""
    return CloudRegion(Cloud.AWS, name)


def azure_region(name: str) -> CloudRegion:
    """An Azure region, as shorthand for stacks that use the constructs without an environment file."""
    return CloudRegion(Cloud.AZURE, name)


def google_region(name: str) -> CloudRegion:
    """A Google Cloud region, as shorthand for stacks that use the constructs without an environment file."""
    return CloudRegion(Cloud.GOOGLE, name)
