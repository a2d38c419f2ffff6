"""The commands of a job, run as GitHub would run them, on a checkout of a test's own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.workflows.documents import JOBS, WORKFLOWS

CONDITION = re.compile(r"(github\.\S+) (==|!=) '(.*)'")
EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")


@dataclass
class Ran:
    """What became of a job: the exit status of each command, what it said, and the outputs that it left."""

    statuses: list[int] = field(default_factory=list)
    said: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""


def run(where: str, checkout: Path, *, given: Mapping[str, str], variables: Mapping[str, str] | None = None) -> Ran:
    """Run a job's `backstay` and `cat` commands, one after the other, and stop at the first that fails.

    Actions and make targets prepare a machine, which is prepared here.

    Args:
        where: the job, as workflow/job.
        checkout: the directory that it runs in.
        given: what its expressions stand for, such as `matrix.stack`.
        variables: more variables, as a runner would have them.
    """
    made = checkout / "runner"
    made.mkdir(exist_ok=True)
    output, summary = made / "output", made / "summary"
    for file in (output, summary):
        file.write_text("")
    runner = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_REPOSITORY": "acme/platform",
        **(variables or {}),
    }
    ran = Ran()
    for step in JOBS[where]["steps"]:
        command = step.get("run", "")
        if not command.startswith(("backstay", "cat")) or not _is_due(step.get("if", ""), given, ran):
            continue
        of_job = WORKFLOWS[where.partition("/")[0]].get("env", {}) | JOBS[where].get("env", {})
        stated = {name: _value(str(value), given) for name, value in (of_job | step.get("env", {})).items()}
        # Where providers come from is the machine's affair here.
        stated.pop("BACKSTAY_PROVIDER_MIRROR", None)
        done = subprocess.run(
            [shutil.which("bash") or "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
            cwd=checkout,
            env=os.environ | runner | stated,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        ran.statuses.append(done.returncode)
        ran.said += done.stdout + done.stderr
    ran.outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    ran.summary = summary.read_text()
    return ran


def _is_due(condition: str, given: Mapping[str, str], ran: Ran) -> bool:
    """Whether a step is run; of what else a condition may ask for, only that failures are no hindrance."""
    if compared := CONDITION.fullmatch(condition):
        name, how, with_what = compared.groups()
        if name in given and (given[name] == with_what) is not (how == "=="):
            return False
        condition = ""
    return bool(condition) or not any(ran.statuses[-1:])


def _value(text: str, given: Mapping[str, str]) -> str:
    """What a value is when every expression in it has been put in; a secret or variable that is not set is empty."""

    def meaning(expression: re.Match[str]) -> str:
        name = expression[1]
        return given.get(name, "") if name.startswith(("secrets.", "vars.")) else given[name]

    return EXPRESSION.sub(meaning, text)
