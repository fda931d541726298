"""A learner's answer in words, field by field: for the review page, receipts and the log of answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from quizzes.cases.model import Visit
from quizzes.interactions.contract import Task
from quizzes.interactions.field_names import CERTAINTY, DEPTH, DEPTH_FROM, DEPTH_TO
from quizzes.interactions.spot.interaction import FLAG
from quizzes.protocols.model import Protocol
from quizzes.queries.case_pages import CasePage
from quizzes.showing import visit_title
from quizzes.wording import certainty_label, decision_label


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The review page: the answer as it will stand, in the same words whatever it says."""

    attempt_uuid: UUID
    position: int
    total: int
    visit_number: int
    visit_title: str
    patient_name: str
    flags: tuple[str, ...]
    """The text of every flagged line."""
    rows: tuple[tuple[str, str], ...]
    revision: int


def review_of(page: CasePage) -> ReviewView:
    """Return the review page of a visit."""
    given = page.given
    return ReviewView(
        attempt_uuid=page.attempt.uuid,
        position=page.position,
        total=page.attempt.total,
        visit_number=page.visit_number,
        visit_title=visit_title(page.visit.number, page.visit.when),
        patient_name=page.case.patient.name,
        flags=tuple(one.text for one in page.visit.statements if one.id in page.answer.flags),
        rows=tuple(
            answer_in_words(page.visit, page.protocol, {name: given[name] for name in given if name != FLAG})
        ),
        revision=page.answer_revision,
    )


def answer_in_words(visit: Visit, protocol: Protocol, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield label and value of each field of a saved answer in page order, in words.

    What the visit no longer asks for, in an answer of an earlier release, is given as it was stored.
    """
    left = dict(given)
    for task in visit.tasks:
        for name in task.interaction.fields(task, visit):
            if name in left:
                yield _field_in_words(task, protocol, name, left.pop(name))
    if CERTAINTY in left:
        yield decision_label(CERTAINTY, protocol), certainty_label(left.pop(CERTAINTY))
    for name, value in left.items():
        yield name, json.dumps(value, ensure_ascii=False)


def _field_in_words(task: Task, protocol: Protocol, name: str, value: Any) -> tuple[str, str]:
    """Return label and value of a field; flagged lines by their ids too, for a number alone proves little."""
    label = task.interaction.label(task, protocol, name)
    setting = name
    for end in (DEPTH_FROM, DEPTH_TO):
        if name.startswith(end):
            setting = DEPTH + name.removeprefix(end)
    words = task.interaction.words(task, protocol, setting, value)
    return label, f"{words} ({', '.join(value)})" if name == FLAG else words
