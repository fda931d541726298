"""What a closed attempt teaches: the safety list first, then each row of the blueprint, then spotting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quizzes.cases.model import Visit
from quizzes.grading.certainty import calibration
from quizzes.grading.marking import waiting
from quizzes.grading.result import VisitGrade
from quizzes.grading.signal_detection import Detection, lean
from quizzes.interactions.marks import DecisionGrade, Row
from quizzes.protocols.model import Harm
from quizzes.queries.attempts import AttemptOverview
from quizzes.wording import certainty_label, harm_label, lean_label, row_label

ROWS: tuple[Row, ...] = ("spotting", "protocol", "add_ons", "aftercare", "scope")


@dataclass(frozen=True, slots=True)
class SafetyRow:
    """One kind of dangerous decision, whether it was confirmed, and the visits in which it was made."""

    label: str
    is_confirmed: bool
    places: tuple[tuple[int, int, str], ...]
    """Position of the case, number of the visit, name of the patient."""


@dataclass(frozen=True, slots=True)
class BlueprintRow:
    """One row of the blueprint: its score in percent, and over how many decisions."""

    label: str
    score: float
    decisions: int


@dataclass(frozen=True, slots=True)
class CertaintyRow:
    """How often the decision was right at one level of certainty."""

    label: str
    right: int
    answers: int


@dataclass(frozen=True, slots=True)
class AttemptReport:
    """What the page of a closed attempt tells besides its score."""

    safety: tuple[SafetyRow, ...]
    rows: tuple[BlueprintRow, ...]
    spotting: Detection
    lean: str
    """Which way flagging leans, in words; empty before enough was seen."""
    certainty: tuple[CertaintyRow, ...]
    """By level; empty where certainty was not asked."""


def report_of(page: AttemptOverview) -> AttemptReport | None:
    """Return the report of an attempt, or None while it is open: nothing of an exam shows before its end."""
    if page.attempt.is_open:
        return None
    graded = [(visit.visit, visit.grade) for case in page.cases for visit in case.visits if visit.grade]
    grades = [grade for _visit, grade in graded]
    seen = detection_of(grades)
    return AttemptReport(
        safety=tuple(_safety(page)),
        rows=tuple(_rows(graded)),
        spotting=seen,
        lean=lean_label(lean(seen)),
        certainty=tuple(
            CertaintyRow(certainty_label(one.level), one.right, one.answers)
            for one in calibration(_decisions_with_certainty(page))
        ),
    )


def _decisions_with_certainty(page: AttemptOverview) -> Iterator[tuple[int, bool]]:
    """Yield the certainty of each visit with whether the action chosen was the key's."""
    for case in page.cases:
        for visit in case.visits:
            action = visit.grade.decision("action") if visit.grade is not None else None
            if visit.certainty is not None and action is not None:
                yield visit.certainty, action.credit >= 1


def _safety(page: AttemptOverview) -> Iterator[SafetyRow]:
    """Yield each kind of dangerous decision, confirmed ones first."""
    places: dict[Harm, list[tuple[int, int, str]]] = {}
    for case in page.cases:
        for visit in case.visits:
            errors = visit.grade.safety_errors if visit.grade is not None else ()
            for harm in dict.fromkeys(error.harm for error in errors):
                places.setdefault(harm, []).append((case.position, visit.number, case.case.patient.name))
    confirmed = page.attempt.confirmed_harms
    for harm in sorted(places, key=lambda harm: (harm not in confirmed, harm)):
        yield SafetyRow(harm_label(harm), harm in confirmed, tuple(places[harm]))


def _rows(graded: Iterable[tuple[Visit, VisitGrade]]) -> Iterator[BlueprintRow]:
    """Yield each row of the blueprint; what waits for a person counts in none yet."""
    by_row: dict[Row, list[DecisionGrade]] = {row: [] for row in ROWS}
    for visit, grade in graded:
        unmarked = [one.decision for one in waiting(visit, grade)]
        for decision in grade.decisions:
            if decision not in unmarked:
                by_row[decision.row].append(decision)
    for row, decisions in by_row.items():
        if decisions:
            score = 100 * sum(one.credit for one in decisions) / len(decisions)
            yield BlueprintRow(row_label(row), score, len(decisions))


def detection_of(grades: Iterable[VisitGrade]) -> Detection:
    """Return what was flagged over all the grades."""
    counted = tuple(grades)
    return Detection(
        hits=sum(one.hits for one in counted),
        misses=sum(one.misses for one in counted),
        false_alarms=sum(one.false_alarms for one in counted),
        correct_rejections=sum(one.correct_rejections for one in counted),
    )
