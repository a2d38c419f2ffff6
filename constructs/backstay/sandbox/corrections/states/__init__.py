"""Step Functions."""

from backstay.sandbox.corrections.states import calls, executions, expressions, http_tasks, machines

__all__ = ["calls", "executions", "expressions", "http_tasks", "machines"]
