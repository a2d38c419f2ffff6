"""Members of IAM policies, as parts of construct ids."""

import hashlib
from typing import Any

from cdktf import DefaultTokenResolver, StringConcat, Tokenization
from constructs import Construct


def member_id(scope: Construct, member: str) -> str:
    """Eight characters that are the same for the same member in every synthesis, and differ for others."""
    # A token's own text depends on what was made before it, so the member is resolved first. The bindings of cdktf name
    # the parameters of their own protocol otherwise, hence the type.
    resolver: Any = DefaultTokenResolver(StringConcat())
    resolved = Tokenization.resolve(member, scope=scope, resolver=resolver, preparing=False)
    return hashlib.sha256(str(resolved).encode()).hexdigest()[:8]
