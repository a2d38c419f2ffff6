"""The jobs of a pipeline, as GitHub's matrix wants them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backstay.pipeline.waves import Wave
from backstay.topology import Cloud, Environment, Region
from backstay.topology.pipeline import Access, github_environment
from backstay.topology.pipeline_access import aws_role, google_service_account, pipelines
from backstay.topology.routes import home

MOST_JOBS = 256
"""https://docs.github.com/en/actions/reference/limits#existing-system-limits (job matrix)"""


@dataclass(frozen=True)
class Jobs:
    """One job for each stack to be planned, or one for each environment to be applied.

    Attributes:
        access: what the jobs may do.
        regions: the regions that are there, by their roles.
    """

    environment: Environment
    access: Access
    regions: dict[str, Region]

    def of_stacks(self, waves: Sequence[Wave], touched: frozenset[str]) -> list[dict[str, Any]]:
        """Return an entry for each of these stacks that is touched.

        Args:
            waves: the order of all stacks.
            touched: the stacks that are to have a job.
        """
        return [
            self._of_stack(stack, number, wave)
            for number, wave in enumerate(waves, 1)
            for stack in wave.stacks
            if stack in touched
        ]

    def of_environment(self) -> dict[str, Any]:
        """Return the entry for the whole environment."""
        clouds = sorted({str(region.cloud) for region in self.regions.values()})
        on_aws = next((region.region for region in self.regions.values() if region.cloud is Cloud.AWS), "")
        return {
            "environment": self.environment.name,
            "clouds": clouds,
            **self._identities(clouds),
            "aws_region": on_aws,
            "github_environment": github_environment(self.environment.name, self.access),
        }

    def _of_stack(self, stack: str, number: int, wave: Wave) -> dict[str, Any]:
        region = self._region(stack, wave)
        # Nothing says where a stack is that a project has added: it gets what the whole environment has.
        clouds = [str(region.cloud)] if region else sorted({str(each.cloud) for each in self.regions.values()})
        whole = self.of_environment()
        return {
            "environment": self.environment.name,
            "stack": stack,
            "stage": wave.stage.title,
            "wave": number,
            "cloud": str(region.cloud) if region else "",
            "region": region.region if region else whole["aws_region"],
            **self._identities(clouds),
            "github_environment": whole["github_environment"],
        }

    def _region(self, stack: str, wave: Wave) -> Region | None:
        names = self.environment.names
        if wave.role:
            return self.regions[wave.role]
        if stack in (names.zone_stack(), names.routing_stack()) and (role := home(self.environment)):
            # Its own region may be lost, with its state taken over by another: any other of the cloud will do then.
            there = self.environment.regions[role]
            alike = [region for region in self.regions.values() if region.cloud is there.cloud]
            return there if there in alike else next(iter(alike), None)
        kept = {names.pipeline_stack(cloud): region for cloud, region in pipelines(self.environment).items()}
        return kept.get(stack)

    def _identities(self, clouds: Sequence[str]) -> dict[str, str]:
        on_aws, on_google = Cloud.AWS in clouds, Cloud.GOOGLE in clouds
        return {
            "aws_role": aws_role(self.environment, self.access) if on_aws else "",
            "google_service_account": google_service_account(self.environment, self.access) if on_google else "",
        }
