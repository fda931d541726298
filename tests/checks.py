"""Every check there is, one after the other, with a summary at the end: what `make test` runs.

The static checks run two at a time, the test suites on both cores. All suites of a run share one
PostgreSQL cluster. Under CI (the variable CI is set) a check that cannot run is a failure; elsewhere it is
listed as left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.browsers import BrowserMissing, chromium_path
from tests.support.postgresql import PostgreSQLMissing, programs, start_cluster, stop_cluster

PROJECT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
UNDER_CI = bool(os.environ.get("CI"))
WORKERS = str(max(2, min(os.cpu_count() or 2, 8)))
NO_TESTS_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One command of the gate: its name in the summary, and how it is called."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    reason_left_out: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check ended."""

    name: str
    state: str
    seconds: float
    note: str = ""


def static_checks() -> tuple[Check, ...]:
    """Return the checks that read the code without running it."""
    tool = {name: str(BIN / name) for name in ("ruff", "mypy", "lint-imports", "flask")}
    return (
        Check("types", (tool["mypy"],)),
        Check("format", (tool["ruff"], "format", "--check", "--quiet", ".")),
        Check("lint", (tool["ruff"], "check", "--quiet", ".")),
        Check("import contracts", (tool["lint-imports"], "--no-logo")),
        Check("vendored files", (sys.executable, ".ci/vendor.py", "--check")),
        Check(
            "course content",
            (tool["flask"], "lms", "content", "check", "courses/library/microneedling-hair-loss"),
        ),
    )


def suites(*, browser_missing: str, postgresql_missing: str) -> tuple[Check, ...]:
    """Return the test suites in the order of their speed."""
    return (
        _suite("unit tests", "tests/unit"),
        _suite("web tests", "tests/web"),
        _suite("web tests on PostgreSQL", "tests/web", reason=postgresql_missing, system="postgresql"),
        _suite("interop, migrations, concurrency", "tests/interop"),
        _suite("browser tests", "tests/browser", reason=browser_missing),
        Check("bench (smoke)", (sys.executable, "-m", "tests.bench", "--smoke")),
    )


def _suite(name: str, folder: str, *, reason: str = "", system: str = "sqlite") -> Check:
    """Return a test suite; tests that name no database system run on the one given."""
    command = (sys.executable, "-m", "pytest", folder, "-n", WORKERS, "-q", "--durations=5", "-r", "fEs")
    return Check(name, command, environment={"LMS_TEST_DATABASE": system}, reason_left_out=reason)


def run(check: Check) -> tuple[Outcome, str]:
    """Run a check to its end; returns how it ended and what it printed."""
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=PROJECT,
        env={**os.environ, **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    state = "passed" if done.returncode == 0 else "failed"
    note = (
        "no test was collected" if "pytest" in check.command and done.returncode == NO_TESTS_COLLECTED else ""
    )
    return Outcome(check.name, state, time.monotonic() - started, note), done.stdout


def report(check: Check) -> Outcome:
    """Run a check, print its output under its name, and return how it ended."""
    if check.reason_left_out:
        state = "failed" if UNDER_CI else "skipped"
        print(f"\n== {check.name}: not run: {check.reason_left_out}", flush=True)
        return Outcome(check.name, state, 0.0, check.reason_left_out)
    outcome, output = run(check)
    print(f"\n== {check.name}: {outcome.state} in {outcome.seconds:.0f} s\n{output.rstrip()}", flush=True)
    return outcome


@contextmanager
def shared_cluster() -> Iterator[str]:
    """Start the PostgreSQL cluster of this run; yields why there is none, or nothing when there is one."""
    if os.environ.get("LMS_TEST_POSTGRES_URL"):
        yield ""
        return
    try:
        programs()
    except PostgreSQLMissing as missing:
        yield str(missing)
        return
    cluster = start_cluster()
    os.environ["LMS_TEST_POSTGRES_URL"] = cluster.url
    try:
        yield ""
    finally:
        stop_cluster(cluster)


def main() -> int:
    """Run everything, print the summary, and return 1 when anything failed."""
    started = time.monotonic()
    try:
        chromium_path()
        browser_missing = ""
    except BrowserMissing as missing:
        browser_missing = str(missing)
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(report, static_checks()))
    with shared_cluster() as postgresql_missing:
        checks = suites(browser_missing=browser_missing, postgresql_missing=postgresql_missing)
        outcomes += [report(check) for check in checks]
    if postgresql_missing:
        state = "failed" if UNDER_CI else "skipped"
        outcomes.append(Outcome("everything on PostgreSQL", state, 0.0, postgresql_missing))
    summarise(outcomes, time.monotonic() - started)
    return 1 if any(outcome.state == "failed" for outcome in outcomes) else 0


def summarise(outcomes: list[Outcome], seconds: float) -> None:
    """Print one line for each check and the counts."""
    print(f"\n== Summary after {seconds:.0f} s")
    for outcome in outcomes:
        note = f"  ({outcome.note})" if outcome.note else ""
        print(f"{outcome.state:>8}  {outcome.seconds:5.0f} s  {outcome.name}{note}")
    counts = {state: sum(one.state == state for one in outcomes) for state in ("passed", "failed", "skipped")}
    print(f"checks: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")


if __name__ == "__main__":
    raise SystemExit(main())
