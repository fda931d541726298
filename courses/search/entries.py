"""What the index holds of a course: the sections of its lessons, its terms, the facts of its protocol. Pure.

Knowledge checks are left out, for their reasons tell the answers; cases are no part of a course's texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from courses.content.glossary import Glossary, Term
from courses.content.lesson import Lesson
from courses.content.markdown import sections
from courses.content.values import filled, resolved_or_none
from courses.search.rules import clean
from quizzes.protocols.model import Fact, Protocol

KEY_POINTS = "key-points-title"
"""The id of the heading of the key points on the page of a lesson."""

WORDS_OF_A_FRAGMENT = 8
MOST_CHARACTERS_OF_A_FRAGMENT = 280


@dataclass(frozen=True, slots=True)
class Entry:
    """What one entry of the index says, in plain words; `anchor` as `courses.search.models` has it."""

    anchor: str
    title: str
    heading: str
    text: str


def lesson_entries(lesson: Lesson, protocol: Protocol, terms: Mapping[str, Term]) -> tuple[Entry, ...]:
    """Return an entry for each section of a lesson, its objectives with the first, its key points last."""

    def value(reference: str) -> str:
        return resolved_or_none(reference, protocol) or ""

    def term(key: str, text: str) -> str:
        return text or (terms[key].term if key in terms else key.replace("-", " "))

    objectives, points = filled(lesson.objectives, value), filled(lesson.key_points, value)
    entries: list[Entry] = [_entry("", lesson.title, "", " ".join(objectives))]
    for heading, passages in sections(lesson.text, term=term, value=value):
        entries.append(_entry(_fragment_of(heading), lesson.title, heading, " ".join(passages)))
    if points:
        entries.append(_entry(KEY_POINTS, lesson.title, "", " ".join(points)))
    return tuple(entries)


def glossary_entries(glossary: Glossary, protocol: Protocol) -> tuple[Entry, ...]:
    """Return an entry for each term: the word, the other words for it, and its meaning."""

    def value(reference: str) -> str:
        return resolved_or_none(reference, protocol) or ""

    return tuple(
        _entry(term.key, term.term, ", ".join(term.also), filled(term.definition, value))
        for term in glossary.terms
    )


def protocol_entries(protocol: Protocol) -> tuple[Entry, ...]:
    """Return an entry for each fact: its id, the title of its chapter, and the fact with its comments."""
    titles = {chapter.key: chapter.title for chapter in protocol.chapters}
    return tuple(
        _entry(fact.id, fact.id, titles.get(fact.chapter, ""), " ".join(_texts(fact)))
        for fact in protocol.facts.values()
    )


def _texts(fact: Fact) -> Iterator[str]:
    for text in (fact.text, fact.reason, fact.note):
        if text:
            yield text if text[-1] in ".?!" else f"{text}."


def _entry(anchor: str, title: str, heading: str, text: str) -> Entry:
    return Entry(anchor, clean(title), clean(heading), clean(text))


def _fragment_of(heading: str) -> str:
    """Return what makes a browser go to a heading by its words; one that cannot stays at the top."""
    words = heading.split()[:WORDS_OF_A_FRAGMENT]
    fragment = f":~:text={quote(' '.join(words), safe='').replace('-', '%2D')}" if words else ""
    return fragment if len(fragment) <= MOST_CHARACTERS_OF_A_FRAGMENT else ""
