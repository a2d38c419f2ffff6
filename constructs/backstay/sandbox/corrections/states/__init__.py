"""Step Functions."""

from backstay.sandbox.corrections.states import calls, executions, http_tasks, machines

__all__ = ["calls", "executions", "http_tasks", "machines"]
