"""What the project's environments need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backstay import environment_file
from backstay.cli.examination.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from backstay.cli.project import Project
    from backstay.topology import Cloud, Environment


@dataclass(frozen=True)
class Environments:
    """Those of the project in `directory`: the usable ones, and how many problems the others have."""

    directory: Path
    usable: Mapping[str, Environment]
    broken: Mapping[str, int]

    @classmethod
    def of(cls, project: Project) -> Environments:
        """Read all of a project's environment files."""
        usable: dict[str, Environment] = {}
        broken: dict[str, int] = {}
        for name in environment_file.names(project.directory):
            try:
                usable[name] = environment_file.load(environment_file.find(name, project.directory))
            except environment_file.EnvironmentFileError as error:
                broken[name] = len(error.problems)
        return cls(project.directory, usable, broken)

    def on(self, cloud: Cloud) -> dict[str, Environment]:
        """Those that have a region on a cloud."""
        return {
            name: environment
            for name, environment in self.usable.items()
            if any(region.cloud is cloud for region in environment.regions.values())
        }

    def with_cluster_on(self, cloud: Cloud) -> dict[str, Environment]:
        """Those that have a Kubernetes cluster on a cloud."""
        return {
            name: environment
            for name, environment in self.usable.items()
            if any(region.cloud is cloud and region.cluster for region in environment.regions.values())
        }

    def examine(self) -> Iterator[Finding]:
        """Say what each is, or that it cannot be used."""
        if not (self.directory / "cdktf.json").is_file():
            yield Finding(
                "project", f"no cdktf.json in {self.directory.absolute()}", "run backstay in the project's directory"
            )
        for name, environment in self.usable.items():
            regions = ", ".join(f"{region.region} on {region.cloud}" for region in environment.regions.values())
            yield Finding(f"environment {name}", f"{environment.mode}: {regions}")
        for name, problems in self.broken.items():
            yield Finding(f"environment {name}", f"{problems} problem(s)", f"see `backstay check {name}`")
