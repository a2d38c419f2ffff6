"""What each region's account must be allowed to run, as people and pipelines are told."""

from tests.cli import two_regions
from tests.cli.conftest import Project
from tests.cli.two_regions import NAME


def test_each_region_is_told_with_the_quota_and_how_to_ask_for_it(project: Project) -> None:
    two_regions.write(project, state_backend="{backend: local}")
    done = project.run("quotas", NAME)
    assert done.returncode == 0
    asks = [line for line in done.stdout.splitlines() if line.startswith("aws service-quotas ")]
    assert [line.split("--region ")[1].split()[0] for line in asks] == ["us-east-1", "us-west-2"]
    assert all("--quota-code L-DB2E81BA --desired-value " in line for line in asks)


def test_programs_get_the_same(project: Project) -> None:
    two_regions.write(project, state_backend="{backend: local}")
    document = project.json("quotas", NAME)
    assert document["exit_status"] == 0
    (first, second) = document["regions"]
    assert (first["role"], first["known"], second["region"]) == ("primary", True, "us-west-2")
    assert [quota["code"] for quota in first["quotas"]] == ["L-DB2E81BA"]


def test_a_cloud_whose_quotas_are_not_known_is_named(project: Project) -> None:
    file = project.directory / "environments/elsewhere.yaml"
    file.write_text(ELSEWHERE)
    done = project.run("quotas", "elsewhere")
    assert done.returncode == 0
    assert done.stdout == "europe-west4: Backstay does not know the quotas of google; its console does\n"


def test_an_environment_that_is_not_there_is_refused(project: Project) -> None:
    done = project.run("quotas", "nowhere")
    assert done.returncode == 3
    assert "there is no such environment file" in done.stderr


ELSEWHERE = """
name: elsewhere
namespace: acme
mode: single-region
disposable: true
google: {project: acme-elsewhere}
state: {backend: local}
service: {host: llm.example.com, zone: {name: example.com, cloud: google, id: example-com}}
regions:
  primary: {cloud: google, region: europe-west4, status: active, traffic: 100%}
"""
