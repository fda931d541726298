"""What the page of a mark prints: the patient in short, the question, the answer and the rubric, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quizzes.grading.grade import pose
from quizzes.interactions.parts import field_of
from quizzes.interactions.spot.interaction import in_sections
from quizzes.queries.marking import MarkingPage
from quizzes.queries.marks import MarkPlace
from quizzes.showing import PatientView, patient_view, visit_title


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One criterion with its field: the most it may earn, what was typed, and what is wrong with that."""

    name: str
    text: str
    points: str
    typed: str
    error: str | None


@dataclass(frozen=True, slots=True)
class MarkingView:
    """Everything the page of a mark prints; `marked_at` is None while nobody has marked the answer."""

    place: MarkPlace
    learner: str
    learner_uuid: UUID
    attempt_number: int
    quiz_title: str
    case_title: str
    visit_title: str
    visit_count: int
    patient: PatientView
    presentation: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    question: str
    why: str
    answer: str
    model: str
    criteria: tuple[CriterionView, ...]
    total: str
    waits: bool
    marked_at: datetime | None
    marked_by: str
    marked_points: str
    """The sum of the mark that stands; empty while there is none."""


def marking_view(found: MarkingPage, typed: Mapping[str, str], errors: Mapping[str, str]) -> MarkingView:
    """Return the page of a mark with the points as typed and what is wrong with them."""
    page, (task, decision, waits), mark = found.page, found.answer, found.mark
    rubric = task.interaction.rubric(task)
    model = task.interaction.perfect(
        task, pose(page.protocol, page.case, page.visit_number - 1, region=page.limits)
    )
    return MarkingView(
        place=found.place,
        learner=found.learner.name,
        learner_uuid=found.learner.uuid,
        attempt_number=page.attempt.number,
        quiz_title=page.quiz.title,
        case_title=f"{page.case.source_id} {page.case.title}",
        visit_title=visit_title(page.visit.number, page.visit.when),
        visit_count=page.visit_count,
        patient=patient_view(page.case),
        presentation=page.visit.presentation,
        sections=tuple(
            (title, tuple(one.text for one in statements)) for title, statements in in_sections(page.visit)
        ),
        question=task.prompt,
        why=task.why,
        answer=task.interaction.words(task, page.protocol, decision.name, decision.given),
        model="; ".join(str(value) for value in model.values()),
        criteria=tuple(
            CriterionView(
                name=field_of(task, one.key),
                text=one.text,
                points=f"{one.points:g}",
                typed=typed.get(field_of(task, one.key), ""),
                error=errors.get(field_of(task, one.key)),
            )
            for one in rubric
        ),
        total=f"{sum(one.points for one in rubric):g}",
        waits=waits,
        marked_at=None if mark is None else mark.marked_at,
        marked_by=found.by,
        marked_points="" if mark is None else f"{sum(mark.points.values()):g}",
    )
