"""Which machine sizes have GPUs."""

import pytest

from backstay.azure.gpu_size import require_gpu
from tests.azure.compute import A100
from tests.azure.surroundings import REGION


def test_a_current_size_is_known_by_its_gpus() -> None:
    gpu = require_gpu(A100, REGION)
    assert (gpu.gpu, gpu.count) == ("A100", 1)


def test_a_retired_size_is_refused_with_its_successor() -> None:
    with pytest.raises(ValueError, match=r"'Standard_NC6s_v3' with V100 is retired .* use 'Standard_NC24ads_A100_v4'"):
        require_gpu("Standard_NC6s_v3", REGION)


def test_a_mistyped_size_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match=r"did you mean 'Standard_NC24ads_A100_v4'\?"):
        require_gpu("Standard_NC24ads_A100_v5", REGION)


def test_a_size_of_another_cloud_is_refused_with_a_small_one() -> None:
    with pytest.raises(
        ValueError, match=r"'g6.xlarge' is not a known size .* a small one is 'Standard_NV36ads_A10_v5'"
    ):
        require_gpu("g6.xlarge", REGION)
