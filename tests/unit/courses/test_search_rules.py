"""What typed text asks for, how it is put to each database, and which words around a find are shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.search.rules import (
    END,
    EXCERPT_WORDS,
    MOST_CHARACTERS,
    MOST_RESULTS,
    MOST_WORDS,
    START,
    Access,
    EntryKind,
    Hit,
    Piece,
    chosen,
    clean,
    excerpt,
    fts5_expression,
    pieces,
    read_query,
    tsquery_expression,
)

ORDINARY = [f"word{number}" for number in range(100)]


@pytest.fixture(scope="module")
def fts5() -> Iterator[sqlite3.Connection]:
    """An index of its own with two texts."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        'CREATE VIRTUAL TABLE found USING fts5(text, tokenize = "porter unicode61 remove_diacritics 2")'
    )
    connection.execute("INSERT INTO found VALUES ('Depths of 0.5 to 1.5 mm; the café is AFT-01')")
    connection.execute("INSERT INTO found VALUES ('Minoxidil and PRP')")
    yield connection
    connection.close()


def found_by(connection: sqlite3.Connection, typed: str, *, every_word: bool = True) -> int:
    expression = fts5_expression(read_query(typed).words, every_word=every_word)
    (count,) = connection.execute("SELECT count(*) FROM found WHERE found MATCH ?", [expression]).fetchone()
    return int(count)


# --- what is asked for ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("needle depth", ("needle", "depth")),
        ("  AFT-01, 0.5 mm?", ("AFT-01", "0.5", "mm")),
        ("what is the depth of a needle", ("depth", "needle")),
        ("the of and", ("the", "of", "and")),
        ("Depth depth DEPTH", ("DEPTH",)),
        ('"quoted" OR NEAR(a b) * -not ^', ("quoted", "NEAR", "b", "not")),
        ("don't / do_not", ("don't", "not")),
        ("!?… —", ()),
        ("", ()),
    ],
)
def test_words_are_read_from_what_was_typed(typed: str, words: tuple[str, ...]) -> None:
    assert read_query(typed).words == words


def test_twelve_words_and_two_hundred_characters_are_used_and_no_more() -> None:
    assert read_query(" ".join(ORDINARY[:MOST_WORDS])).is_cut is False
    many = read_query(" ".join(ORDINARY[:20]))
    assert (many.words, many.is_cut) == (tuple(ORDINARY[:MOST_WORDS]), True)
    long = read_query("x" * 300)
    assert (len(long.words[0]), long.is_cut) == (MOST_CHARACTERS, True)


@given(st.text())
def test_no_text_asks_for_more_than_may_be_asked(typed: str) -> None:
    query = read_query(typed)
    assert len(query.words) <= MOST_WORDS
    assert sum(map(len, query.words)) <= MOST_CHARACTERS
    assert all(any(character.isalnum() for character in word) for word in query.words)


# --- how it is put to a database ------------------------------------------------------------------------


def test_each_word_is_quoted_and_the_last_may_be_unfinished() -> None:
    assert fts5_expression(("needle", "dep"), every_word=True) == '"needle" AND "dep" *'
    assert fts5_expression(("needle", "dep"), every_word=False) == '"needle" OR "dep" *'
    assert tsquery_expression(("needle", "dep"), every_word=True) == "'needle' & 'dep':*"
    assert tsquery_expression(("don't", "dep"), every_word=False) == "'don''t' | 'dep':*"


def test_quotes_and_backslashes_cannot_end_a_word() -> None:
    assert fts5_expression(('a" OR "b',), every_word=True) == '"a"" OR ""b" *'
    assert tsquery_expression(("a\\' | 'b",), every_word=True) == "'a\\\\'' | ''b':*"


