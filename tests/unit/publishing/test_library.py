from __future__ import annotations

import threading

import pytest

from lms.core.errors import ConfigurationError, Problem
from lms.publishing.documents import digest_of
from lms.publishing.kinds import DocumentKind, kinds_by_name
from lms.publishing.library import Library
from tests.unit.publishing.small_course import Figure, check_nothing, parse_figure


class CountingKind:
    """A kind that counts how often it parses."""

    def __init__(self) -> None:
        self.parsed = 0
        self.kinds = kinds_by_name([DocumentKind("figure", "figures", ".svg", self.parse, check_nothing)])

    def parse(self, source: bytes, file: str) -> Figure:
        self.parsed += 1
        return parse_figure(source, file)


def take(library: Library, key: str, source: bytes) -> object:
    return library.parsed(kind="figure", key=key, source_digest=digest_of(source), source=source)


def test_a_document_is_parsed_once() -> None:
    counting = CountingKind()
    library = Library(counting.kinds)
    assert take(library, "a", b"<svg/>") is take(library, "a", b"<svg/>")
    assert counting.parsed == 1


def test_the_same_bytes_under_two_keys_are_two_documents() -> None:
    library = Library(CountingKind().kinds)
    assert take(library, "a", b"<svg/>") == Figure("a", 6)
    assert take(library, "b", b"<svg/>") == Figure("b", 6)


def test_the_least_recently_used_leave_first() -> None:
    counting = CountingKind()
    library = Library(counting.kinds, capacity=2)
    for key in ("a", "b", "a", "c"):
        take(library, key, b"x")
    assert library.held(kind="figure", key="a", source_digest=digest_of(b"x")) is not None
    assert library.held(kind="figure", key="b", source_digest=digest_of(b"x")) is None


def test_the_sources_of_what_is_held_are_bounded_in_bytes() -> None:
    library = Library(CountingKind().kinds, capacity_bytes=10)
    take(library, "a", b"x" * 6)
    take(library, "b", b"y" * 6)
    assert library.held(kind="figure", key="a", source_digest=digest_of(b"x" * 6)) is None
    assert take(library, "huge", b"z" * 50) == Figure("huge", 50)
    assert library.held(kind="figure", key="huge", source_digest=digest_of(b"z" * 50)) is None


def test_an_unknown_kind_is_a_wrong_configuration() -> None:
    with pytest.raises(ConfigurationError, match="“poem”"):
        Library(CountingKind().kinds).parsed(kind="poem", key="a", source_digest="", source=b"")


def test_many_threads_share_one_library() -> None:
    library = Library(CountingKind().kinds, capacity=8)
    wrong: list[Problem | object] = []

    def read_often() -> None:
        for number in range(400):
            key = f"k{number % 12}"
            if take(library, key, key.encode()) != Figure(key, len(key)):
                wrong.append(key)

    threads = [threading.Thread(target=read_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
