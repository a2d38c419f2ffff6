"""How a server that reads environment variables starts where its secrets are files."""

from collections.abc import Sequence

_SERVER = ("vllm", "serve")


def with_secrets(names: Sequence[str], folder: str) -> list[str]:
    """The command that starts vLLM's server with what the files of a folder hold.

    In place of the image's own command, which is the server without the shell around it: the image has to have `sh`,
    `cat` and `vllm`. The container's arguments stay what they are. Line ends behind a value do not become part of it.

    Args:
        names: the files, each named like its environment variable.
        folder: where they are.
    """
    # Whatever is assigned is exported, and whatever fails ends the start.
    script = ["set -ae"]
    for name in names:
        # Kubernetes keeps two dollar signs before a parenthesis as one, and takes a single one for its own variable.
        script.append(f'{name}="$$(cat {folder}/{name})"')
        # Without its key a server would be open to everybody.
        script.append(f'test -n "${name}" || {{ echo "secret {name} is empty" >&2; exit 1; }}')
    script.append(f'exec {" ".join(_SERVER)} "$@"')
    return ["/bin/sh", "-c", "\n".join(script), _SERVER[0]]
