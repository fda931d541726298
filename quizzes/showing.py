"""The case player as its page shows it: texts ready to print, nothing that reveals the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.text import _
from quizzes.cases.model import Case, Visit
from quizzes.interactions.contract import Task
from quizzes.interactions.field_names import CERTAINTY, DEPTH_FROM, DEPTH_TO, SESSIONS, setting_field
from quizzes.protocols.model import Protocol
from quizzes.queries.case_pages import CasePage
from quizzes.regions.showing import RegionView, region_view
from quizzes.wording import action_label, escalation_label, sex_label, zone_labels

FIELD_IDS = {"flag": "flags"}
"""Where the id of a field on the page is not its name."""


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
class MapZoneView:
    """One zone of the map as SVG path data: an area, or a line; marked where it is to be treated."""

    path: str
    is_line: bool
    is_marked: bool


@dataclass(frozen=True, slots=True)
class MapView:
    """The drawing on which the zones of the visit are marked, in units of its own."""

    about: str
    width: str
    height: str
    lines: tuple[str, ...]
    zones: tuple[MapZoneView, ...]


@dataclass(frozen=True, slots=True)
class EarlierView:
    """A visit that is over: what was seen, what was rightly decided, and what came of it."""

    number: int
    title: str
    presentation: str
    action: str
    escalation: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task of the page: the template of its kind and what that prints."""

    key: str
    kind: str
    template: str
    task: Any


@dataclass(frozen=True, slots=True)
class PlayerView:
    """Everything the player's page prints."""

    attempt_uuid: UUID
    position: int
    total: int
    visit_number: int
    visit_count: int
    course_key: str
    quiz_title: str
    mode: str
    deadline: datetime | None
    now: datetime
    patient: PatientView
    title: str
    visit_label: str
    visit_title: str
    presentation: str
    earlier: tuple[EarlierView, ...]
    zones: tuple[tuple[str, str], ...]
    """The zones to be treated, by key and name."""
    map: MapView | None
    """Where they lie; None where the protocol has no map, or no zone is to be treated."""
    record: TaskView | None
    """The task of flagging, which is the record itself; None where nothing is to be flagged."""
    tasks: tuple[TaskView, ...]
    asks_certainty: bool
    reviews_decision: bool
    certainty: int | None
    saved_at: datetime | None
    revision: int
    draft: str
    """What the browser calls the draft of this visit."""
    region: RegionView | None
    """The region whose limits count in this attempt, or None."""
    decided: tuple[str, ...]
    """The places (`position` or `position/visits/visit`) that take no more answers: drafts of them may go."""


def player(page: CasePage, *, typed: Mapping[str, Any] | None, now: datetime) -> PlayerView:
    """Return the player with the saved answer, or with what was typed when it comes back with errors."""
    given = page.given if typed is None else typed
    tasks = {task.key: _task(task, page, given) for task in page.visit.tasks}
    certainty = str(given.get(CERTAINTY, ""))
    return PlayerView(
        attempt_uuid=page.attempt.uuid,
        position=page.position,
        total=page.attempt.total,
        visit_number=page.visit_number,
        visit_count=page.visit_count,
        course_key=page.quiz.course,
        quiz_title=page.quiz.title,
        mode=page.attempt.mode.value,
        deadline=page.attempt.deadline_at,
        now=now,
        patient=patient_view(page.case),
        title=page.visit.question or _("Would you go ahead today?"),
        visit_label=visit_label(page.visit),
        visit_title=visit_title(page.visit.number, page.visit.when),
        presentation=page.visit.presentation,
        earlier=tuple(_earlier(page)),
        zones=zones_of(page.visit, page.protocol),
        map=_map_of(page.visit, page.protocol),
        record=tasks.get("spot"),
        tasks=tuple(view for key, view in tasks.items() if key != "spot"),
        asks_certainty=page.asks_certainty,
        reviews_decision=page.reviews_decision,
        certainty=int(certainty) if certainty in {"1", "2", "3"} else None,
        saved_at=page.saved_at,
        revision=page.answer_revision,
        draft=draft_name(page.position, page.visit_number),
        region=region_of(page),
        decided=tuple(draft_name(one.position, one.visit) for one in page.progress.decided_places),
    )


