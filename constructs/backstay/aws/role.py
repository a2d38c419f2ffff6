"""IAM roles, bound by what the pipeline of an environment allows them."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

_CONTEXT = "backstay.aws.role-boundary"


class Role(IamRole):
    """Let a service act in the account by this role's own policies, and never beyond its stack's boundary."""

    def __init__(self, scope: Construct, id_: str, *, name: str, assume_role_policy: str) -> None:
        """Make the role.

        Args:
            scope: what the role is part of.
            id_: its id there.
            name: its name.
            assume_role_policy: who may take it.
        """
        super().__init__(
            scope, id_, name=name, assume_role_policy=assume_role_policy, permissions_boundary=role_boundary(scope)
        )


def set_role_boundary(stack: TerraformStack, boundary: str) -> None:
    """Bind every role of a stack that is made from now on.

    A workflow may make roles within this boundary only, so that it cannot make one that may do more than itself.

    Args:
        stack: the stack.
        boundary: the ARN of the policy.
    """
    stack.node.set_context(_CONTEXT, boundary)


def role_boundary(scope: Construct) -> str | None:
    """The boundary of the roles of the stack that a construct is in; None where nothing bounds them."""
    found = scope.node.try_get_context(_CONTEXT)
    return str(found) if found else None
