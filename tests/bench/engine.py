"""The case engine by itself, in this process: deciding, drawing variants, and grading a ten-case attempt.

Grading is held against `bare_grading`, which does the same work on plain dataclasses in one function. Times
are the best of many short rounds, alternating, so that a busy machine falls on both alike. Every variant is
drawn from a seed of its own; what is remembered with a case as written was worked out before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from quizzes.cases.model import Case
from quizzes.cases.parse import parse_case
from quizzes.cases.variants import realise
from quizzes.grading.answers import VisitAnswer, read_answer
from quizzes.grading.grade import grade_visit, pose
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol
from quizzes.protocols.record import Finding, Planned, Record, Status, Zone
from tests.bench.bare_grading import BareCase, bare_answer, bare_case, grade_bare

LIBRARY = Path(__file__).parents[2] / "courses" / "library" / "microneedling-hair-loss"
ATTEMPT = ("C01", "C02", "C03", "C06", "C07", "C08", "C09", "C10", "C12", "C14")
FINDINGS = ("CI-INF", "CI-DERM", "CI-BLEED", "CI-AUTO", "CI-WOUND", "CI-PREG", "CI-SUN", "BX-KEL", "BX-SCAR")
ROUNDS = 200
REPEATS = 10


GOALS = {"decide_us": 50.0, "variant_us": 1000.0, "grade_ratio": 1.5}
"""At most this much: microseconds, and times the bare grading."""


def engine_figures(rounds: int = ROUNDS) -> dict[str, float]:
    """Return the figures: microseconds for one deed, and the ratio of grading to bare grading."""
    protocol = parse_protocol((LIBRARY / "protocol.yaml").read_bytes(), "protocol.yaml")
    cases = _cases()
    record = _long_record()
    seeds = iter(range(10**9))
    every = list(cases.values())

    def draw() -> None:
        number = next(seeds)
        case = realise(every[number % len(every)], f"seed-{number}", contrasts=True)
        for visit in case.visits:
            decide(protocol, visit.record)

    answers = [_answer(protocol, cases[key]) for key in ATTEMPT]
    bare = [bare_case(protocol, cases[key]) for key in ATTEMPT]
    bare_answers = [bare_answer(answer) for answer in answers]
    ours, theirs = _best(
        rounds,
        lambda: _grade(protocol, [cases[key] for key in ATTEMPT], answers),
        lambda: _grade_bare(bare, bare_answers),
    )
    decided, drawn = _best(rounds, lambda: decide(protocol, record), draw)
    return {
        "decide_us": round(decided, 1),
        "variant_us": round(drawn, 1),
        "grade_ten_cases_us": round(ours, 1),
        "grade_ten_cases_bare_us": round(theirs, 1),
        "grade_ratio": round(ours / theirs, 2),
    }


def _cases() -> dict[str, Case]:
    parsed = [parse_case(path.read_bytes(), path.name) for path in sorted((LIBRARY / "cases").glob("*.yaml"))]
    return {case.source_id: case for case in parsed}


def _long_record() -> Record:
    """Return a record as twenty statements make it: nine findings, three zones, a plan and a sign."""
    return Record(
        number=2,
        weeks_since_start=9,
        sessions_done=3,
        phase="series",
        zones=(Zone("crown", "marked", tolerated=True), Zone("midscalp", "mild"), Zone("hairline", "mild")),
        plan={"minoxidil": Planned.OPTIONAL, "needle_metal": Planned.REQUIRED},
        findings=tuple(
            Finding(f"f{number}", kind, Status.PRESENT, _needed(kind)) for number, kind in enumerate(FINDINGS)
        ),
        signs=("transient_redness",),
    )


def _needed(kind: str) -> dict[str, str | bool]:
    needed: dict[str, dict[str, str | bool]] = {
        "CI-AUTO": {"diagnosis": "confirmed", "activity": "quiet", "extent": "systemic"},
        "CI-WOUND": {"cause": "injury"},
    }
    return needed.get(kind, {})


def _answer(protocol: Protocol, case: Case) -> VisitAnswer:
    """Return an answer with full marks to the first visit."""
    posed = pose(protocol, case, 0)
    fields: dict[str, Any] = {}
    for task in posed.visit.tasks:
        fields |= task.interaction.perfect(task, posed)
    return read_answer(posed.visit, fields)


def _grade(protocol: Protocol, cases: list[Case], answers: list[VisitAnswer]) -> float:
    return sum(
        grade_visit(protocol, case, 0, answer).score for case, answer in zip(cases, answers, strict=True)
    )


def _grade_bare(cases: list[BareCase], answers: list[Any]) -> float:
    return sum(grade_bare(case, answer).score for case, answer in zip(cases, answers, strict=True))


def _best(rounds: int, *deeds: Callable[[], object]) -> tuple[float, ...]:
    """Return the microseconds of each deed in its best round; the deeds take turns."""
    best = [float("inf")] * len(deeds)
    for _round in range(rounds):
        for index, deed in enumerate(deeds):
            started = time.perf_counter()
            for _repeat in range(REPEATS):
                deed()
            best[index] = min(best[index], (time.perf_counter() - started) * 1e6 / REPEATS)
    return tuple(best)


def show_engine(figures: dict[str, float]) -> None:
    """Print the figures, each with its goal where it has one."""
    for name, value in figures.items():
        goal = f"   goal: at most {GOALS[name]:g}" if name in GOALS else ""
        print(f"{name:28}{value:10}{goal}")


if __name__ == "__main__":
    show_engine(engine_figures())
