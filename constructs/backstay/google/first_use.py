"""Names for what Google Cloud keeps after it was deleted."""

from cdktf import Fn, TerraformResource
from constructs import Construct

_DIGITS = 8


def first_use(scope: Construct, name: str) -> str:
    """A name that begins with the given one and that no earlier deployment has used.

    Key rings stay for ever, and log buckets for a week, after they were deleted. So what is made, deleted and made
    again under one name is refused the second time.
    """
    # Part of Terraform itself: a random id that is kept for as long as the state is.
    deployment = TerraformResource(scope, "deployment", terraform_resource_type="terraform_data")
    return f"{name}-{Fn.substr(deployment.get_string_attribute('id'), 0, _DIGITS)}"
