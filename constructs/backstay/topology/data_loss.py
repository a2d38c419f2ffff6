"""Data that may be lost, because somebody has decided so for a time."""

from typing import Annotated

from backstay.topology.forms import LABEL, Day, Form, Reason
from backstay.topology.spec import Spec

StackName = Annotated[str, Form("the name of a stack", LABEL, ("production-us-east-1",), longest=120)]
ResourceAddress = Annotated[
    str, Form("the address of a resource", r"[!-~]+\.[!-~ ]+", ("aws_sqs_queue.requests",), longest=500)
]


class DataLoss(Spec):
    """Lets a deployment delete, replace or detach one thing that holds data, with a reason that a reviewer can judge.

    It does not switch off deletion protection, by which the cloud itself keeps it.
    """

    stack: StackName
    """The stack, as a plan names it."""

    address: ResourceAddress
    """The resource's address in the stack, as a plan names it."""

    reason: Reason
    """Why what it holds is not needed any more."""

    until: Day
    """The last day on which it may be lost."""
