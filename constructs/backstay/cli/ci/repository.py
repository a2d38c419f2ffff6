"""The repository that the steps of a pipeline write to."""

import os

from backstay.cli.failures import RefusedError
from backstay.pipeline.github import GitHub, GitHubError


def found(named: str | None) -> GitHub:
    """Return the repository named on the command line, else the one whose workflow this is.

    Raises:
        RefusedError: there is none, or no token.
    """
    try:
        return GitHub.found_in(os.environ, repository=named)
    except GitHubError as error:
        raise RefusedError(str(error)) from error
