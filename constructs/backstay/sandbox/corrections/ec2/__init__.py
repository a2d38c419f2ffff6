"""Elastic Compute Cloud."""

from backstay.sandbox.corrections.ec2 import machines, networks

__all__ = ["machines", "networks"]
