"""The case player as its page shows it: texts ready to print, nothing that reveals the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.text import _
from quizzes.cases.model import Case, Statement, Visit
from quizzes.grading.answers import DEPTH_FROM, DEPTH_TO, answer_to_json
from quizzes.protocols.model import Protocol
from quizzes.queries.case_pages import CasePage
from quizzes.wording import SECTIONS, decision_label, section_label, sex_label, zone_labels

FIELD_IDS = {"flag": "flags"}
"""Where the id of a field on the page is not its name."""
CHOICES = frozenset({"action", "escalation", "certainty"})


@dataclass(frozen=True, slots=True)
class PatientView:
    """Who the patient is, in words."""

    name: str
    age: str
    sex: str
    skin_type: str
    hair_type: str
    goal: str


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One line of the record in the player."""

    id: str
    text: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class ZoneFields:
    """The depth of one zone as given so far, in millimetres, as typed."""

    key: str
    label: str
    depth_from_mm: str | None
    depth_to_mm: str | None


@dataclass(frozen=True, slots=True)
class AnswerFields:
    """The other fields as given so far, as typed; None is not given."""

    action: str | None
    escalation: str | None
    interval_weeks: str | None
    sessions: str | None
    maintenance_months: str | None
    certainty: int | None


@dataclass(frozen=True, slots=True)
class PlayerView:
    """Everything the player's page prints."""

    attempt_uuid: UUID
    position: int
    total: int
    quiz_title: str
    mode: str
    deadline: datetime | None
    now: datetime
    patient: PatientView
    visit_label: str
    plan_prompt: str
    sections: tuple[tuple[str, tuple[FlagLine, ...]], ...]
    zones: tuple[ZoneFields, ...]
    answer: AnswerFields
    saved_at: datetime | None
    revision: int
    decided: tuple[int, ...]
    """The places of the cases that take no more answers: what the browser kept of them may go."""


def player(page: CasePage, *, typed: Mapping[str, Any] | None, now: datetime) -> PlayerView:
    """Return the player with the saved answer, or with what was typed when it comes back with errors."""
    given = answer_to_json(page.answer) if typed is None else typed
    flagged = frozenset(given.get("flag", ()))
    return PlayerView(
        attempt_uuid=page.attempt.uuid,
        position=page.position,
        total=page.attempt.total,
        quiz_title=page.quiz.title,
        mode=page.attempt.mode.value,
        deadline=page.attempt.deadline_at,
        now=now,
        patient=patient_view(page.case),
        visit_label=visit_label(page.visit),
        plan_prompt=page.visit.plan_prompt,
        sections=tuple(
            (title, tuple(FlagLine(one.id, one.text, one.id in flagged) for one in statements))
            for title, statements in in_sections(page.visit.statements)
        ),
        zones=_zones(page.visit, page.protocol, given),
        answer=_answer_fields(given),
        saved_at=page.saved_at,
        revision=page.answer_revision,
        decided=tuple(place for place, done in enumerate(page.committed, start=1) if done),
    )


def patient_view(case: Case) -> PatientView:
    """Return the patient of a case in words."""
    patient = case.patient
    return PatientView(
        name=patient.name,
        age=str(patient.age),
        sex=sex_label(patient.sex),
        skin_type=patient.fitzpatrick,
        hair_type=patient.hair_type,
        goal=patient.goal,
    )


def visit_label(visit: Visit) -> str:
    """Return which visit this is, in words."""
    if visit.number == 1:
        return _("first visit")
    return _("visit %(number)s", number=visit.number)


def in_sections(statements: Iterable[Statement]) -> tuple[tuple[str, tuple[Statement, ...]], ...]:
    """Return the lines of a record under their headings, in reading order; empty sections are left out."""
    by_section: dict[str, list[Statement]] = {}
    for statement in statements:
        by_section.setdefault(statement.section, []).append(statement)
    return tuple((section_label(key), tuple(by_section[key])) for key in SECTIONS if key in by_section)


def _zones(visit: Visit, protocol: Protocol, given: Mapping[str, Any]) -> tuple[ZoneFields, ...]:
    labels = zone_labels(protocol)
    return tuple(
        ZoneFields(
            key=one.zone,
            label=labels.get(one.zone, one.zone),
            depth_from_mm=_shown(given.get(DEPTH_FROM + one.zone)),
            depth_to_mm=_shown(given.get(DEPTH_TO + one.zone)),
        )
        for one in visit.zones
    )


def _answer_fields(given: Mapping[str, Any]) -> AnswerFields:
    certainty = str(given.get("certainty", ""))
    return AnswerFields(
        action=given.get("action"),
        escalation=given.get("escalation"),
        interval_weeks=_shown(given.get("interval_weeks")),
        sessions=_shown(given.get("sessions")),
        maintenance_months=_shown(given.get("maintenance_months")),
        certainty=int(certainty) if certainty in {"1", "2", "3"} else None,
    )


def _shown(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def field_problems(
    page: CasePage, missing: Iterable[str], malformed: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Return (field id, what to do) for the error summary, in the order of the page."""
    order = {name: place for place, name in enumerate(_fields_in_order(page.visit))}
    problems = [(name, _missing_text(name, page.protocol)) for name in missing]
    problems += [(name, _malformed_text(name, page.protocol)) for name in malformed]
    problems.sort(key=lambda problem: order.get(problem[0], len(order)))
    return tuple((FIELD_IDS.get(name, name), text) for name, text in problems)


def _fields_in_order(visit: Visit) -> Iterable[str]:
    depths = (prefix + one.zone for one in visit.zones for prefix in (DEPTH_FROM, DEPTH_TO))
    return (
        "flag",
        "action",
        "escalation",
        *depths,
        "interval_weeks",
        "sessions",
        "maintenance_months",
        "certainty",
    )


def _missing_text(name: str, protocol: Protocol) -> str:
    if name == "action":
        return _("Choose your decision for today")
    if name == "escalation":
        return _("Choose whether to refer, and how urgently")
    if name == "certainty":
        return _("Say how sure you are")
    return _("%(field)s: fill this in, because you treat today", field=decision_label(name, protocol))


def _malformed_text(name: str, protocol: Protocol) -> str:
    if name in CHOICES or name == "flag":
        return _("%(field)s: choose from what the page offers", field=decision_label(name, protocol))
    if name == "sessions":
        return _("%(field)s: write a whole number, such as 4", field=decision_label(name, protocol))
    return _("%(field)s: write a number, such as 1.5", field=decision_label(name, protocol))
