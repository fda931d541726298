"""Answering a card: the answer is marked by the question that was shown, rates itself, and is kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from courses.queries.shelf import shelf_of
from courses.review.cards.model import Card, Question
from courses.review.decks import deck_for
from courses.review.models import ReviewAnswer, ReviewCard
from courses.review.rules import Memory, is_stale, rating_of, scheduled, seconds_between
from courses.review.serialisation import question_to_json, seed_of
from courses.review.service.confirming import confirm
from lms.core.errors import Conflict, InvalidInput, NotFound
from lms.core.text import _
from lms.core.work import Work
from lms.publishing.queries import revision
from quizzes.protocols.model import Protocol


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose card is meant, and which time of asking it."""

    academy_id: int
    learner_id: int
    card_id: int
    number: int


def note_showing(work: Work, turn: Turn, *, revision_id: int) -> None:
    """Note when a question was first shown and which revision of the protocol it is by.

    Showing the same again within ten minutes changes nothing: loading the page anew gains no time.
    """
    card = _locked(work, turn)
    is_other = card.shown_revision_id != revision_id
    if card.turn == turn.number and (is_other or is_stale(card.shown_at, work.now)):
        card.shown_at, card.shown_revision_id = work.now, revision_id


def answer_card(work: Work, turn: Turn, *, chosen: str) -> UUID:
    """Mark an answer, schedule the card, keep both, and return the answer's UUID.

    A turn that was answered stays as it is: the answer that stands is returned, whatever comes after it.
    Raises `NotFound` for somebody else's card, `Conflict` for a card that is not put to the learner now,
    `InvalidInput` for an answer that was not on offer.
    """
    row = _locked(work, turn)
    if turn.number < row.turn:
        return _standing(work, row, turn.number)
    is_due = row.due_at is not None and row.due_at <= work.now
    if turn.number > row.turn or not (is_due or row.shown_at):
        raise Conflict(_("This card is not due. Open your review to see which one is."))
    card, question, revision_id = _asked(work, row)
    if question.option(chosen) is None:
        raise InvalidInput(_("Choose one of the answers."), field="answer")
    is_right = chosen == question.right
    seconds = seconds_between(row.shown_at, work.now)
    rating = rating_of(is_right=is_right, seconds=seconds, words=question.words, was_right=row.was_right)
    memory = Memory(row.state, row.step, row.stability, row.difficulty, row.answered_at)
    after = scheduled(memory, rating, safety=card.safety, now=work.now)
    answer = ReviewAnswer(
        academy_id=row.academy_id,
        learner_id=row.learner_id,
        card_id=row.id,
        turn=row.turn,
        protocol_revision_id=revision_id,
        asked=question_to_json(question),
        chosen=chosen,
        is_right=is_right,
        seconds=seconds,
        rating=rating.value,
        answered_at=work.now,
        due_at=after.due_at,
    )
    work.session.add(answer)
    _note(row, after.memory, is_right=is_right)
    row.due_at = after.due_at
    work.session.flush()
    if is_right and question.confirms:
        confirm(work, row, question.confirms, source_uuid=answer.uuid, is_case=False, at=work.now)
    return answer.uuid


def _locked(work: Work, turn: Turn) -> ReviewCard:
    found = work.session.scalar(
        sa.select(ReviewCard)
        .where(
            ReviewCard.id == turn.card_id,
            ReviewCard.academy_id == turn.academy_id,
            ReviewCard.learner_id == turn.learner_id,
        )
        .with_for_update()
    )
    if found is None:
        raise NotFound(_("There is no such card in your deck. Open your review to see what is due."))
    return found


def _standing(work: Work, row: ReviewCard, number: int) -> UUID:
    return work.session.execute(
        sa.select(ReviewAnswer.uuid).where(ReviewAnswer.card_id == row.id, ReviewAnswer.turn == number)
    ).scalar_one()


def _asked(work: Work, row: ReviewCard) -> tuple[Card, Question, int]:
    """Return the card with the question that was shown, by the revision it was shown from."""
    revision_id = row.shown_revision_id
    if revision_id is None:
        shelf = shelf_of(work, academy_id=row.academy_id, course_key=row.course_key)
        revision_id = shelf.protocol.revision_id
    found = revision(work, revision_id=revision_id)
    if not isinstance(found.document, Protocol):
        raise TypeError(f"Revision {revision_id} is no protocol.")
    card = deck_for(found.digest, found.document).get(row.card_key)
    if card is None:
        raise Conflict(_("The protocol has changed and no longer asks this. Open your review to go on."))
    return card, card.draw(seed_of(row)), revision_id


def _note(row: ReviewCard, memory: Memory, *, is_right: bool) -> None:
    row.turn += 1
    row.was_right = is_right
    row.state, row.step = memory.state, memory.step
    row.stability, row.difficulty = memory.stability, memory.difficulty
    row.answered_at = memory.answered_at
    row.first_answered_at = row.first_answered_at or memory.answered_at
    row.shown_at = row.shown_revision_id = None
