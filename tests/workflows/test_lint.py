"""`make workflows`, which CI runs: it accepts the workflows here, and catches each fault that is planted in one."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import require

PROJECT = Path(__file__).parents[2]
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


@dataclass(frozen=True)
class Fault:
    """A change to a workflow, and a word of what has to be told of it."""

    name: str
    file: str
    found: str
    planted: str
    told: str


FAULTS = [
    Fault("an action without a pin", "ci.yml", CHECKOUT, "actions/checkout@v7", "require-commit-hash"),
    Fault("a branch for a pin", "plan.yml", CHECKOUT, "actions/checkout@main", "require-commit-hash"),
    Fault("a title in a command", "ci.yml", "make check", "make ${{ github.event.pull_request.title }}", "untrusted"),
    Fault("an output in a command", "plan.yml", '"$STACK"', '"${{ matrix.stack }}"', "template-injection"),
    Fault("no permissions at all", "ci.yml", "permissions: {}\n", "", "require-permissions"),
    Fault("a job without permissions", "docs.yml", "    permissions:\n      contents: read\n", "", "not say its"),
    Fault("every permission", "drift.yml", "permissions: {}\n", "permissions: write-all\n", "excessive-permissions"),
    Fault("a fork with secrets", "plan.yml", "  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers"),
    Fault("credentials left behind", "ci.yml", "persist-credentials: false", "fetch-depth: 1", "artipacked"),
    Fault("no end", "apply.yml", "    timeout-minutes: 240\n", "", "timeout-minutes"),
    Fault("a job that is not there", "plan.yml", "needs: [matrix, summary]", "needs: [matrix, summery]", "summery"),
    Fault("an input that the setup lacks", "ci.yml", "terraform: true", "teraform: true", "teraform"),
    Fault("a variable that is split", "drift.yml", '"$STACK"', "$STACK", "SC2086"),
    Fault("a release from a cache", "release.yml", "enable-cache: false", "enable-cache: true", "cache-poisoning"),
    Fault(
        "secrets by the dozen", "apply.yml", "${{ secrets.LLM_API_KEY }}", "${{ toJSON(secrets) }}", "overprovisioned"
    ),
    # What only the rules of this project know.
    Fault(
        "a cloud's token that writes",
        "drift.yml",
        "      id-token: write # by which clouds know the job\n",
        "      id-token: write # by which clouds know the job\n      issues: write # to open issues\n",
        "it touches a cloud, so its token may read contents and ask for an identity, and nothing else",
    ),
    Fault(
        "a cloud for forks",
        "plan.yml",
        "    if: github.event.pull_request.head.repo.full_name == github.repository\n",
        "",
        "it or a job before it must ask whether",
    ),
    Fault(
        "an environment that may apply, for a pull request",
        "plan.yml",
        "environment: ${{ matrix.environment }}-plan",
        "environment: ${{ matrix.environment }}",
        "only -plan may be",
    ),
    Fault(
        "an identity for nothing",
        "ci.yml",
        "    permissions:\n      contents: read\n    strategy:",
        "    permissions:\n      contents: read\n      id-token: write # for nothing\n    strategy:",
        "touches no cloud",
    ),
    Fault(
        "code of the pull request with a token that writes",
        "plan.yml",
        "          ref: ${{ github.event.pull_request.base.sha }}\n",
        "",
        "it runs no code of a pull request",
    ),
    Fault(
        "a cache of the pull request with a token that writes",
        "plan.yml",
        "        with:\n          caches: false\n",
        "",
        "it takes nothing from caches",
    ),
    Fault(
        "two that change one environment",
        "apply.yml",
        "      group: apply-${{ matrix.environment }}",
        "      group: apply-${{ github.sha }}",
        "its concurrency must be",
    ),
    Fault(
        "one that is left out of the queue",
        "region-lost.yml",
        "      cancel-in-progress: false\n      queue: max\n",
        "      cancel-in-progress: false\n",
        "its concurrency must be",
    ),
    Fault("an option that is not there", "apply.yml", "--waves", "--in-waves", "No such option: --in-waves"),
    Fault("a verb that is not there", "apply.yml", "state bootstrap", "state prepare", "has no verb prepare"),
    Fault("an option that is missing", "plan.yml", '--pull-request "$PULL_REQUEST" ', "", "Missing option"),
    Fault("a target that is not there", "ci.yml", "make check", "make checks", "the Makefile has no target checks"),
    Fault("logic of its own", "drift.yml", "backstay ci issues drift", "gh issue create", "belongs into a verb"),
    Fault(
        "a secret where somebody plans",
        "plan.yml",
        "TF_VAR_llm_api_key: not-needed-to-plan",
        "TF_VAR_llm_api_key: ${{ secrets.LLM_API_KEY }}",
        "it plans, for which TF_VAR_llm_api_key is not needed",
    ),
    Fault(
        "a secret that is not handed over",
        "apply.yml",
        "          TF_VAR_llm_api_key: ${{ secrets.LLM_API_KEY }}\n",
        "",
        "`backstay deploy` needs `TF_VAR_llm_api_key: ${{ secrets.LLM_API_KEY }}`",
    ),
]


# What each of the three linters finds, by itself.
ONE_OF_EACH = [fault for fault in FAULTS if fault.told in ("SC2086", "artipacked", "touches no cloud")]


def lint(github: Path, *options: str) -> subprocess.CompletedProcess[str]:
    require(shutil.which("make"), "make")
    # What is installed is installed: a test must not do it again under the others.
    command = ["make", "--silent", "--assume-old=.venv/installed", *options, "workflows", f"GITHUB={github}"]
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "GITHUB"))}
    return subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True, check=False)


def copied(folder: Path) -> Path:
    # By which actionlint knows a project, and looks into its own actions.
    (folder / ".git").mkdir()
    return Path(shutil.copytree(PROJECT / ".github", folder / ".github"))


def planted(fault: Fault) -> str:
    text = (PROJECT / ".github/workflows" / fault.file).read_text()
    assert fault.found in text
    # The last place: jobs that hold something come after those that hold nothing.
    before, _, after = text.rpartition(fault.found)
    return before + fault.planted + after


def file_of(fault: Fault) -> str:
    return f"fault-{FAULTS.index(fault)}.yml"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What all linters say of one folder with a workflow for each fault: a piece for each finding."""
    github = copied(tmp_path_factory.mktemp("faults"))
    for fault in FAULTS:
        (github / "workflows" / file_of(fault)).write_text(planted(fault))
    # All of them, although the first has found something.
    done = lint(github, "--ignore-errors")
    return re.split(r"\n\s*\n|\n(?=\S+\.yml:)", done.stdout + done.stderr)


def test_the_workflows_here_have_no_fault() -> None:
    done = lint(PROJECT / ".github")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught(told: list[str], fault: Fault) -> None:
    assert [piece for piece in told if file_of(fault) in piece and fault.told in piece]


@pytest.mark.parametrize("fault", ONE_OF_EACH, ids=lambda fault: fault.name)
def test_what_one_linter_finds_is_a_failure(tmp_path: Path, fault: Fault) -> None:
    github = copied(tmp_path)
    (github / "workflows" / fault.file).write_text(planted(fault))
    assert lint(github).returncode != 0
