"""A region stands alone: its stacks are planned and applied with every other region gone."""

from collections.abc import Mapping

from backstay.checks.block import Block
from backstay.checks.places import Kind, elsewhere
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, Severity, rule
from backstay.checks.stacks import Stacks
from backstay.topology.catalog import catalog

_FAULT_ISOLATION = "https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries"
# What has one name in all regions, and the words by which others use it.
_WORLDWIDE = {
    "aws_iam_role": "role",
    "aws_iam_instance_profile": "profile",
    "aws_iam_policy": "policy_arn",
    "aws_route53_zone": "zone",
}


@rule(
    "remote-state-of-another-region",
    what="no stack reads a state that lies in another region",
    fix="compute the name of what you need instead of reading it, or pass it in as a variable",
    source=f"{_FAULT_ISOLATION}/static-stability.html",
    needs=Guarantee.REGION,
)
def remote_state_of_another_region(case: Case) -> Found:
    """With the other region, its state is gone, so the survivor can be neither planned nor applied when it must."""
    for block in case.stacks.data("terraform_remote_state"):
        region = block.text("config.region") or _region_of_state(block, case.stacks)
        if region and block.stack.region and region != block.stack.region:
            yield block, f"stack {block.stack.name} is in {block.stack.region} and reads a state in {region}"


def _region_of_state(block: Block, stacks: Stacks) -> str | None:
    store = block.text("config.bucket") or block.text("config.storage_account_name") or block.text("config.path")
    return _regions_of_stores(stacks).get(store) if store else None


def _regions_of_stores(stacks: Stacks) -> Mapping[str, str]:
    """Where states lie, as far as the stacks tell: the region of what makes a store, else of those that use it."""
    used = {
        place: stack.region
        for stack in stacks.all
        if stack.backend and stack.region
        for place in (stack.backend.store, stack.backend.setting("path"))
        if place
    }
    made = {
        block.known_as: block.region
        for block in stacks.resources("aws_s3_bucket", "azurerm_storage_account", "google_storage_bucket")
        if block.known_as and block.region
    }
    return used | made


@rule(
    "lookup-in-another-region",
    what="no stack looks anything up in another region",
    fix="compute the name or ARN of what you need, or look up the copy that stands in the stack's own region",
    source=f"{_FAULT_ISOLATION}/static-stability.html",
    needs=Guarantee.REGION,
)
def lookup_in_another_region(case: Case) -> Found:
    """A data source is read at each plan; with its region gone, every plan of this stack fails."""
    for block in case.stacks.blocks:
        own = block.stack.region
        if block.section == "resource" or block.is_worldwide or not own or not block.region:
            continue
        if block.region != own:
            yield block, f"stack {block.stack.name} is in {own} and looks this up in {block.region}"


@rule(
    "stack-spans-regions",
    what="what is in one state is in one region",
    fix="give each region a stack of its own, with one provider",
    source=f"{_FAULT_ISOLATION}/regions.html",
    needs=Guarantee.REGION,
)
def stack_spans_regions(case: Case) -> Found:
    """Terraform refreshes all of a state before it plans, so one region that does not answer blocks the others."""
    for stack in case.stacks.all:
        for block in stack.blocks:
            if block.section != "resource" or block.is_worldwide or block.cloud is None:
                continue
            # A location such as `EU` or `global` is none of them.
            if block.region in catalog(block.cloud).regions and stack.region and block.region != stack.region:
                yield block, f"stack {stack.name} is in {stack.region} and this is in {block.region}"
                break


@rule(
    "state-in-another-region",
    what="a region's state lies in that region",
    fix="give each region a bucket or storage account of its own for its states",
    source="https://github.com/hashicorp/terraform/issues/32190",
    needs=Guarantee.REGION,
)
def state_in_another_region(case: Case) -> Found:
    """While the region of the state is gone, nothing can be changed in the region that is left."""
    stores = _regions_of_stores(case.stacks)
    for stack in case.stacks.all:
        if stack.backend and stack.region:
            region = stack.backend.setting("region") or stores.get(stack.backend.store or "")
            if region and region != stack.region:
                yield stack, f"stack {stack.name} is in {stack.region} and keeps its state in {region}"


@rule(
    "key-of-another-region",
    what="data is encrypted with a key of its own region",
    fix="make a key in each region, or a replica of a multi-Region key, and use that one",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html",
    needs=Guarantee.REGION,
)
def key_of_another_region(case: Case) -> Found:
    """Data that survives is not readable when its key was lost with the other region."""
    for block, region in elsewhere(case.stacks, Kind.KEY):
        yield block, f"this is in {block.stack.region} and uses a key in {region}"


@rule(
    "secret-of-another-region",
    what="secrets are read in the region that needs them",
    fix="replicate the secret, and read the copy by its name",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html",
    needs=Guarantee.REGION,
)
def secret_of_another_region(case: Case) -> Found:
    """Nothing starts whose secrets are in the region that was lost."""
    for block, region in elsewhere(case.stacks, Kind.SECRET):
        yield block, f"this is in {block.stack.region} and reads a secret in {region}"


@rule(
    "image-of-another-region",
    what="images are pulled from a registry in the region that runs them",
    fix="replicate the repository, and pull from the host of the own region",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html",
    needs=Guarantee.REGION,
)
def image_of_another_region(case: Case) -> Found:
    """New machines are needed on the day of the loss, and find no image to start."""
    for block, region in elsewhere(case.stacks, Kind.IMAGE):
        yield block, f"this is in {block.stack.region} and pulls an image from {region}"


@rule(
    "shared-by-regions-made-by-one",
    what="what several regions use is not made in the stack of one of them",
    fix="give each region one of its own, or move it to a stack that belongs to no region",
    source=f"{_FAULT_ISOLATION}/global-services.html",
    severity=Severity.WARNING,
    needs=Guarantee.REGION,
)
def shared_by_regions_made_by_one(case: Case) -> Found:
    """Roles and zones are known everywhere, but whoever removes the region that made them takes them along."""
    made = {
        block.known_as: block
        for block in case.stacks.resources(*_WORLDWIDE)
        if block.known_as
        and any(not other.is_worldwide and other.section == "resource" for other in block.stack.blocks)
    }
    told = set()
    for user in case.stacks.blocks if made else ():
        for path, text in user.strings:
            owner = made.get(text.rsplit("/", 1)[-1])
            if owner and owner not in told and _is_used(owner, user, path[-1]) and _are_apart(owner, user):
                told.add(owner)
                yield owner, f"stack {owner.stack.name} makes this, and {user.stack.name} uses it too"


def _is_used(owner: Block, user: Block, argument: str) -> bool:
    # A zone is looked up by its name; of the others the argument says what is meant.
    return _WORLDWIDE[owner.type] in argument or _WORLDWIDE[owner.type] in user.type


def _are_apart(one: Block, other: Block) -> bool:
    return None not in (one.stack.region, other.stack.region) and one.stack.region != other.stack.region
