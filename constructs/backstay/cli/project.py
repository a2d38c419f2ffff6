"""The directory that the command works in: its environments, its app, and what is kept about runs."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backstay.cli.failures import FailedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backstay.terraform import SynthesizedStack
    from backstay.topology import Environment

OUTDIR = Path("cdktf.out")


@dataclass(frozen=True)
class Project:
    """A directory with `cdktf.json` and `environments/`; by default the current one."""

    directory: Path = Path()

    @property
    def work(self) -> Path:
        """Where logs, caches and the sandbox are kept."""
        return self.directory / ".backstay"

    def environment_file(self, given: str) -> Path:
        """Return the file of the environment that is named, or whose path is given.

        Raises:
            RefusedError: there is no such file.

        """
        from backstay import environment_file

        try:
            return environment_file.find(given, self.directory)
        except environment_file.EnvironmentFileError as error:
            raise RefusedError(*map(str, error.problems)) from error

    def environment(self, file: Path) -> Environment:
        """Return what an environment file says.

        Raises:
            RefusedError: with every problem of the file.

        """
        from backstay import environment_file

        try:
            return environment_file.load(file)
        except environment_file.EnvironmentFileError as error:
            raise RefusedError(*map(str, error.problems)) from error

    def synthesize(
        self, environment_file: Path, outdir: Path, *, variables: Mapping[str, str] | None = None
    ) -> tuple[SynthesizedStack, ...]:
        """Run the project's app for an environment and return the stacks that it wrote to `outdir`.

        The app gets `variables` beside those of this process.

        Raises:
            RefusedError: the directory has no usable `cdktf.json`.
            FailedError: the app failed; the message ends with what it said.
            ManifestError: the app left no usable manifest.

        """
        from backstay.terraform import manifest

        app, context = self._app()
        with self._one_at_a_time():
            done = _run_app(
                app,
                self.directory,
                {
                    **os.environ,
                    **(variables or {}),
                    # `python` is then the Python that this command runs on.
                    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
                    "BACKSTAY_ENV": str(environment_file.absolute()),
                    "CDKTF_OUTDIR": str(outdir.absolute()),
                    "CDKTF_CONTEXT_JSON": json.dumps(context),
                },
            )
            said = "\n".join(filter(None, (done.stdout.strip(), done.stderr.strip())))
            if done.returncode != 0:
                raise FailedError(f"the app `{app}` failed with exit status {done.returncode}:\n{said}")
            sys.stderr.write(done.stderr)
            return manifest.read(outdir)

    def _app(self) -> tuple[str, dict[str, object]]:
        path = self.directory / "cdktf.json"
        try:
            settings = json.loads(path.read_text(encoding="utf-8"))
            app, context = settings["app"], settings.get("context", {})
        except FileNotFoundError:
            raise RefusedError(
                f"there is no cdktf.json in {self.directory.absolute()}; run backstay in the project's directory"
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RefusedError(f"{path} names no app that can be run: {type(error).__name__}: {error}") from error
        if not isinstance(app, str):
            raise RefusedError(f"{path}: app must be a command, got {app!r}")
        return app, context

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        # Two commands would write into the same output directory.
        self.work.mkdir(exist_ok=True)
        with (self.work / "synth.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _run_app(app: str, directory: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the app to its end, and leave nothing of it running when this command is interrupted."""
    # The shell, because `app` is a shell command to the cdktf command line too.
    with subprocess.Popen(  # noqa: S602 - the project's own app
        app,
        shell=True,
        cwd=directory,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        try:
            stdout, stderr = process.communicate()
        except BaseException:
            # The whole group: the shell would leave behind what it has started.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(app, process.returncode, stdout, stderr)
