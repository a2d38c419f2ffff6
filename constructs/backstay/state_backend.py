"""Where a stack keeps its Terraform state: the `state` section of an environment, as a backend."""

from cdktf import (
    AzurermBackend,
    CloudBackend,
    GcsBackend,
    LocalBackend,
    NamedCloudWorkspace,
    S3Backend,
    S3BackendAssumeRoleConfig,
    TerraformStack,
)

from backstay.topology import (
    AzureState,
    CloudRegion,
    Environment,
    GoogleState,
    LocalState,
    Region,
    S3State,
    TerraformCloudState,
)

CONTAINER = "tfstate"
"""The container in each storage account that Backstay makes for states."""

# `use_lockfile` came with Terraform 1.10; the rest of what Backstay writes works from 1.5 on.
_LOCK_FILE_NEEDS = "1.10.0"
_ALL_ELSE_NEEDS = "1.5.0"


def attach_backend(stack: TerraformStack, *, environment: Environment, region: Region) -> str:
    """Give a stack its backend; returns the oldest Terraform version that understands it."""
    names, key, place = environment.names, environment.names.state_key(stack.node.id), region.location
    match environment.state_of(region):
        case S3State() as state:
            _attach_s3(stack, state, environment, place)
            return _ALL_ELSE_NEEDS if state.lock == "table" else _LOCK_FILE_NEEDS
        case AzureState() as state:
            AzurermBackend(
                stack,
                resource_group_name=state.resource_group or names.resource_group("state", place),
                storage_account_name=state.storage_account or names.storage_account("state", place),
                container_name=state.container or CONTAINER,
                key=key,
                subscription_id=environment.azure.subscription if environment.azure else None,
                tenant_id=environment.azure.tenant if environment.azure else None,
                # The account refuses its shared key, so that a leaked key opens nothing.
                use_azuread_auth=True,
            )
        case GoogleState() as state:
            GcsBackend(
                stack,
                bucket=state.bucket or names.bucket("state", place),
                prefix=f"{names.environment}/{stack.node.id}",
            )
        case TerraformCloudState() as state:
            CloudBackend(
                stack,
                hostname=state.hostname,
                organization=state.organization,
                workspaces=NamedCloudWorkspace(stack.node.id),
            )
        case LocalState():
            LocalBackend(stack, path=f"terraform.{stack.node.id}.tfstate")
    return _ALL_ELSE_NEEDS


def _attach_s3(stack: TerraformStack, state: S3State, environment: Environment, region: CloudRegion) -> None:
    role = environment.aws.deploy_role if environment.aws else None
    names = environment.names
    S3Backend(
        stack,
        bucket=names.bucket("state", region),
        key=names.state_key(stack.node.id),
        region=region.name,
        # `encrypt` is left out on purpose: it would ask for Amazon's key in place of the bucket's own.
        dynamodb_table=None if state.lock == "file" else names.lock_table(region),
        assume_role=S3BackendAssumeRoleConfig(role_arn=role) if role else None,
    )
    if state.lock != "table":
        stack.add_override("terraform.backend.s3.use_lockfile", True)  # cdktf 0.21 predates the argument


def require_terraform(stack: TerraformStack, *versions: str) -> None:
    """Make Terraform refuse the stack when it is older than the newest of the given versions."""
    newest = max(versions, key=lambda version: tuple(int(part) for part in version.split(".")))
    stack.add_override("terraform.required_version", f">= {newest}")
