"""The documents an attempt is pinned to, parsed, without a look-up once a process has seen them.

A digest names what a document means, and a revision never changes. So the digest that stands on the row
of an attempt is enough to find the parsed document again: a case page needs no statement for its documents.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from lms.core.work import Reading
from lms.publishing.queries import revisions
from quizzes.cases.model import Case
from quizzes.protocols.model import Protocol
from quizzes.quiz_document import Quiz

CAPACITY = 2048
Document = TypeVar("Document")


class Pin(NamedTuple):
    """A revision as the rows of attempts name it."""

    revision_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class _Held:
    documents: OrderedDict[str, object]
    lock: threading.Lock


_held_by_library: WeakKeyDictionary[Any, _Held] = WeakKeyDictionary()
"""One memory for each application's library: what one application holds, another never sees."""


def pinned(reading: Reading, pins: Iterable[Pin]) -> Mapping[str, object]:
    """Return parsed documents by digest; one statement for those this process has not seen, else none."""
    held = _held_by_library.get(reading.documents)
    if held is None:
        held = _held_by_library.setdefault(reading.documents, _Held(OrderedDict(), threading.Lock()))
    found: dict[str, object] = {}
    missing: dict[int, str] = {}
    with held.lock:
        for pin in pins:
            document = held.documents.get(pin.digest)
            if document is None:
                missing[pin.revision_id] = pin.digest
            else:
                held.documents.move_to_end(pin.digest)
                found[pin.digest] = document
    if missing:
        loaded = {each.digest: each.document for each in revisions(reading, revision_ids=missing).values()}
        with held.lock:
            held.documents.update(loaded)
            while len(held.documents) > CAPACITY:
                held.documents.popitem(last=False)
        found.update(loaded)
    return found


def one(documents: Mapping[str, object], digest: str, shape: type[Document]) -> Document:
    """Return the document with this digest; raises `TypeError` if it is of another kind."""
    document = documents[digest]
    if not isinstance(document, shape):
        raise TypeError(f"Expected a {shape.__name__}, found a {type(document).__name__}.")
    return document


def pinned_case(reading: Reading, row: Any) -> tuple[Protocol, Case]:
    """Return protocol and case of a row that names their revisions and digests."""
    documents = pinned(
        reading,
        (Pin(row.protocol_revision_id, row.protocol_digest), Pin(row.case_revision_id, row.case_digest)),
    )
    return one(documents, row.protocol_digest, Protocol), one(documents, row.case_digest, Case)


def pinned_quiz(reading: Reading, row: Any) -> Quiz:
    """Return the quiz of a row that names its revision and digest."""
    documents = pinned(reading, (Pin(row.quiz_revision_id, row.quiz_digest),))
    return one(documents, row.quiz_digest, Quiz)
