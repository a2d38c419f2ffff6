"""Make Python CDKTF start in about a second instead of half a minute.

The bindings of a provider load every resource that the provider has, twice: as Python modules (2,212 for
AWS) and as JavaScript modules in the Node process that jsii runs. `install` makes both load a module when
it is first used, keeps the compiled code of what was used, and runs one Node process in place of two. It
changes no installed file, and the synthesized JSON stays the same to the byte.

    from backstay import fast_jsii

    fast_jsii.install()  # before the first import of constructs, cdktf or a provider

`BACKSTAY_FAST_JSII=0` in the environment turns it off.
"""

from __future__ import annotations

import os
import sys
import warnings
from functools import partial

from backstay.fast_jsii.compiled import BINDINGS, BindingsLoader
from backstay.fast_jsii.loaders import FIRST_ASSEMBLY, PROVIDER_PACKAGE, Finder, LazyPackageLoader, NodeStarter
from backstay.fast_jsii.warming import Step, WarmUpError, installed_providers, is_warm, warm
from backstay.node import UnsupportedNodeError, find_node

__all__ = ["Step", "UnsupportedNodeError", "WarmUpError", "install", "installed_providers", "is_warm", "warm"]

SWITCH = "BACKSTAY_FAST_JSII"


def install() -> None:
    """Load provider bindings lazily from here on, and run jsii on a Node that it supports.

    `backstay.node` says which Node that is. The environment is the caller's again once Node has started.
    Calling `install` twice does no more than calling it once. Calling it when jsii runs already warns, and
    makes only Python's half lazy.

    Raises `UnsupportedNodeError`.
    """
    if any(isinstance(finder, Finder) for finder in sys.meta_path):
        return
    lazy = os.environ.get(SWITCH, "").strip().lower() not in {"0", "false", "no", "off"}
    finders: list[Finder] = []
    if "constructs._jsii" in sys.modules:
        warnings.warn(
            "fast_jsii.install() came after the first import of constructs or cdktf, so jsii runs without it "
            "and provider bindings load slowly; call it before that import",
            RuntimeWarning,
            stacklevel=2,
        )
    else:
        starter = partial(NodeStarter, node=find_node().path, lazy=lazy)
        finders.append(Finder(FIRST_ASSEMBLY, starter))
    if lazy:
        finders += [Finder(PROVIDER_PACKAGE, LazyPackageLoader), Finder(BINDINGS, BindingsLoader)]
    sys.meta_path[:0] = finders
