"""Planning as somebody who may read how things are set up, and neither a secret nor what is in a cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backstay.pipeline import privileges
from backstay.terraform import Outcome, StackResult

if TYPE_CHECKING:
    from backstay.cli.runs import Run
    from backstay.terraform import Action, SynthesizedStack
    from backstay.terraform.command import EventListener
    from backstay.terraform.interruption import Interruption
    from backstay.terraform.schedule import Work
    from backstay.topology import Environment


def reads_secrets(environment: Environment) -> bool:
    """Whether the environment lets whoever plans read the secrets that Terraform reads."""
    return environment.pipeline is not None and environment.pipeline.plan_reads_secrets is not None


def restrained(run: Run, work: Work) -> Work:
    """Return the same work, which leaves alone what would need more, and says what it has not seen."""
    may_read = reads_secrets(run.environment)

    def within_rights(
        stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        configuration = stack.configuration()
        if why := privileges.why_not(configuration, action, reads_secrets=may_read):
            return StackResult(stack=stack.name, action=action, outcome=Outcome.WITHHELD, reason=why)
        result = work(stack, action, interruption, on_event)
        is_partial = result.outcome.is_success and privileges.is_in_cluster(configuration)
        return replace(result, reason=privileges.IN_CLUSTER) if is_partial else result

    return within_rights