def test_sqlite_finds_by_stem_by_beginning_without_accents_and_by_number(fts5: sqlite3.Connection) -> None:
    for typed in ("depth", "minox", "cafe", "0.5 mm", "aft-01", "PRP minoxidil"):
        assert found_by(fts5, typed) == 1, typed
    assert found_by(fts5, "depth minoxidil") == 0
    assert found_by(fts5, "depth minoxidil", every_word=False) == 2


@given(typed=st.text(max_size=60), every_word=st.booleans())
def test_sqlite_takes_any_text(fts5: sqlite3.Connection, typed: str, *, every_word: bool) -> None:
    if read_query(typed).words:
        assert found_by(fts5, typed, every_word=every_word) in range(3)


# --- what may be shown ----------------------------------------------------------------------------------


def hit(entry_id: int, kind: EntryKind = EntryKind.LESSON, key: str = "one", anchor: str = "") -> Hit:
    return Hit(entry_id, "course", kind, key, anchor, "Title")


def test_a_lesson_is_one_result_and_terms_are_one_each() -> None:
    hits = [
        hit(1),
        hit(2, anchor="part"),
        hit(3, EntryKind.TERM, "glossary", "depth"),
        hit(4, EntryKind.TERM, "glossary", "band"),
        hit(5, key="two"),
    ]
    assert [one.entry_id for one, _access in chosen(hits, lambda _hit: Access.OPEN)] == [1, 3, 4, 5]


def test_what_may_not_be_seen_is_left_out_and_thirty_are_enough() -> None:
    hits = [hit(number, key=f"lesson-{number}") for number in range(100)]
    found = chosen(hits, lambda one: Access.LOCKED if one.entry_id % 2 else None)
    assert len(found) == MOST_RESULTS
    assert all(one.entry_id % 2 and access is Access.LOCKED for one, access in found)


def test_what_can_be_read_comes_before_what_cannot_and_else_the_best_first() -> None:
    allowed = [Access.NOT_JOINED, Access.LOCKED, Access.OPEN, Access.LOCKED, Access.OPEN]
    hits = [hit(number, key=f"lesson-{number}") for number in range(len(allowed))]
    assert [one.entry_id for one, _access in chosen(hits, lambda one: allowed[one.entry_id])] == [
        2,
        4,
        1,
        3,
        0,
    ]


# --- which words are shown ------------------------------------------------------------------------------


def said(text: str) -> Piece:
    return Piece(text, is_marked=False)


def test_finds_are_taken_apart_from_the_rest() -> None:
    marked = f"a {START}find{END} <b>"
    assert pieces(marked) == (said("a "), Piece("find", is_marked=True), said(" <b>"))


def test_an_excerpt_shows_the_place_with_most_finds() -> None:
    words = list(ORDINARY)
    for place in (3, 60, 63, 66):
        words[place] = f"{START}{words[place]}{END}"
    shown = excerpt(" ".join(words))
    assert [piece.text for piece in shown if piece.is_marked] == ["word60", "word63", "word66"]
    assert shown[0].text == "… "
    assert shown[-1].text == " …"


def test_a_short_text_is_shown_whole_and_a_long_one_without_finds_from_its_beginning() -> None:
    assert excerpt("all of it") == (said("all of it"),)
    shown = "".join(piece.text for piece in excerpt(" ".join(ORDINARY)))
    assert shown == " ".join(ORDINARY[:EXCERPT_WORDS]) + " …"


@given(st.text(alphabet=st.sampled_from(["a", " ", START, END, "<"]), max_size=400))
def test_whatever_is_marked_no_mark_is_shown_and_no_more_words_than_allowed(marked: str) -> None:
    shown = "".join(piece.text for piece in excerpt(marked))
    assert START not in shown
    assert END not in shown
    assert len(shown.split(" ")) <= EXCERPT_WORDS + 2


@given(st.text())
def test_no_entry_holds_what_would_pass_for_a_mark(text: str) -> None:
    held = clean(text)
    assert pieces(held) == ((said(held),) if held else ())
    assert "\x00" not in held
