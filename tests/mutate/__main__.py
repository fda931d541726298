"""Run mutmut on a copy of the project: `python -m tests.mutate [PATH …] [--jobs N]`.

The copy holds what the unit tests of the quizzes need; the working tree is never changed. What to mutate and
which tests to run stands in `[tool.mutmut]` of `pyproject.toml`. Hypothesis is derandomised, so that two runs
agree. The run fails when mutmut does, never on survivors.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.mutate.results import Module, read_modules, table

PROJECT = Path(__file__).resolve().parents[2]
RESULTS = PROJECT / "instance" / "mutants"
MUTMUT = Path(sys.executable).parent / "mutmut"
COPIED = (
    "courses",
    "docs",
    "lms",
    "migrations",
    "quizzes",
    "pyproject.toml",
    "wsgi.py",
    "tests/conftest.py",
    "tests/mutate",
    "tests/support",
    "tests/unit/quizzes",
)
"""What the unit tests of the quizzes read, run or import."""

LIMITS = re.compile(r"^only_mutate = \[.*?^\]", re.MULTILINE | re.DOTALL)
"""The setting that names what is mutated; whatever is not runs at full speed."""

LOG_LINES_SHOWN = 30


def main() -> int:
    """Copy, run, write and print; 1 when the run itself failed."""
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("paths", nargs="*", help="files or folders to mutate; all of them without any")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="mutants tried at a time")
    arguments = parser.parse_args()
    only = tuple(path.rstrip("/") for path in arguments.paths)
    for path in only:
        if not (PROJECT / path).exists():
            print(
                f"There is no {path} to mutate. Name a file such as quizzes/grading/grade.py.",
                file=sys.stderr,
            )
            return 1
    RESULTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="papilla-mutants-") as scratch:
        copy = Path(scratch)
        copy_project(copy)
        if only:
            limit(copy / "pyproject.toml", only)
        log = RESULTS / "run.log"
        print(f"Trying mutants; progress stands in {log.relative_to(PROJECT)}", flush=True)
        failed = run_mutmut(copy, arguments.jobs, log)
        modules = read_modules(copy / "mutants")
        if failed or not modules:
            lines = log.read_text(encoding="utf-8", errors="replace").replace("\r", "\n").splitlines()
            print("\n".join(lines[-LOG_LINES_SHOWN:]), file=sys.stderr)
            print("mutmut could not finish; the whole log stands beside the results.", file=sys.stderr)
            return 1
        write(copy, modules)
    return 0


def copy_project(folder: Path) -> None:
    """Copy what the tests need into an empty folder."""
    for name in COPIED:
        source, target = PROJECT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def limit(settings: Path, only: tuple[str, ...]) -> None:
    """Have nothing mutated but the files and folders given."""
    patterns = [path if path.endswith(".py") else f"{path}/*.py" for path in only]
    text, found = LIMITS.subn(lambda _: f"only_mutate = {json.dumps(patterns)}", settings.read_text("utf-8"))
    if not found:
        raise SystemExit("pyproject.toml has no setting only_mutate under [tool.mutmut].")
    settings.write_text(text, encoding="utf-8")


def run_mutmut(folder: Path, jobs: int, log: Path) -> bool:
    """Try the mutants in the copy; returns whether mutmut failed."""
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [MUTMUT, "run", "--max-children", str(jobs)],
            cwd=folder, env={**os.environ, "CI": "1"}, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    return done.returncode != 0


def write(folder: Path, modules: tuple[Module, ...]) -> None:
    """Print the counts and the survivors, and write both with what each survivor changed."""
    survivors = [name for module in modules for name in module.survivors()]
    shown = [_difference(folder, name) for name in survivors]
    result = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "mutmut": version("mutmut"),
        "modules": {module.path: module.counts() for module in modules},
        "survivors": survivors,
    }
    (RESULTS / "latest.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "survivors.diff").write_text("\n".join(shown), encoding="utf-8")
    print(table(modules))
    for name in survivors:
        print(f"  {name}")
    print(f"written to {RESULTS.relative_to(PROJECT)}: latest.json, and survivors.diff with every change")


def _difference(folder: Path, name: str) -> str:
    """Return what a mutant changed, as mutmut shows it."""
    done = subprocess.run([MUTMUT, "show", name], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
