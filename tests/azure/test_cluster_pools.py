"""Which kinds of machines a cluster has."""

import pytest

from backstay.azure.cluster_pools import gpu_pool, system_pool
from backstay.kubernetes import gpu_nodes
from backstay.topology import GpuNodesSpec, ReservationSpec, SystemNodesSpec
from tests.azure.compute import A100, RESERVATION
from tests.azure.surroundings import REGION


def test_gpu_nodes_are_what_the_clusters_pods_look_for() -> None:
    pool = gpu_pool(GpuNodesSpec(instance_type=A100), REGION)
    assert gpu_nodes.NODE_LABELS.items() <= pool.labels.items()
    assert pool.taints == (f"{gpu_nodes.TAINT_KEY}=true:{gpu_nodes.TAINT_EFFECT}",)


def test_spot_nodes_say_what_aks_says_of_them_anyway() -> None:
    pool = gpu_pool(GpuNodesSpec(instance_type=A100, purchase="spot"), REGION)
    assert pool.labels["kubernetes.azure.com/scalesetpriority"] == "spot"
    assert "kubernetes.azure.com/scalesetpriority=spot:NoSchedule" in pool.taints


def test_system_nodes_keep_nobody_off_by_a_taint_of_their_own() -> None:
    pool = system_pool(SystemNodesSpec(instance_type="Standard_D4ds_v5"))
    assert (pool.purpose, pool.taints) == ("system", ())


def test_spot_machines_with_a_reservation_are_refused() -> None:
    spec = GpuNodesSpec(instance_type=A100, purchase="spot", reservation=ReservationSpec(id=RESERVATION))
    with pytest.raises(ValueError, match="spot machines do not use reservations, so drop one of the two"):
        gpu_pool(spec, REGION)


def test_a_retired_size_is_refused_with_its_successor() -> None:
    with pytest.raises(ValueError, match="use 'Standard_NC24ads_A100_v4'"):
        gpu_pool(GpuNodesSpec(instance_type="Standard_NC6s_v3"), REGION)


@pytest.mark.parametrize("purpose", ["system", "gpu"])
def test_names_are_what_aks_accepts(purpose: str) -> None:
    pool = (
        system_pool(SystemNodesSpec(instance_type="Standard_D4ds_v5"))
        if purpose == "system"
        else gpu_pool(GpuNodesSpec(instance_type=A100), REGION)
    )
    for name in (pool.purpose, pool.stand_in):
        assert name.isalnum()
        assert name.islower()
        assert len(name) <= 12
