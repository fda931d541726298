"""Filling decks: cards enter once the lessons that cite their facts are done. It may be repeated."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from courses.events import LessonDone
from courses.queries.shelf import Shelf, shelf_of
from courses.review.decks import cards_earned, deck_on
from courses.review.models import ReviewCard
from courses.review.rules import Memory
from courses.review.service.mini_cases import begin_mini_cases
from lms.core.work import Work


def on_lesson_done(work: Work, event: LessonDone) -> None:
    """Let the cards of the lessons done enter the learner's deck, and begin the mini-cases of the course."""
    shelf = shelf_of(work, academy_id=event.academy_id, course_key=event.course_key)
    fill_deck(work, shelf, learner_id=event.learner_id, done=event.done)
    begin_mini_cases(work, shelf, learner_id=event.learner_id, done=event.done)


def fill_deck(work: Work, shelf: Shelf, *, learner_id: int, done: Collection[str]) -> None:
    """Bring a learner's deck in line with the protocol in force and the lessons of a course they have done.

    Cards that are missing enter and are due at once; cards that the protocol no longer gives rest; cards
    that it gives again wake up.
    """
    deck, earned = deck_on(shelf), cards_earned(shelf, done)
    mine = (
        ReviewCard.academy_id == shelf.academy_id,
        ReviewCard.learner_id == learner_id,
        ReviewCard.course_key == shelf.course.key,
    )
    held = {
        row.card_key: row.due_at
        for row in work.session.execute(sa.select(ReviewCard.card_key, ReviewCard.due_at).where(*mine))
    }
    for change, keys in (
        (None, [key for key, due_at in held.items() if due_at is not None and key not in deck]),
        (work.now, [key for key, due_at in held.items() if due_at is None and key in deck]),
    ):
        if keys:
            moved = sa.update(ReviewCard).where(*mine, ReviewCard.card_key.in_(keys))
            work.session.execute(moved.values(due_at=change, shown_at=None, shown_revision_id=None))
    _enter(work, shelf, learner_id, [card.id for card in earned if card.id not in held])


def _enter(work: Work, shelf: Shelf, learner_id: int, keys: Collection[str]) -> None:
    if not keys:
        return
    fresh = Memory()
    cards = [
        ReviewCard(
            academy_id=shelf.academy_id,
            learner_id=learner_id,
            course_key=shelf.course.key,
            card_key=key,
            entered_at=work.now,
            due_at=work.now,
            turn=0,
            state=fresh.state,
            step=fresh.step,
        )
        for key in keys
    ]
    try:
        with work.session.begin_nested():
            work.session.add_all(cards)
    except IntegrityError:
        return  # another request of the same learner let them in just before; what is missing comes next time
