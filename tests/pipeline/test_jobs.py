"""What each job of a pipeline is told, in an environment over three clouds."""

from pathlib import Path

import pytest

from backstay import environment_file
from backstay.pipeline.jobs import Jobs
from backstay.pipeline.waves import Stage, Wave
from backstay.topology import Environment
from backstay.topology.pipeline import Access

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
GOOGLE_ACCOUNT = "acme-multicloud--ci-plan@acme-multicloud.iam.gserviceaccount.com"
AWS_ROLE = "arn:aws:iam::123456789012:role/acme-multicloud--pipeline-plan"


@pytest.fixture
def multicloud() -> Environment:
    return environment_file.load(ENVIRONMENTS / "multicloud.yaml")


def jobs(environment: Environment, *, without: str = "") -> Jobs:
    left = {role: region for role, region in environment.regions.items() if role != without}
    return Jobs(environment, Access.PLAN, left)


def identity(entry: dict[str, str]) -> tuple[str, str, str, str]:
    return (entry["cloud"], entry["region"], entry["aws_role"], entry["google_service_account"])


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("primary", ("aws", "us-east-1", AWS_ROLE, "")),
        ("secondary", ("azure", "westeurope", "", "")),
        ("tertiary", ("google", "asia-southeast1", "", GOOGLE_ACCOUNT)),
    ],
)
def test_a_job_takes_the_identity_of_its_own_cloud_only(
    multicloud: Environment, role: str, expected: tuple[str, ...]
) -> None:
    wave = Wave(Stage.REGION, role, ("some-stack",))
    (entry,) = jobs(multicloud).of_stacks([wave], frozenset(wave.stacks))
    assert identity(entry) == expected


def test_a_job_of_a_stack_that_may_be_anywhere_takes_all(multicloud: Environment) -> None:
    wave = Wave(Stage.OTHER, None, ("extra",))
    (entry,) = jobs(multicloud).of_stacks([wave], frozenset(wave.stacks))
    assert identity(entry) == ("", "us-east-1", AWS_ROLE, GOOGLE_ACCOUNT)


def test_a_job_of_the_zone_is_on_the_zones_cloud(multicloud: Environment) -> None:
    wave = Wave(Stage.ZONE, None, (multicloud.names.zone_stack(),))
    (entry,) = jobs(multicloud).of_stacks([wave], frozenset(wave.stacks))
    assert identity(entry) == ("aws", "us-east-1", AWS_ROLE, "")


def test_the_environments_job_asks_for_no_credentials_of_a_cloud_that_is_lost(multicloud: Environment) -> None:
    entry = jobs(multicloud, without="primary").of_environment()
    assert (entry["clouds"], entry["aws_role"], entry["aws_region"]) == (["azure", "google"], "", "")
    assert entry["google_service_account"] == GOOGLE_ACCOUNT


def test_routing_that_works_with_a_copy_of_its_state_has_a_job_in_another_region() -> None:
    production = environment_file.load(ENVIRONMENTS / "production.yaml")
    wave = Wave(Stage.ROUTING, None, (production.names.routing_stack(),))
    (entry,) = jobs(production, without="primary").of_stacks([wave], frozenset(wave.stacks))
    assert (entry["cloud"], entry["region"]) == ("aws", "eu-west-1")
