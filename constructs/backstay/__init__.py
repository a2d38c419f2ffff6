"""Constructs that keep AI systems standing when a region falls.

The cloud-neutral values are in `backstay.topology`, the constructs in `backstay.aws` and `backstay.kubernetes`.
Importing this package loads no provider binding; see `backstay.fast_jsii` for loading them quickly.
"""

__version__ = "0.1.0"
