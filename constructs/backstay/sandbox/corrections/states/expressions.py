"""Expressions in JSONata, the query language of newer state machines."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from backstay.sandbox.corrections.registry import correction


@correction
def evaluate_jsonata() -> None:
    """Expressions in JSONata are evaluated.

    The interpreter leaves that to a Java library, which it neither has nor looks for.
    """
    vars(import_module("moto.stepfunctions.parser.asl.jsonata.jsonata"))["_eval_jsonata"] = _evaluate


def _evaluate(expression: str) -> Any:
    from jsonata import Jsonata
    from jsonata.jexception import JException
    from moto.stepfunctions.parser.asl.jsonata.jsonata import JSONataException

    try:
        return Jsonata(expression).evaluate(None)
    except JException as error:
        raise JSONataException(error.error, str(error)) from error
