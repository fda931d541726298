"""What three imaginary learners earn on one drawing of a case, and where that contradicts its key.

The perfect learner gives what each task calls perfect, the empty one gives nothing, and the careless one
flags nothing, goes ahead and calls nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.publishing.documents import item_path
from quizzes.cases.model import Case, VisitChange
from quizzes.cases.variants import Drawing
from quizzes.grading.answers import read_answer
from quizzes.grading.grade import grade_visit, pose
from quizzes.grading.outcome import case_score
from quizzes.grading.result import VisitGrade
from quizzes.interactions.contract import Posed, Task
from quizzes.protocols.actions import Action
from quizzes.protocols.decision import Decision, Reason
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region

PASS_MARK_PERCENT = 70.0
"""The score that neither an empty nor a careless answer may reach where a finding stops or limits."""

_NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawing of a case with its keys."""

    drawing: Drawing
    case: Case
    keys: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A contradiction: where it stands in the document, its visit (0 is the whole case), and its words."""

    path: str
    visit: int
    message: str
    rule: str = ""
    statement: str = ""


def learner_faults(
    protocol: Protocol, case: Case, drawn: Drawn, region: Region | None = None
) -> Iterator[Fault]:
    """Yield what the three learners earn against the rules; `case` is the document the drawing comes from."""
    careless: list[VisitGrade] = []
    for index, visit in enumerate(drawn.case.visits):
        try:
            perfect = _answered(protocol, drawn.case, index, _perfect, region)
            empty = _answered(protocol, drawn.case, index, _nothing, region)
            careless.append(_answered(protocol, drawn.case, index, _careless, region))
        except Exception as error:  # noqa: BLE001 - a task that fails on an answer is a finding, with its place
            message = f"The visit cannot be graded: {type(error).__name__}: {error}"
            yield Fault(item_path("visits", index), visit.number, message)
            return
        yield from _perfect_problems(case, drawn, index, perfect)
        reason = _limit(drawn.keys[index])
        if reason is not None and empty.score + _NEARLY >= PASS_MARK_PERCENT:
            message = f"An empty answer earns {empty.score:g} where the rule asks for “{_asked(reason)}”."
            yield _named(case, drawn, index, reason, message)
        for name, grade in (("perfect", perfect), ("empty", empty), ("careless", careless[-1])):
            if not 0 <= grade.score <= 100:  # noqa: PLR2004 - percent
                message = f"The {name} answer scores {grade.score:g}, outside 0 to 100."
                yield Fault(item_path("visits", index), visit.number, message)
    yield from _careless_problems(case, drawn, careless)


def _perfect(task: Task, posed: Posed) -> Mapping[str, Any]:
    return task.interaction.perfect(task, posed)


def _careless(task: Task, posed: Posed) -> Mapping[str, Any]:
    return task.interaction.careless(task, posed)


def _nothing(_task: Task, _posed: Posed) -> Mapping[str, Any]:
    return {}


def _answered(
    protocol: Protocol,
    case: Case,
    index: int,
    answer: Callable[[Task, Posed], Mapping[str, Any]],
    region: Region | None,
) -> VisitGrade:
    posed = pose(protocol, case, index, region=region)
    given: dict[str, Any] = {}
    for task in posed.visit.tasks:
        given |= answer(task, posed)
    return grade_visit(protocol, case, index, read_answer(posed.visit, given), region=region)


def _perfect_problems(case: Case, drawn: Drawn, index: int, grade: VisitGrade) -> Iterator[Fault]:
    here = item_path("visits", index)
    number = drawn.case.visits[index].number
    standard = len(case.visits[index].asks)
    places = {
        task.key: f"{here}.{item_path('tasks', place)}"
        for place, task in enumerate(case.visits[index].tasks[standard:])
    }
    for decision in grade.decisions:
        if decision.credit < 1 - _NEARLY:
            message = f"The perfect answer earns {100 * decision.credit:g} of 100 for “{decision.name}”."
            yield Fault(places.get(decision.name, here), number, message)
    for error in grade.safety_errors:
        message = f"The perfect answer does harm: “{error.given}” where “{error.required}” is required."
        yield Fault(places.get(error.decision, here), number, message, error.rule)


def _careless_problems(case: Case, drawn: Drawn, grades: Sequence[VisitGrade]) -> Iterator[Fault]:
    """Yield a case that flagging nothing and going ahead passes, at each visit where a finding limits."""
    score = case_score(grades)
    if score + _NEARLY < PASS_MARK_PERCENT or any(grade.safety_errors for grade in grades):
        return
    for index, key in enumerate(drawn.keys):
        reason = _limit(key)
        if reason is not None:
            message = (
                f"A careless learner passes with {score:.0f} where the rule asks for “{_asked(reason)}”."
            )
            yield _named(case, drawn, index, reason, message)


def _limit(key: Decision) -> Reason | None:
    """Return the first reason that stops or limits the treatment, or None when nothing does."""
    return next((reason for reason in key.reasons if reason.action is not Action.PROCEED), None)


def _asked(reason: Reason) -> str:
    return reason.action.value.replace("_", " ")


def _named(case: Case, drawn: Drawn, index: int, reason: Reason, message: str) -> Fault:
    """Return a finding that names the rule, and the statement that reveals what it is about."""
    visit = drawn.case.visits[index]
    subject = reason.subject
    statement = next((line.id for line in visit.statements if subject in line.supports), "")
    contrast = drawn.drawing.contrast
    if statement:
        path = statement_path(case, contrast, visit.number, statement)
    else:
        path = visit_path(case, contrast, visit.number)
    return Fault(path, visit.number, message, reason.rule, statement)


def statement_path(case: Case, contrast: str | None, visit_number: int, statement: str) -> str:
    """Return where a drawn statement is written: in the contrast, in its visit, or in the extras."""
    written = case.visits[visit_number - 1].statements
    here = visit_path(case, None, visit_number)
    places = [(here, written), ("variants.extras", case.variants.extras.statements)]
    change = _change(case, contrast, visit_number)
    if change is not None:
        places.insert(0, (visit_path(case, contrast, visit_number), change.statements))
    for path, lines in places:
        for index, line in enumerate(lines):
            if line.id == statement:
                return item_path(f"{path}.statements", index)
    return here


def visit_path(case: Case, contrast: str | None, number: int) -> str:
    """Return where a visit is written, or what a contrast makes of it."""
    change = _change(case, contrast, number)
    if change is None:
        return item_path("visits", number - 1)
    at = next(index for index, one in enumerate(case.contrasts) if one.key == contrast)
    return f"{item_path('contrasts', at)}.{item_path('visits', case.contrasts[at].visits.index(change))}"


def _change(case: Case, contrast: str | None, number: int) -> VisitChange | None:
    """Return what the contrast of that key changes in a visit, or None."""
    changes = (change for one in case.contrasts if one.key == contrast for change in one.visits)
    return next((change for change in changes if change.number == number), None)
