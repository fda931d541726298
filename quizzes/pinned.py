"""The documents an attempt is pinned to, parsed, without a look-up once a process has seen them.

A digest names what a document means, and a revision never changes. So the digest that stands on the row
of an attempt is enough to find the parsed document again: a case page needs no statement for its documents.
What the attempt's seed makes of a case is kept the same way, by the digest and the seed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from lms.core.recent import Recent
from lms.core.work import Reading
from lms.publishing.queries import revisions
from quizzes.cases.model import Case, Variants
from quizzes.cases.variants import realise
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region
from quizzes.quiz_document import Quiz
from quizzes.regions.document import RegionProfile
from quizzes.rules import Mode, Place

CAPACITY = 2048
DRAWN_CAPACITY = 1024
PLACE_CAPACITY = 8192
NOTHING_TO_DRAW = Variants()
Document = TypeVar("Document")


class Pin(NamedTuple):
    """A revision as the rows of attempts name it."""

    revision_id: int
    digest: str


class CasePin(NamedTuple):
    """A case as one attempt shows it: what was pinned, and what the seed of the attempt makes of it."""

    case: Pin
    seed: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class _Held:
    documents: OrderedDict[str, object] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    drawn: Recent[tuple[str, str, bool], Case] = field(default_factory=lambda: Recent(DRAWN_CAPACITY))
    places: Recent[Place, CasePin] = field(default_factory=lambda: Recent(PLACE_CAPACITY))


_held_by_library: WeakKeyDictionary[Any, _Held] = WeakKeyDictionary()
"""One memory for each application's library: what one application holds, another never sees."""


def _held(library: Any) -> _Held:
    held = _held_by_library.get(library)
    return _held_by_library.setdefault(library, _Held()) if held is None else held


def pinned(reading: Reading, pins: Iterable[Pin]) -> Mapping[str, object]:
    """Return parsed documents by digest; one statement for those this process has not seen, else none."""
    held = _held(reading.documents)
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


def drawn_case(reading: Reading, attempt: Any, row: Any) -> tuple[Protocol, Case]:
    """Return protocol and case as an attempt shows them; `row` names the revisions and digests."""
    documents = pinned(
        reading,
        (Pin(row.protocol_revision_id, row.protocol_digest), Pin(row.case_revision_id, row.case_digest)),
    )
    protocol = one(documents, row.protocol_digest, Protocol)
    return protocol, drawn_from(reading, documents, case_pin_of(attempt, row))


def case_pin_of(attempt: Any, row: Any) -> CasePin:
    """Return what the rows of an attempt and of its case say about how the case is drawn."""
    return CasePin(Pin(row.case_revision_id, row.case_digest), attempt.seed, Mode(attempt.mode))


def drawn_from(reading: Reading, documents: Mapping[str, object], pin: CasePin) -> Case:
    """Return a case as drawn, from documents that hold it as written; nothing is drawn twice."""
    return _drawn(_held(reading.documents), one(documents, pin.case.digest, Case), pin)


def _drawn(held: _Held, written: Case, pin: CasePin) -> Case:
    """Draw a case, or find it drawn; minimal pairs are for practice, where they can be talked about."""
    contrasts, seed = pin.mode is Mode.PRACTICE, seed_that_matters(written, pin.seed)
    return held.drawn.get_or_make(
        (pin.case.digest, seed, contrasts), lambda: realise(written, seed or None, contrasts=contrasts)
    )


def seed_that_matters(written: Case, seed: str) -> str:
    """Return the seed, or the empty one for a case in which there is nothing to draw."""
    return seed if written.contrasts or written.variants != NOTHING_TO_DRAW else ""


def remember_place(reading: Reading, place: Place, pin: CasePin) -> None:
    """Keep what a place shows, which never changes once it was shown."""
    _held(reading.documents).places.keep(place, pin)


def remembered_place(library: Any, place: Place) -> tuple[Case, Mode] | None:
    """Return the case and mode of a place this process has shown before, or None; asks no database."""
    held = _held(library)
    pin = held.places.get(place)
    if pin is None:
        return None
    with held.lock:
        written = held.documents.get(pin.case.digest)
    return (_drawn(held, written, pin), pin.mode) if isinstance(written, Case) else None


def region_pin(row: Any) -> tuple[Pin, ...]:
    """Return the revision of the region that an attempt's row is pinned to; nothing where it has none."""
    digest = row.region_digest
    return () if digest is None else (Pin(row.region_revision_id, digest),)


def pinned_region(reading: Reading, row: Any) -> RegionProfile | None:
    """Return the region that an attempt was started in, whatever was chosen or has expired since; or None."""
    pins = region_pin(row)
    return one(pinned(reading, pins), pins[0].digest, RegionProfile) if pins else None


def pinned_limits(reading: Reading, row: Any, protocol: Protocol) -> Region | None:
    """Return the limits of an attempt's region that grading by a protocol applies, or None."""
    profile = pinned_region(reading, row)
    return None if profile is None else profile.limits_for(protocol.key)


def pinned_quiz(reading: Reading, row: Any) -> Quiz:
    """Return the quiz of a row that names its revision and digest."""
    documents = pinned(reading, (Pin(row.quiz_revision_id, row.quiz_digest),))
    return one(documents, row.quiz_digest, Quiz)
