"""Measure how long this app takes to synthesize, with the fast loader and with stock imports.

    python -m benchmarks.synthesis            all environments, both ways (about eight minutes)
    python -m benchmarks.synthesis --quick    fewer runs; stock imports for development only (two minutes)

Both ways must write the same files, or the benchmark fails.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from backstay import environment_file
from benchmarks import environments
from benchmarks.measure import CommandFailedError, Run, run

ROOT = Path(__file__).resolve().parent.parent
REGION_COUNTS = (1, 3, 10, 30)
WAYS = ("fast", "stock")
STATES = {
    "later": "Later runs (Python's bytecode cached)",
    "no bytecode": "Later runs where Python keeps no bytecode (PYTHONDONTWRITEBYTECODE, as in many containers)",
    "first": "First runs (nothing compiled at all)",
}
BACKSTAY = str(Path(sys.executable).with_name("backstay"))
COMMANDS = ([BACKSTAY, "--help"], [BACKSTAY, "check", "production"])


@dataclass(frozen=True)
class Figures:
    """Several runs of one command."""

    runs: int
    seconds_minimum: float
    seconds_median: float
    cpu_seconds_minimum: float
    peak_mb: float | None

    @classmethod
    def of(cls, runs: list[Run]) -> Figures:
        """The figures of these runs."""
        seconds = [run.seconds for run in runs]
        peaks = [run.peak_bytes for run in runs if run.peak_bytes is not None]
        cpu_seconds = min(run.cpu_seconds for run in runs)
        return cls(len(runs), min(seconds), median(seconds), cpu_seconds, max(peaks) / 1e6 if peaks else None)


@dataclass
class Synthesis:
    """What one environment takes in one of `STATES`."""

    environment: str
    regions: int
    state: str
    stacks: int = 0
    resources: int = 0
    fast: Figures | None = None
    stock: Figures | None = None

    @property
    def times_faster(self) -> float | None:
        """The ratio of the two minima of wall time."""
        return self.stock.seconds_minimum / self.fast.seconds_minimum if self.fast and self.stock else None

    @property
    def times_less_cpu(self) -> float | None:
        """The ratio of the two minima of processor time."""
        return self.stock.cpu_seconds_minimum / self.fast.cpu_seconds_minimum if self.fast and self.stock else None


@dataclass
class Report:
    """Everything that was measured, and on what."""

    machine: str
    synthesis: list[Synthesis] = field(default_factory=list)
    commands: dict[str, Figures] = field(default_factory=dict)

    @property
    def seconds_per_region(self) -> float:
        """What each further region costs, from the generated environments with the fewest and the most."""
        times = {
            entry.regions: entry.fast.seconds_minimum
            for entry in self.synthesis
            if entry.fast and entry.environment.startswith("regions-")
        }
        fewest, most = min(times), max(times)
        return (times[most] - times[fewest]) / (most - fewest)


def main() -> int:
    """Measure everything and print it; the exit code of the program."""
    options = _options()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            report = _measure_all(options, Path(scratch))
    except CommandFailedError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(_document(report), indent=2))
    else:
        print(_markdown(report))
    return 0


def _measure_all(options: argparse.Namespace, scratch: Path) -> Report:
    shipped = ("development", "production", "multicloud")
    development, production, multicloud = (environment_file.find(name, ROOT) for name in shipped)
    generated = [environments.generate(count, base=production, folder=scratch) for count in REGION_COUNTS]
    report = Report(machine=_machine())
    _say("filling jsii's cache")
    fill = "from backstay import fast_jsii; fast_jsii.warm()"
    run([sys.executable, "-c", fill], environment={}, folder=ROOT)
    for command in COMMANDS:
        name = shlex.join([Path(command[0]).name, *command[1:]])
        _say(f"{name}: {options.runs} runs")
        runs = [run(command, environment={}, folder=ROOT) for _ in range(options.runs)]
        report.commands[name] = Figures.of(runs)
    plan = [(file, "later") for file in (development, production, multicloud, *generated)]
    plan += [(file, state) for state in ("no bytecode", "first") for file in (development, production, multicloud)]
    compiled: set[tuple[str, str, bool]] = set()
    for file, state in plan:
        stock_runs = options.stock_runs if state == "later" else min(1, options.stock_runs)
        if options.quick and not (state == "later" and file == development):
            stock_runs = 0
        _say(f"{file.stem}, {state}: {options.runs} with the fast loader, {stock_runs} with stock imports")
        entry = Synthesis(file.stem, len(environment_file.load(file).regions), state)
        for way in WAYS[: 2 if stock_runs else 1]:
            # What a later run finds, whichever clouds it uses.
            key = (state, way, file == multicloud)
            if state != "first" and key not in compiled:
                _runs(1, file, way, options.app, scratch, state)
                compiled.add(key)
        entry.fast = _runs(options.runs, file, "fast", options.app, scratch, state)
        entry.stacks, entry.resources = _contents(_output(scratch, "fast"))
        if stock_runs:
            entry.stock = _runs(stock_runs, file, "stock", options.app, scratch, state)
            _require_equal(_output(scratch, "fast"), _output(scratch, "stock"))
        report.synthesis.append(entry)
    return report


def _runs(count: int, file: Path, way: str, app: str, scratch: Path, state: str) -> Figures:
    # Caches of our own, so that neither what has been run before nor the machine's settings count.
    bindings = scratch / "bindings"
    environment = {
        "BACKSTAY_ENV": str(file),
        "BACKSTAY_FAST_JSII": "1" if way == "fast" else "0",
        "CDKTF_OUTDIR": str(_output(scratch, way)),
        "PYTHONPYCACHEPREFIX": str(scratch / ("bytecode" if state == "later" else "no-bytecode")),
        "PYTHONDONTWRITEBYTECODE": "" if state == "later" else "1",
        "XDG_CACHE_HOME": str(bindings),
    }
    shutil.rmtree(_output(scratch, way), ignore_errors=True)
    made = []
    for _ in range(count):
        if state == "first":
            shutil.rmtree(bindings, ignore_errors=True)
        made.append(run(shlex.split(app), environment=environment, folder=ROOT))
    return Figures.of(made)


def _output(scratch: Path, way: str) -> Path:
    return scratch / f"output-{way}"


def _contents(out: Path) -> tuple[int, int]:
    """How many stacks there are, and how many resources in all of them."""
    documents = [json.loads(path.read_text()) for path in out.glob("stacks/*/cdk.tf.json")]
    kinds = (kind for document in documents for kind in document.get("resource", {}).values())
    return len(documents), sum(map(len, kinds))


def _require_equal(fast: Path, stock: Path) -> None:
    files = {path.relative_to(out) for out in (fast, stock) for path in out.rglob("*") if path.is_file()}
    for file in sorted(files):
        pair = [out / file for out in (fast, stock)]
        if not all(path.is_file() for path in pair) or pair[0].read_bytes() != pair[1].read_bytes():
            raise CommandFailedError(f"{file} differs between the fast loader and stock imports")


def _markdown(report: Report) -> str:
    lines = [f"{report.machine}. Wall: minimum (median), s. CPU: minimum, s. MB: peak of the process tree."]
    for state, title in STATES.items():
        lines += ["", f"### {title}", "", *_table([entry for entry in report.synthesis if entry.state == state])]
    lines += ["", f"Each further region takes {report.seconds_per_region:.2f} s.", ""]
    commands = [("command", "wall", "CPU", "MB"), ("---", "---:", "---:", "---:")]
    commands += [(f"`{command}`", *_cells(figures)) for command, figures in report.commands.items()]
    return "\n".join([*lines, *map(_row, commands)])


def _table(entries: list[Synthesis]) -> list[str]:
    size = ("environment", "regions", "stacks", "resources")
    ways = ("fast: wall", "CPU", "MB", "stock: wall", "CPU", "MB")
    rows = [(*size, *ways, "times faster", "by CPU"), ("---", *["---:"] * 11)]
    for entry in entries:
        size = (entry.environment, str(entry.regions), str(entry.stacks), str(entry.resources))
        ratios = [f"{ratio:.1f}" if ratio else "-" for ratio in (entry.times_faster, entry.times_less_cpu)]
        rows.append((*size, *_cells(entry.fast), *_cells(entry.stock), *ratios))
    return [_row(row) for row in rows]


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(figures: Figures | None) -> tuple[str, str, str]:
    if figures is None:
        return "-", "-", "-"
    memory = "-" if figures.peak_mb is None else f"{figures.peak_mb:.0f}"
    wall = f"{figures.seconds_minimum:.2f} ({figures.seconds_median:.2f})"
    return wall, f"{figures.cpu_seconds_minimum:.2f}", memory


def _document(report: Report) -> dict[str, object]:
    synthesis = [
        {**asdict(entry), "times_faster": entry.times_faster, "times_less_cpu": entry.times_less_cpu}
        for entry in report.synthesis
    ]
    return {**asdict(report), "synthesis": synthesis, "seconds_per_region": report.seconds_per_region}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthesis", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--app", default=f"{shlex.quote(sys.executable)} main.py", help="the command that synthesizes")
    parser.add_argument("--runs", type=int, default=5, help="runs with the fast loader")
    parser.add_argument("--stock-runs", type=int, default=2, help="runs with stock imports, half a minute each")
    parser.add_argument("--quick", action="store_true", help="3 fast runs each, 1 stock run of development only")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.stock_runs = 3, 1
    return options


if __name__ == "__main__":
    sys.exit(main())
