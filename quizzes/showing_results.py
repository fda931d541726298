"""The result of one case as its page shows it: what was found and missed, why, and from which sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from lms.core.text import _
from quizzes.cases.model import Statement, Visit
from quizzes.grading.marking import markable
from quizzes.grading.result import VisitGrade
from quizzes.interactions.contract import Task
from quizzes.interactions.marks import DecisionGrade, StatementGrade
from quizzes.interactions.spot.interaction import in_sections
from quizzes.protocols.actions import Action
from quizzes.protocols.model import Protocol
from quizzes.queries.case_pages import CasePage
from quizzes.queries.marks import StandingMark
from quizzes.regions.showing import RegionView
from quizzes.rules import VisitPlace
from quizzes.showing import (
    PatientView,
    draft_name,
    patient_view,
    region_of,
    visit_label,
    visit_title,
)
from quizzes.showing_contrasts import ContrastView, contrasts_of
from quizzes.showing_harm import SafetyErrorView, safety_error_view
from quizzes.showing_keys import KeyView, Sources, key_view, once, statement_sources
from quizzes.wording import (
    action_label,
    certainty_label,
    decision_label,
    value_label,
)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A line of the record with what became of it, why, and the sources."""

    id: str
    text: str
    outcome: str
    safety: bool
    why: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A decision beside what is accepted. `credit` runs 0 to 1."""

    label: str
    given: str
    accepted: str
    credit: float


@dataclass(frozen=True, slots=True)
class TaskResult:
    """A further task: what was asked, given and accepted, and why, with a note on each of its parts.

    `credit` None: it waits for a person. `points` are those a person gave, with the words of each criterion.
    """

    key: str
    prompt: str
    given: str
    accepted: str
    credit: float | None
    why: str
    notes: tuple[tuple[str, str], ...]
    sources: Sources
    is_marked_by_people: bool
    points: tuple[tuple[str, str], ...]
    comment: str


@dataclass(frozen=True, slots=True)
class MistakeView:
    """A harmful mistake and why it harms."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """Everything the result page prints."""

    attempt_uuid: UUID
    course_key: str
    quiz_key: str
    position: int
    total: int
    draft: str
    """What the browser calls the draft of this visit, which may go."""
    quiz_title: str
    mode: str
    patient: PatientView
    visit_label: str
    visit_title: str
    visit_number: int
    visit_count: int
    presentation: str
    is_decided: bool
    undercall: tuple[str, str] | None
    """The chosen and the required decision in words, where the chosen one was less careful; else None."""
    is_confident_error: bool
    safety_errors: tuple[SafetyErrorView, ...]
    sections: tuple[tuple[str, tuple[ResultLine, ...]], ...]
    found: int
    missed: int
    not_needed: int
    score: float
    pass_mark_percent: int
    rows: tuple[ComparedRow, ...]
    tasks: tuple[TaskResult, ...]
    key: KeyView
    advice: tuple[str, ...]
    rebook_when: tuple[str, ...]
    avoid: tuple[str, ...]
    rationale: str
    mistakes: tuple[MistakeView, ...]
    contrasts: tuple[ContrastView, ...]
    is_contested: bool
    certainty_label: str | None
    is_open: bool
    next_place: VisitPlace | None
    """Where to go on: the next visit or case while the attempt is open, else the next result."""
    attempts_left: int | None
    awaits_marking: bool
    lesson_key: str | None
    """The lesson that the case was opened from, to go back to."""
    region: RegionView | None
    """The region whose limits counted, or None."""


NO_MARKS: Mapping[str, StandingMark] = {}


def result_of_case(
    page: CasePage, grade: VisitGrade, marks: Mapping[str, StandingMark] = NO_MARKS
) -> ResultView:
    """Return the result page of a visit from its grade, which holds the key it was graded against.

    `marks` are those that people gave, by the key of the task.
    """
    case, visit, protocol = page.case, page.visit, page.protocol
    is_last = page.visit_number == page.visit_count
    return ResultView(
        attempt_uuid=page.attempt.uuid,
        course_key=page.attempt.course_key,
        quiz_key=page.attempt.quiz_key,
        position=page.position,
        total=page.attempt.total,
        draft=draft_name(page.position, page.visit_number),
        quiz_title=page.quiz.title,
        mode=page.attempt.mode.value,
        patient=patient_view(case),
        visit_label=visit_label(visit),
        visit_title=visit_title(visit.number, visit.when),
        visit_number=page.visit_number,
        visit_count=page.visit_count,
        presentation=visit.presentation,
        is_decided=page.answer.action is not None,
        undercall=_undercall(page.answer.action, grade.key.action),
        is_confident_error=page.is_confident_error,
        safety_errors=tuple(
            safety_error_view(error, grade, visit, protocol) for error in grade.safety_errors
        ),
        sections=_sections(grade, visit, protocol),
        found=grade.hits,
        missed=grade.misses,
        not_needed=grade.false_alarms,
        score=grade.score,
        pass_mark_percent=page.quiz.pass_mark_percent,
        rows=tuple(_rows(page, grade)),
        tasks=tuple(_further_tasks(page, grade, marks)),
        key=key_view(grade.key, visit, protocol, page.region),
        advice=(*visit.modifications, *visit.acceptable),
        rebook_when=visit.rebook_when,
        avoid=visit.avoid,
        rationale=visit.rationale or (case.rationale if visit.number == 1 else ""),
        mistakes=tuple(MistakeView(one.mistake, one.why) for one in case.mistakes if is_last),
        contrasts=contrasts_of(page),
        is_contested=case.contested,
        certainty_label=None if page.answer.certainty is None else certainty_label(page.answer.certainty),
        is_open=page.attempt.is_open,
        next_place=_next_place(page),
        attempts_left=page.attempts_left,
        awaits_marking=grade.awaits_marking,
        lesson_key=page.attempt.lesson_key,
        region=region_of(page),
    )


def _next_place(page: CasePage) -> VisitPlace | None:
    """Return the next place: while the attempt is open to answer, afterwards to look at."""
    if page.attempt.is_open:
        return page.next_place
    if page.visit_number < page.visit_count:
        return VisitPlace(page.position, page.visit_number + 1)
    return VisitPlace(page.position + 1, 1) if page.position < page.attempt.total else None


def _undercall(given: Action | None, required: Action) -> tuple[str, str] | None:
    if given is None or given.strictness >= required.strictness:
        return None
    return action_label(given.value), action_label(required.value)


def _sections(
    grade: VisitGrade, visit: Visit, protocol: Protocol
) -> tuple[tuple[str, tuple[ResultLine, ...]], ...]:
    grades = {one.id: one for one in grade.statements}
    return tuple(
        (title, tuple(_line(one, grades.get(one.id), grade, protocol) for one in statements))
        for title, statements in in_sections(visit)
    )


def _line(
    statement: Statement, graded: StatementGrade | None, grade: VisitGrade, protocol: Protocol
) -> ResultLine:
    """Return a line; where the visit did not ask for flags, it is not graded and only worth noting."""
    outcome = "worth_noting" if graded is None else graded.outcome
    return ResultLine(
        id=statement.id,
        text=statement.text,
        outcome=outcome,
        safety=graded is not None and graded.safety and outcome == "missed",
        why=statement.why,
        sources=statement_sources(statement, grade.key, protocol),
    )


def _rows(page: CasePage, grade: VisitGrade) -> Iterator[ComparedRow]:
    """Yield the standard decisions and their parts; flags are shown in the record itself."""
    for decision in grade.decisions:
        task = _task_of(page.visit, decision)
        if decision.name == "spotting" or (task is not None and task.interaction.body_shape is not None):
            continue
        for one in decision.parts or (decision,):
            yield ComparedRow(
                label=decision_label(one.name, page.protocol),
                given=value_label(one.name, one.given, page.protocol),
                accepted=_("Not permitted here")
                if one.accepted is None
                else value_label(one.name, one.accepted, page.protocol),
                credit=one.credit,
            )


def _task_of(visit: Visit, decision: DecisionGrade) -> Task | None:
    """Return the task of a decision; grades of the first release, with standard tasks only, name none."""
    return next((task for task in visit.tasks if task.key == decision.task), None)


def _further_tasks(
    page: CasePage, grade: VisitGrade, marks: Mapping[str, StandingMark]
) -> Iterator[TaskResult]:
    by_people = {one.task.key: one for one in markable(page.visit, grade)}
    by_task = {one.task: one for one in grade.decisions}
    for task in page.visit.tasks:
        decision = by_task.get(task.key)
        if task.interaction.body_shape is None or decision is None:
            continue
        name, say = decision.name, task.interaction.words
        person, mark = by_people.get(task.key), marks.get(task.key)
        waits = person is not None and person.waits
        yield TaskResult(
            key=task.key,
            prompt=task.prompt,
            given=say(task, page.protocol, name, decision.given),
            accepted="" if waits else say(task, page.protocol, name, decision.accepted),
            credit=None if waits else decision.credit,
            why=task.why,
            notes=task.interaction.notes(task),
            sources=once(source for fact in task.about for source in page.protocol.fact(fact).sources),
            is_marked_by_people=person is not None,
            points=_points(task, decision, page.protocol) if person is not None else (),
            comment="" if mark is None or waits else mark.comment,
        )


def _points(task: Task, decision: DecisionGrade, protocol: Protocol) -> tuple[tuple[str, str], ...]:
    """Return each criterion with the points given for it, of those it may earn."""
    return tuple(
        (
            task.interaction.label(task, protocol, part.name),
            _("%(given)s of %(points)s", given=f"{part.given:g}", points=f"{part.accepted:g}"),
        )
        for part in decision.parts
    )
