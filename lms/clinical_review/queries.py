"""Who has signed which edition of a course, and what is to be signed now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from lms.clinical_review.models import ClinicalSignature
from lms.clinical_review.rules import Place, ReviewState, Signature, changed_since, edition_of, state_of
from lms.core.work import Reading
from lms.publishing.kinds import COURSE
from lms.publishing.queries import published_folder, published_many

SIGNATURES = cast("sa.Table", ClinicalSignature.__table__)


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A signature as the page of a course lists it; `changed` are documents that differ by now."""

    uuid: UUID
    signature: Signature
    statement: str
    comment: str
    is_current: bool
    changed: tuple[tuple[str, str], ...]
    withdrawn_at: datetime | None
    withdrawal_reason: str


@dataclass(frozen=True, slots=True)
class CourseReview:
    """What a reviewer sees of a course: its documents, their edition, and every signature, newest first."""

    course_key: str
    title: str
    edition: str
    documents: tuple[Place, ...]
    state: ReviewState
    lines: tuple[SignatureLine, ...]

    def has_signed(self, reviewer_id: int) -> bool:
        """Return whether somebody has signed what is published now."""
        return any(one.reviewer_id == reviewer_id for one in self.state.signatures)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return how many documents of each kind there are."""
        kinds = [kind for kind, _key, _digest in self.documents]
        return tuple((kind, kinds.count(kind)) for kind in sorted(set(kinds)))


def documents_of(reading: Reading, *, academy_id: int, course_key: str) -> tuple[Place, ...]:
    """Return kind, key and digest of everything published of a course, sorted. Raises `NotFound`."""
    folder = published_folder(reading, academy_id=academy_id, course_key=course_key)
    return tuple(sorted((one.kind, one.key, one.digest) for one in folder.values()))


def review_state(reading: Reading, *, academy_id: int, course_key: str) -> ReviewState:
    """Return who has signed what is published of a course. Raises `NotFound`."""
    documents = documents_of(reading, academy_id=academy_id, course_key=course_key)
    rows = _rows(reading, academy_id, course_key)
    return state_of([_signature(row) for row in rows], edition_of(documents))


def course_review(reading: Reading, *, academy_id: int, course_key: str) -> CourseReview:
    """Return the page of a course under review. Raises `NotFound`."""
    documents = documents_of(reading, academy_id=academy_id, course_key=course_key)
    edition = edition_of(documents)
    rows = _rows(reading, academy_id, course_key)
    title = next(
        one.document.title  # type: ignore[attr-defined]
        for one in published_many(reading, academy_id=academy_id, kind=COURSE)
        if one.key == course_key
    )
    return CourseReview(
        course_key=course_key,
        title=title,
        edition=edition,
        documents=documents,
        state=state_of([_signature(row) for row in rows], edition),
        lines=tuple(_line(row, documents, edition) for row in reversed(rows)),
    )


def course_reviews(reading: Reading, *, academy_id: int) -> tuple[CourseReview, ...]:
    """Return every published course of an academy with its signatures, sorted by key."""
    keys = [one.key for one in published_many(reading, academy_id=academy_id, kind=COURSE)]
    return tuple(course_review(reading, academy_id=academy_id, course_key=key) for key in keys)


def _rows(reading: Reading, academy_id: int, course_key: str) -> Sequence[Any]:
    statement = (
        sa.select(SIGNATURES)
        .where(SIGNATURES.c.academy_id == academy_id, SIGNATURES.c.course_key == course_key)
        .order_by(SIGNATURES.c.signed_at, SIGNATURES.c.id)
    )
    return reading.connection.execute(statement).all()


def _signature(row: Any) -> Signature:
    return Signature(
        row.reviewer_id, row.name, row.credentials, row.edition, row.signed_at, row.withdrawn_at is not None
    )


def _line(row: Any, documents: tuple[Place, ...], edition: str) -> SignatureLine:
    signed = [(str(kind), str(key), str(digest)) for kind, key, digest in row.documents]
    return SignatureLine(
        uuid=row.uuid,
        signature=_signature(row),
        statement=row.statement,
        comment=row.comment,
        is_current=row.edition == edition,
        changed=changed_since(signed, documents),
        withdrawn_at=row.withdrawn_at,
        withdrawal_reason=row.withdrawal_reason or "",
    )
