"""Rules about where Terraform's state is kept."""

from collections.abc import Iterator

from backstay.topology.cloud import Cloud
from backstay.topology.rules.rule import Case, Finding, rule
from backstay.topology.state import AzureState, GoogleState, LocalState, S3State, is_made_by_backstay

_CLOUD_OF = {S3State: Cloud.AWS, AzureState: Cloud.AZURE, GoogleState: Cloud.GOOGLE}


@rule("state-survives", waivable=True)
def state_survives(case: Case) -> Iterator[Finding]:
    """State on one disk is lost with it, and nobody else can apply."""
    if isinstance(case.environment.state, LocalState) and not case.environment.disposable:
        yield (
            ("state", "backend"),
            "state backend 'local' is for disposable environments; use s3, azurerm, gcs, native or cloud, "
            "or say disposable: true",
        )


@rule("state-fits-clouds")
def state_fits_clouds(case: Case) -> Iterator[Finding]:
    """A region's state lives in that region, so its cloud has to have the store."""
    environment = case.environment
    for role, region in environment.regions.items():
        state = environment.state_of(region)
        if is_made_by_backstay(state) and _CLOUD_OF[type(state)] is not region.cloud:
            yield (
                ("state", "backend"),
                f"state backend {state.backend!r} cannot be made in region {role!r}, which is on {region.cloud}; "
                "write native, and each region keeps its state in its own cloud's store",
            )
            return