def region_of(page: CasePage) -> RegionView | None:
    """Return the region whose limits count on a page of an attempt, in words, or None."""
    if page.region is None or page.limits is None:
        return None
    return region_view(page.region, page.protocol)


def _task(task: Task, page: CasePage, given: Mapping[str, Any]) -> TaskView:
    shown = task.interaction.show(task, page.visit, page.protocol, given)
    return TaskView(task.key, task.kind, f"lms/interactions/{task.kind}/task.html", shown)


def _earlier(page: CasePage) -> Iterable[EarlierView]:
    for visit in page.earlier:
        yield EarlierView(
            number=visit.number,
            title=visit_title(visit.number, visit.when),
            presentation=visit.presentation,
            action=action_label(visit.action.value),
            escalation=escalation_label(visit.escalation.value),
            outcome=visit.outcome,
        )


def draft_name(position: int, visit: int) -> str:
    """Return what the browser calls the draft of a visit: the end of its address."""
    return str(position) if visit == 1 else f"{position}/visits/{visit}"


def _map_of(visit: Visit, protocol: Protocol) -> MapView | None:
    found, treated = protocol.map, {one.zone for one in visit.zones}
    if found is None or not treated:
        return None
    drawing = found.drawing
    return MapView(
        about=drawing.about,
        width=f"{drawing.width:g}",
        height=f"{drawing.height:g}",
        lines=drawing.lines,
        zones=tuple(
            MapZoneView(path, not path.rstrip().endswith(("z", "Z")), zone in treated)
            for zone, path in found.zones.items()
        ),
    )


def zones_of(visit: Visit, protocol: Protocol) -> tuple[tuple[str, str], ...]:
    """Return the zones of a visit by key and name."""
    labels = zone_labels(protocol)
    return tuple((one.zone, labels.get(one.zone, one.zone)) for one in visit.zones)


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


def visit_title(number: int, when: str) -> str:
    """Return the heading of a visit with its moment, where one is given."""
    title = _("First visit") if number == 1 else _("Visit %(number)s", number=number)
    return _("%(visit)s: %(when)s", visit=title, when=when) if when else title


def field_problems(
    page: CasePage, missing: Iterable[str], malformed: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Return (field id, what to do) for the error summary, in the order of the page."""
    labels = field_labels(page.visit, page.protocol)
    problems = [(name, _missing_text(name, labels)) for name in missing]
    problems += [(name, _malformed_text(name, labels, page.visit)) for name in malformed]
    order = {name: place for place, name in enumerate(labels)}
    problems.sort(key=lambda problem: order.get(problem[0], len(order)))
    return tuple((FIELD_IDS.get(name, name), text) for name, text in problems)


def field_labels(visit: Visit, protocol: Protocol) -> dict[str, str]:
    """Return the words for every field of a visit by name, in page order."""
    labels = {
        name: task.interaction.label(task, protocol, name)
        for task in visit.tasks
        for name in task.interaction.fields(task, visit)
    }
    return labels | {CERTAINTY: _("Certainty")}


def _missing_text(name: str, labels: Mapping[str, str]) -> str:
    fixed = {
        "action": _("Choose your decision for today"),
        "escalation": _("Choose whether to refer, and how urgently"),
        CERTAINTY: _("Say how sure you are"),
    }
    return fixed.get(name) or _("%(field)s: fill this in", field=labels.get(name, name))


def _malformed_text(name: str, labels: Mapping[str, str], visit: Visit) -> str:
    label = labels.get(name, name)
    if name == SESSIONS:
        return _("%(field)s: write a whole number, such as 4", field=label)
    if name.startswith((DEPTH_FROM, DEPTH_TO)) or name in map(setting_field, visit.settings):
        return _("%(field)s: write a number, such as 1.5", field=label)
    return _("%(field)s: this cannot be used. Choose or write it anew.", field=label)
