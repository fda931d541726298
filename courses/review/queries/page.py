"""The pages of review: the card that is due, the answer just given, and what comes when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from courses.content.course import Course
from courses.queries.shelf import Shelf, shelf_of
from courses.queries.standing import Standing, standings_of
from courses.review.cards.model import Card, Question
from courses.review.decks import cards_earned, deck_on, lesson_citing
from courses.review.models import ReviewAnswer, ReviewCard
from courses.review.queries.decks import (
    CARDS,
    WaitingCase,
    cards_of,
    cases_of,
    in_deck,
    queue_from,
)
from courses.review.rules import Queue, agenda_of, is_stale
from courses.review.serialisation import question_from_json, seed_of
from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading
from lms.publishing.queries import published_many


@dataclass(frozen=True, slots=True)
class LessonLink:
    """The lesson that teaches what a card asks."""

    course_key: str
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class AskedCard:
    """A card that is put to the learner now; `revision_id` is that of the protocol it is drawn from."""

    card_id: int
    turn: int
    revision_id: int
    course: Course
    card: Card
    question: Question
    must_note: bool
    """Whether it was not noted yet that this question is shown."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What comes when: cards by day, and the mini-cases with the titles of their courses."""

    days: tuple[tuple[date, int], ...]
    next_at: datetime | None
    cases: tuple[tuple[WaitingCase, str], ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The page of review. `asked` is None where nothing is due; `due` counts the cards that are.

    `unfilled` names the courses whose cards did not all enter the deck yet. `held` counts all cards of it.
    """

    asked: AskedCard | None
    due: int
    held: int
    upcoming: Upcoming
    unfilled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnsweredPage:
    """An answer to a card with the question as it was shown, and what is due after it."""

    uuid: UUID
    question: Question
    chosen: str
    is_right: bool
    safety: bool
    comes_back_at: datetime
    course_title: str
    lesson: LessonLink | None
    due: int


def review_page(reading: Reading, *, academy_id: int, learner_id: int, time_zone: ZoneInfo) -> ReviewPage:
    """Return the card to answer now, or what comes when."""
    mine = {"academy_id": academy_id, "learner_id": learner_id}
    rows = cards_of(reading, **mine)
    standings = standings_of(reading, **mine)
    shelves = _shelves(reading, academy_id)
    rows = tuple(row for row in rows if row.course_key in shelves)
    queue = queue_from(rows, reading.now, time_zone)
    return ReviewPage(
        asked=_asked(shelves, rows, queue, reading.now),
        due=len(queue.due),
        held=sum(row.due_at is not None for row in rows),
        upcoming=Upcoming(
            days=agenda_of([in_deck(row) for row in rows], now=reading.now, time_zone=time_zone),
            next_at=queue.next_at,
            cases=tuple(_titled(cases_of(reading, **mine), shelves)),
        ),
        unfilled=tuple(
            one.course_key
            for one in standings
            if one.course_key in shelves and _lacks(shelves[one.course_key], one, rows)
        ),
    )


def answered_page(
    reading: Reading, *, academy_id: int, learner_id: int, answer_uuid: UUID, time_zone: ZoneInfo
) -> AnsweredPage:
    """Return an answer that the learner gave. Raises `NotFound` for any other."""
    found = reading.connection.execute(
        sa.select(ReviewAnswer.__table__, CARDS.c.course_key, CARDS.c.card_key)
        .join_from(ReviewAnswer, ReviewCard, ReviewCard.id == ReviewAnswer.card_id)
        .where(
            ReviewAnswer.uuid == answer_uuid,
            ReviewAnswer.academy_id == academy_id,
            ReviewAnswer.learner_id == learner_id,
        )
    ).one_or_none()
    if found is None:
        raise NotFound(_("There is no such answer. Open your review to see what is due."))
    rows = cards_of(reading, academy_id=academy_id, learner_id=learner_id)
    shelf = _shelves(reading, academy_id).get(found.course_key)
    card = deck_on(shelf).get(found.card_key) if shelf is not None else None
    return AnsweredPage(
        uuid=found.uuid,
        question=question_from_json(found.asked),
        chosen=found.chosen,
        is_right=found.is_right,
        safety=card is not None and card.safety,
        comes_back_at=found.due_at,
        course_title=shelf.course.title if shelf is not None else "",
        lesson=_lesson(shelf, card),
        due=len(queue_from(rows, reading.now, time_zone).due),
    )


def _shelves(reading: Reading, academy_id: int) -> Mapping[str, Shelf]:
    published = published_many(reading, academy_id=academy_id, kind="course")
    return {one.key: shelf_of(reading, academy_id=academy_id, course_key=one.key) for one in published}


def _asked(
    shelves: Mapping[str, Shelf], rows: tuple[Any, ...], queue: Queue, now: datetime
) -> AskedCard | None:
    by_id = {row.id: row for row in rows}
    for row in (by_id[card_id] for card_id in queue.due):
        shelf = shelves[row.course_key]
        card = deck_on(shelf).get(row.card_key)
        if card is not None:  # else the protocol gives it no longer, and filling the deck lets it rest
            return AskedCard(
                card_id=row.id,
                turn=row.turn,
                revision_id=shelf.protocol.revision_id,
                course=shelf.course,
                card=card,
                question=card.draw(seed_of(row)),
                must_note=row.shown_revision_id != shelf.protocol.revision_id or is_stale(row.shown_at, now),
            )
    return None


def _lacks(shelf: Shelf, standing: Standing, rows: tuple[Any, ...]) -> bool:
    """Return whether filling the deck of a course would change it."""
    held = {row.card_key: row.due_at is not None for row in rows if row.course_key == shelf.course.key}
    deck = deck_on(shelf)
    wanted = {card.id for card in cards_earned(shelf, standing.done)}
    return not wanted <= held.keys() or any((key in deck) != active for key, active in held.items())


def _titled(
    cases: tuple[WaitingCase, ...], shelves: Mapping[str, Shelf]
) -> Iterator[tuple[WaitingCase, str]]:
    """Yield mini-cases with the titles of their courses; those of courses that are gone are left out."""
    for case in cases:
        if case.course_key in shelves:
            yield case, shelves[case.course_key].course.title


def _lesson(shelf: Shelf | None, card: Card | None) -> LessonLink | None:
    key = lesson_citing(shelf, card.facts[0]) if shelf is not None and card is not None else None
    if shelf is None or key is None:
        return None
    return LessonLink(shelf.course.key, key, shelf.lesson(key).title)
