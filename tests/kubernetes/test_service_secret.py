"""Secret values that pass through Terraform without staying in it."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from backstay.kubernetes.service_secret import ServiceSecret, revision_of
from backstay.kubernetes.workload import Workload
from backstay.outputs import SecretValues
from backstay.testing import Synthesized
from backstay.topology import SecretSpec

_WORKLOAD = Workload("llm-service", "llm", "ai-llm")
_KEY = SecretSpec(name="VLLM_API_KEY", variable="llm_api_key")
_TOKEN = SecretSpec(name="HF_TOKEN", stored_as="acme/hf-token")

names = st.from_regex(r"[A-Z][A-Z0-9_]{0,8}", fullmatch=True)
secrets = st.one_of(
    st.builds(SecretSpec, name=names, variable=st.just("key"), revision=st.integers(1, 9)),
    st.builds(SecretSpec, name=names, stored_as=st.sampled_from(["a", "b"]), revision=st.integers(1, 9)),
)
sets_of_secrets = st.lists(secrets, max_size=4, unique_by=lambda spec: spec.name)


def test_values_are_sent_and_not_kept(cluster: Synthesized) -> None:
    secret = cluster.only("kubernetes_secret_v1")
    assert secret["data_wo"] == {"VLLM_API_KEY": "${var.llm_api_key}", "HF_TOKEN": "${var.hf_token}"}
    assert "data" not in secret


def test_the_revision_is_always_said_since_without_it_the_secret_would_be_empty(cluster: Synthesized) -> None:
    assert cluster.only("kubernetes_secret_v1")["data_wo_revision"] >= 1


def test_old_terraform_keeps_the_values(made_of: Callable[..., Synthesized]) -> None:
    kept = SecretValues({"VLLM_API_KEY": "${var.llm_api_key}"}, False, "1.5.0")
    made = made_of(lambda stack: ServiceSecret(stack, "secret", specs=[_KEY], values=kept, workload=_WORKLOAD))
    secret = made.only("kubernetes_secret_v1")
    assert secret["data"] == {"VLLM_API_KEY": "${var.llm_api_key}"}
    assert not {"data_wo", "data_wo_revision"} & secret.keys()


def test_a_new_revision_makes_new_pods(cluster: Synthesized) -> None:
    template = cluster.only("kubernetes_deployment_v1")["spec"]["template"]
    revision = cluster.only("kubernetes_secret_v1")["data_wo_revision"]
    assert template["metadata"]["annotations"] == {"backstay.io/secret-revision": str(revision)}


def test_the_revision_of_what_is_deployed_never_changes_by_itself() -> None:
    assert revision_of([_KEY, _TOKEN]) == 85_989_638


@given(sets_of_secrets)
def test_a_revision_is_a_positive_number_that_every_platform_can_hold(specs: list[SecretSpec]) -> None:
    assert 1 <= revision_of(specs) < 2**31


@given(sets_of_secrets)
def test_the_order_of_secrets_does_not_matter(specs: list[SecretSpec]) -> None:
    assert revision_of(specs) == revision_of(specs[::-1])


@given(sets_of_secrets, sets_of_secrets)
def test_any_other_secrets_have_another_revision(some: list[SecretSpec], others: list[SecretSpec]) -> None:
    assert (revision_of(some) == revision_of(others)) == (set(map(repr, some)) == set(map(repr, others)))


def test_raising_one_secrets_revision_changes_the_revision() -> None:
    raised = _TOKEN.model_copy(update={"revision": 2})
    assert revision_of([_KEY, _TOKEN]) != revision_of([_KEY, raised])


def test_one_secret_in_place_of_another_changes_the_revision() -> None:
    assert revision_of([_KEY]) != revision_of([_TOKEN])
