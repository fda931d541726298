"""Run the bench: `python -m tests.bench`, or `--smoke` for one short round that only looks for errors.

Papilla, the floor app and a bare view are served by granian with the same options and measured in turn, in
short slices, so that whatever else the machine does falls on all alike. The ratios are of the same round;
their median is what counts. Then the case engine is measured by itself, in this process. The run fails on
errors and lock errors, never on a time.
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.engine import engine_figures, show_engine
from tests.bench.processes import cpu_seconds, load_average, worker_memory_mb
from tests.bench.scene import ENDPOINTS, Ask, Scene, floor, product
from tests.support.served import Served, served

PROJECT = Path(__file__).resolve().parents[2]
RESULT = PROJECT / "instance" / "bench" / "latest.json"
WORKERS = 2
CLIENTS = {"save": 32, "lesson": 8, "case": 8, "check": 8}
BARE = "bare"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how often is measured."""

    rounds: int
    slice_seconds: float
    warm_up_seconds: float
    engine_rounds: int


FULL = Pace(rounds=7, slice_seconds=2.0, warm_up_seconds=1.0, engine_rounds=200)
SMOKE = Pace(rounds=1, slice_seconds=0.5, warm_up_seconds=0.2, engine_rounds=20)


@dataclass(slots=True)
class Bench:
    """The servers under measurement and what came of each slice."""

    servers: dict[str, Served]
    asks: dict[str, dict[str, list[Ask]]]
    slices: defaultdict[tuple[str, str], list[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    turns: int = 0

    def slice(self, name: str, endpoint: str, seconds: float, *, keep: bool = True) -> None:
        """Measure one app on one endpoint for a while."""
        server = self.servers["floor" if name == BARE else name]
        asks = self.asks[name][endpoint][: CLIENTS[endpoint]]
        plan = {
            "port": server.port,
            "seconds": seconds,
            "first_turn": self.turns,
            "clients": [[ask.wire()] for ask in asks],
        }
        before = cpu_seconds(server.process.pid)
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("load.py"))],
            input=json.dumps(plan), capture_output=True, text=True, check=True,
        )  # fmt: skip
        result = json.loads(done.stdout)
        self.turns += 1 + int(result["answers"])
        used = cpu_seconds(server.process.pid) - before
        result["cpu_us"] = used * 1e6 / max(1, result["answers"])
        if keep:
            self.slices[endpoint, name].append(result)

    def run(self, pace: Pace) -> None:
        """Warm up, then measure bare, floor and product in turn, round by round."""
        for endpoint in ENDPOINTS:
            for name in (BARE, "floor", "papilla"):
                self.slice(name, endpoint, pace.warm_up_seconds, keep=False)
        for number in range(1, pace.rounds + 1):
            print(f"round {number} of {pace.rounds}", flush=True)
            for endpoint in ENDPOINTS:
                for name in (BARE, "floor", "papilla"):
                    self.slice(name, endpoint, pace.slice_seconds)


def _ratio(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], key: str) -> dict[str, float]:
    """Return the median and the spread of the ratios of the same rounds."""
    ratios = [one[key] / max(other[key], 1e-9) for one, other in zip(ours, theirs, strict=True)]
    return {
        "median": _rounded(statistics.median(ratios)),
        "low": _rounded(min(ratios)),
        "high": _rounded(max(ratios)),
    }


def _rounded(value: float) -> float:
    return round(value, 3)


def _median(slices: Iterable[dict[str, Any]], key: str) -> float:
    return _rounded(statistics.median(one[key] for one in slices))


