"""What can go wrong with the sandbox itself."""


class SandboxError(Exception):
    """The embedded cloud could not be started, reached or stopped; the message says what to do."""
