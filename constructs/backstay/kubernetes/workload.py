"""The name that ties the objects of one service together, and the labels that follow from it."""

from dataclasses import dataclass

_NAME = "app.kubernetes.io/name"


@dataclass(frozen=True)
class Workload:
    """What runs under one name in a namespace.

    Attributes:
        name: its name, the same for each of its objects.
        namespace: where it runs.
        part_of: the application that it belongs to.
    """

    name: str
    namespace: str
    part_of: str

    @property
    def selector(self) -> dict[str, str]:
        """The labels by which its pods are found; a deployment cannot change them, so they stay few."""
        return {_NAME: self.name}

    @property
    def labels(self) -> dict[str, str]:
        """The labels of all its objects, as Kubernetes recommends them."""
        return {**self.selector, **common_labels(self.part_of)}


def common_labels(part_of: str) -> dict[str, str]:
    """The labels of everything that belongs to an application."""
    return {"app.kubernetes.io/part-of": part_of, "app.kubernetes.io/managed-by": "terraform"}
