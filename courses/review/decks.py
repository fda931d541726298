"""The decks of courses: which cards a protocol gives, and which of them the lessons somebody did bring."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from courses.queries.shelf import Shelf
from courses.review.cards.deck import Deck, cards_resting_on, deck_of
from courses.review.cards.model import Card
from lms.core.recent import Recent
from quizzes.protocols.model import Protocol

CAPACITY = 32
"""Decks kept per process, some 60 cards each."""

_decks: Recent[str, Deck] = Recent(CAPACITY)
"""By the digest of the protocol, which decides them: applications share them safely."""


def protocol_on(shelf: Shelf) -> Protocol:
    """Return the protocol of a course."""
    return cast("Protocol", shelf.protocol.document)


def deck_for(digest: str, protocol: Protocol) -> Deck:
    """Return the deck of a protocol, made once for each of its revisions."""
    return _decks.get_or_make(digest, lambda: deck_of(protocol))


def deck_on(shelf: Shelf) -> Deck:
    """Return the deck of a course by the protocol in force."""
    return deck_for(shelf.protocol.digest, protocol_on(shelf))


def facts_cited(shelf: Shelf, lesson_keys: Collection[str]) -> frozenset[str]:
    """Return the facts that lessons name, in their text or among their sources."""
    names: set[str] = set()
    for key in lesson_keys:
        if key in shelf.lessons:
            lesson = shelf.lesson(key)
            names.update(lesson.sources)
            names.update(mention.name for mention in lesson.mentions.citations)
    return frozenset(names)


def cards_earned(shelf: Shelf, done: Collection[str]) -> tuple[Card, ...]:
    """Return the cards all of whose facts the lessons done cite."""
    return cards_resting_on(deck_on(shelf), facts_cited(shelf, done))


def lesson_citing(shelf: Shelf, fact: str) -> str | None:
    """Return the lesson that teaches a fact, whose text cites it most (of equals the first), or None."""
    times = {
        key: sum(mention.name == fact for mention in shelf.lesson(key).mentions.citations)
        for key in shelf.course.lesson_keys
        if fact in facts_cited(shelf, (key,))
    }
    return max(times, key=lambda key: times[key], default=None)