def _endpoint(bench: Bench, endpoint: str, statements: int) -> dict[str, Any]:
    bare, low, ours = (bench.slices[endpoint, name] for name in (BARE, "floor", "papilla"))
    statuses: defaultdict[str, int] = defaultdict(int)
    for one in ours:
        for status, count in one["statuses"].items():
            statuses[status] += count
    return {
        "clients": CLIENTS[endpoint],
        "ratio_to_bare": _ratio(ours, bare, "rate"),
        "ratio_to_floor": _ratio(ours, low, "rate"),
        "cpu_ratio_to_bare": _ratio(ours, bare, "cpu_us"),
        "cpu_ratio_to_floor": _ratio(ours, low, "cpu_us"),
        "cpu_us": _median(ours, "cpu_us"),
        "requests_per_second": _median(ours, "rate"),
        "p50_ms": _median(ours, "p50_ms"),
        "p99_ms": _median(ours, "p99_ms"),
        "floor": {key: _median(low, key) for key in ("rate", "cpu_us", "p50_ms", "p99_ms")},
        "bare": {key: _median(bare, key) for key in ("rate", "cpu_us", "p50_ms", "p99_ms")},
        "errors": sum(one["errors"] for one in ours),
        "statuses": dict(statuses),
        "statements": statements,
    }


def measure(pace: Pace) -> dict[str, Any]:
    """Set the scenes, serve them, measure, and return what is written down."""
    with tempfile.TemporaryDirectory(prefix="papilla-bench-") as scratch:
        folder = Path(scratch)
        (folder / "papilla").mkdir()
        (folder / "floor").mkdir()
        with product(folder / "papilla", clients=max(CLIENTS.values())) as made:
            scenes = (made.scene, floor(folder / "floor", made))
            statements = made.statements()
        bench, memory, locked = _serve(folder, scenes, pace)
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rounds": pace.rounds,
        "slice_seconds": pace.slice_seconds,
        "workers": WORKERS,
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "load_average": load_average(),
        },
        "worker_memory_mb": memory,
        "lock_errors": locked,
        "endpoints": {name: _endpoint(bench, name, statements[name]) for name in ENDPOINTS},
        "engine": engine_figures(pace.engine_rounds),
    }


def _serve(folder: Path, scenes: tuple[Scene, Scene], pace: Pace) -> tuple[Bench, dict[str, float], int]:
    first, second = scenes
    log = folder / "papilla.log"
    with (
        served(first.name, first.environment, log, target=first.target, workers=WORKERS) as ours,
        served(
            second.name, second.environment, folder / "floor.log", target=second.target, workers=WORKERS
        ) as low,
    ):
        bare = {name: [Ask("/ok")] * CLIENTS[name] for name in ENDPOINTS}
        bench = Bench(
            {"papilla": ours, "floor": low}, {"papilla": first.asks, "floor": second.asks, BARE: bare}
        )
        bench.run(pace)
        memory = {server.name: worker_memory_mb(server.process.pid) for server in (ours, low)}
    text = log.read_text(encoding="utf-8", errors="replace")
    return bench, memory, text.count("database is locked") + text.count('"database"')


def show(result: dict[str, Any]) -> None:
    """Print the figures as a table."""
    heads = ("to bare", "to floor", "CPU us", "p50 ms", "p99 ms", "errors", "statements")
    widths = (9, 10, 9, 9, 9, 8, 12)
    print(" " * 8 + "".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True)))
    for name, one in result["endpoints"].items():
        print(
            f"{name:8}{one['ratio_to_bare']['median']:9.2f}{one['ratio_to_floor']['median']:10.2f}"
            f"{one['cpu_us']:9.0f}{one['p50_ms']:9.2f}{one['p99_ms']:9.2f}{one['errors']:8}{one['statements']:12}"
        )
    print(
        f"memory per worker {result['worker_memory_mb']['papilla']} MB, lock errors {result['lock_errors']}"
    )
    show_engine(result["engine"])


def main() -> int:
    """Measure, write, print; 1 when there were errors."""
    parser = argparse.ArgumentParser(
        description="Measure Papilla against a bare view and a hand-written app."
    )
    parser.add_argument(
        "--smoke", action="store_true", help="one short round, only to see that nothing fails"
    )
    smoke = parser.parse_args().smoke
    result = measure(SMOKE if smoke else FULL)
    show(result)
    if not smoke:
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        print(f"written to {RESULT.relative_to(PROJECT)}")
    errors = sum(one["errors"] for one in result["endpoints"].values())
    if errors or result["lock_errors"]:
        print(f"FAILED: {errors} errors, {result['lock_errors']} lock errors", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
