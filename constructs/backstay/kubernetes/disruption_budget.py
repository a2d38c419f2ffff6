"""How much of a service may be taken down on purpose at one time."""

from cdktf_cdktf_provider_kubernetes.pod_disruption_budget_v1 import (
    PodDisruptionBudgetV1,
    PodDisruptionBudgetV1Metadata,
    PodDisruptionBudgetV1Spec,
    PodDisruptionBudgetV1SpecSelector,
)
from constructs import Construct

from backstay.kubernetes.workload import Workload


class DisruptionBudget(Construct):
    """Let upgrades and repairs of nodes take one copy of a service at a time.

    Survives: a drain of all nodes, one after the other: of two or more copies, all but one always serve.
    Does not survive: the drain of a single copy's node. A budget that forbade it would block every upgrade and
    repair for as long as the copy stays alone, and traffic has other regions to go to.
    """

    def __init__(self, scope: Construct, id_: str, *, workload: Workload) -> None:
        """Make the budget.

        Args:
            scope: what the budget is part of.
            id_: its id there.
            workload: whose pods it protects.
        """
        super().__init__(scope, id_)
        self.budget = PodDisruptionBudgetV1(
            self,
            "budget",
            metadata=PodDisruptionBudgetV1Metadata(
                name=workload.name, namespace=workload.namespace, labels=workload.labels
            ),
            spec=PodDisruptionBudgetV1Spec(
                # Said by what may go, not by what must stay: the autoscaler changes how many there are.
                max_unavailable="1",
                selector=PodDisruptionBudgetV1SpecSelector(match_labels=workload.selector),
            ),
        )
