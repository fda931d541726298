"""Asking the database for words: FTS5 on SQLite, `tsvector` on PostgreSQL. What was typed is never syntax."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from courses.search.rules import END, START, EntryKind, Hit, fts5_expression, tsquery_expression

MOST_ENTRIES = 300
"""Entries that are looked at: lessons have several, of which one is shown."""

_FOUND = (
    "SELECT entry.id, entry.course_key, entry.kind, entry.document_key, entry.anchor, lms_fts_search.title "
    "FROM lms_fts_search JOIN lms_search_entry AS entry ON entry.id = lms_fts_search.rowid "
)
_FIND_ON_SQLITE = sa.text(
    _FOUND + "WHERE lms_fts_search MATCH :words AND entry.academy_id = :academy_id "
    "ORDER BY bm25(lms_fts_search, 8.0, 4.0, 1.0), entry.id LIMIT :most"
)
_FIND_ON_POSTGRESQL = sa.text(
    _FOUND + "CROSS JOIN to_tsquery('english', :words) AS wanted "
    "WHERE lms_fts_search.words @@ wanted AND entry.academy_id = :academy_id "
    "ORDER BY ts_rank(lms_fts_search.words, wanted) DESC, entry.id LIMIT :most"
)
_MARK_ON_SQLITE = sa.text(
    "SELECT rowid, highlight(lms_fts_search, 0, :start, :end), highlight(lms_fts_search, 1, :start, :end), "
    "highlight(lms_fts_search, 2, :start, :end) "
    "FROM lms_fts_search WHERE lms_fts_search MATCH :words AND rowid IN :ids"
).bindparams(sa.bindparam("ids", expanding=True))
_MARK_ON_POSTGRESQL = sa.text(
    "SELECT rowid, ts_headline('english', title, wanted, :how), "
    "ts_headline('english', heading, wanted, :how), ts_headline('english', text, wanted, :how) "
    "FROM lms_fts_search CROSS JOIN to_tsquery('english', :words) AS wanted WHERE rowid IN :ids"
).bindparams(sa.bindparam("ids", expanding=True))


@dataclass(frozen=True, slots=True)
class Marked:
    """The words of an entry with what was found between `START` and `END`."""

    title: str
    heading: str
    text: str


def find(
    connection: sa.Connection, *, academy_id: int, words: Sequence[str], every_word: bool
) -> tuple[Hit, ...]:
    """Return the entries of an academy that hold the words, or one of them, the best first."""
    statement = _FIND_ON_SQLITE if _is_sqlite(connection) else _FIND_ON_POSTGRESQL
    values = {
        "words": _expression(connection, words, every_word=every_word),
        "academy_id": academy_id,
        "most": MOST_ENTRIES,
    }
    return tuple(
        Hit(entry_id, course_key, EntryKind(kind), document_key, anchor, title)
        for entry_id, course_key, kind, document_key, anchor, title in connection.execute(statement, values)
    )


def marked(
    connection: sa.Connection, *, entry_ids: Iterable[int], words: Sequence[str], every_word: bool
) -> Mapping[int, Marked]:
    """Return the words of entries that were found, by id, with the finds marked."""
    values: dict[str, object] = {
        "words": _expression(connection, words, every_word=every_word),
        "ids": list(entry_ids),
    }
    if _is_sqlite(connection):
        rows = connection.execute(_MARK_ON_SQLITE, {**values, "start": START, "end": END})
    else:
        how = f'HighlightAll=true, StartSel="{START}", StopSel="{END}"'
        rows = connection.execute(_MARK_ON_POSTGRESQL, {**values, "how": how})
    return {entry_id: Marked(title, heading, text) for entry_id, title, heading, text in rows}


def _is_sqlite(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _expression(connection: sa.Connection, words: Sequence[str], *, every_word: bool) -> str:
    make = fts5_expression if _is_sqlite(connection) else tsquery_expression
    return make(words, every_word=every_word)
