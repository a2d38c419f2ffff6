"""An environment's stacks, as far as the command line wants them and no lost region takes them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backstay.cli.failures import RefusedError
from backstay.cli.lost_regions import Loss
from backstay.terraform import ManifestError, manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from backstay.cli.project import Project
    from backstay.terraform import SynthesizedStack
    from backstay.topology import Environment


@dataclass(frozen=True)
class Synthesized:
    """The stacks that are left, and what is lost.

    Attributes:
        stacks: what was chosen and is not lost.
        loss: what is lost.
        needed: the same with what they depend on, chosen or not; no more than the same where a region is lost, which
            cannot be asked.
    """

    stacks: tuple[SynthesizedStack, ...]
    loss: Loss
    needed: tuple[SynthesizedStack, ...]


def synthesize(
    project: Project,
    environment: Environment,
    file: Path,
    outdir: Path,
    *,
    patterns: Sequence[str] = (),
    without: Sequence[str] = (),
    failed_over: Sequence[str] = (),
) -> Synthesized:
    """Run the project's app for an environment, and choose among the stacks that it writes to `outdir`.

    Raises:
        RefusedError: a stack pattern or a region cannot be used, or no stack is left.
        FailedError: the app failed.
        ManifestError: the app left no usable manifest.

    """
    written = project.synthesize(file, outdir)
    try:
        chosen = manifest.select(written, patterns)
    except ManifestError as error:
        raise RefusedError(str(error)) from error
    loss = Loss.of(environment, chosen, without=without, failed_over=failed_over)
    kept = [stack.name for stack in chosen if stack.name not in loss.left_out]
    if chosen and not kept:
        raise RefusedError(*(f"{name} is left out: {why}" for name, why in loss.left_out.items()))
    if loss.regions or failed_over:
        stacks = manifest.select(chosen, kept)
        return Synthesized(stacks, loss, needed=stacks)
    return Synthesized(chosen, loss, needed=manifest.with_dependencies(written, chosen))
