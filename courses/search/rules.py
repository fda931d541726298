"""What somebody who searches means, what of it they may see, and which words around a find are shown. Pure.

The text of a lesson that a member may not read is never shown, and neither are its headings: such a find
has its title alone. That a word occurs in it may be found out, so that people learn where it will be taught.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_CHARACTERS = 200
MOST_WORDS = 12
MOST_RESULTS = 30
EXCERPT_WORDS = 36
WORDS_BEFORE = 8
"""Words of an excerpt before its first find, at most."""

START, END = "\ue000", "\ue001"
"""What the database puts around a find: characters for private use, which no entry holds."""

_WORD = re.compile(r"[^\W_]+(?:[.,/'\N{RIGHT SINGLE QUOTATION MARK}-][^\W_]+)*")
_UNWANTED = re.compile(f"[\\x00-\\x1f\\x7f-\\x9f{START}{END}\ufdd0-\ufdef\ufffe\uffff]")
_COMMON = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does"),
        *("for", "from", "has", "have", "how", "i", "if", "in", "is", "it", "its"),
        *("my", "of", "on", "or", "should", "that", "the", "their", "them", "there", "these"),
        *("they", "this", "to", "was", "what", "when", "where", "which", "who", "will", "with"),
    }
)
"""Words that stand in nearly every sentence and tell nothing about what is wanted."""


class EntryKind(StrEnum):
    """What an entry of the index is."""

    LESSON = "lesson"
    TERM = "term"
    FACT = "fact"


class Access(StrEnum):
    """What a member may see of a find: all, or its title, because it is locked or its course not joined.

    In this order they are shown.
    """

    OPEN = "open"
    LOCKED = "locked"
    NOT_JOINED = "not_joined"


@dataclass(frozen=True, slots=True)
class Query:
    """The words that are looked for; `is_cut` where more was typed than is used."""

    words: tuple[str, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, and whether it was looked for."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found; `title` is that of the lesson, the term, or the id of the fact."""

    entry_id: int
    course_key: str
    kind: EntryKind
    document_key: str
    anchor: str
    title: str

    @property
    def place(self) -> tuple[str, EntryKind, str]:
        """Return what tells results apart: a lesson is one result, however many of its sections fit."""
        return (
            self.course_key,
            self.kind,
            self.document_key if self.kind is EntryKind.LESSON else self.anchor,
        )


def read_query(typed: str) -> Query:
    """Return what a typed text asks for: each word once, common ones only where there is no other.

    A word is letters and digits with points, commas, slashes, hyphens and apostrophes between them, so
    that “0.5” and “AFT-01” stay whole. Everything else separates words.
    """
    text = typed.strip()
    found = list({word.casefold(): word for word in _WORD.findall(text[:MOST_CHARACTERS])}.values())
    telling = [word for word in found if word.casefold() not in _COMMON] or found
    is_cut = len(text) > MOST_CHARACTERS or len(telling) > MOST_WORDS
    return Query(tuple(telling[:MOST_WORDS]), is_cut)


def fts5_expression(words: Sequence[str], *, every_word: bool) -> str:
    """Return the words as an expression of SQLite's FTS5: each quoted, the last as the start of a word."""
    quoted = [f'"{word.replace(chr(34), chr(34) * 2)}"' for word in words]
    return (" AND " if every_word else " OR ").join([*quoted[:-1], f"{quoted[-1]} *"])


def tsquery_expression(words: Sequence[str], *, every_word: bool) -> str:
    """Return the words as a `tsquery` of PostgreSQL: each quoted, the last as the start of a word."""
    quoted = ["'{}'".format(word.replace("\\", "\\\\").replace("'", "''")) for word in words]
    return (" & " if every_word else " | ").join([*quoted[:-1], f"{quoted[-1]}:*"])


def clean(text: str) -> str:
    """Return a text with blanks for what no index may hold: control characters and our own marks."""
    return " ".join(_UNWANTED.sub(" ", text).split())


def chosen(hits: Iterable[Hit], access_of: Callable[[Hit], Access | None]) -> tuple[tuple[Hit, Access], ...]:
    """Return the best hits that may be seen, each place once, those to be read in full before the others.

    None of `access_of` leaves a hit out.
    """
    found: dict[tuple[str, EntryKind, str], tuple[Hit, Access]] = {}
    for hit in hits:
        if len(found) == MOST_RESULTS:
            break
        if hit.place not in found and (access := access_of(hit)) is not None:
            found[hit.place] = (hit, access)
    return tuple(sorted(found.values(), key=lambda one: list(Access).index(one[1])))


def pieces(marked: str) -> tuple[Piece, ...]:
    """Return a text in which the database marked what it found, taken apart; a stray mark does no harm."""
    return tuple(_pieces(marked))


def _pieces(marked: str) -> Iterator[Piece]:
    is_marked = False
    for part in re.split(f"([{START}{END}])", marked):
        if part in {START, END}:
            is_marked = part == START
        elif part:
            yield Piece(part, is_marked)


def excerpt(marked: str) -> tuple[Piece, ...]:
    """Return the part of a marked text with the most finds, with an ellipsis where something is left out."""
    words = marked.split(" ")
    if len(words) <= EXCERPT_WORDS:
        return pieces(marked)
    marks = [index for index, word in enumerate(words) if START in word]
    starts = sorted({min(max(mark - WORDS_BEFORE, 0), len(words) - EXCERPT_WORDS) for mark in marks} or {0})
    best = max(starts, key=lambda start: sum(start <= mark < start + EXCERPT_WORDS for mark in marks))
    shown = " ".join(words[best : best + EXCERPT_WORDS])
    before, after = ("… " if best else ""), (" …" if best + EXCERPT_WORDS < len(words) else "")
    return (*([Piece(before, is_marked=False)] if before else []), *pieces(shown)) + (
        (Piece(after, is_marked=False),) if after else ()
    )
