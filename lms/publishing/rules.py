"""Decisions of publishing: what an import makes of each document.

The rule for revisions: identical bytes make nothing new; any other bytes make a new revision, also when
only comments or white space changed, because an export must give back exactly what was imported. The
digest of such a revision equals that of the one before, which shows that the meaning is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What an import made of a document."""

    NEW = "new"
    CHANGED = "changed"
    REWORDED = "same meaning, other bytes"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest stored revision of a document: its number, digest of meaning and digest of bytes."""

    number: int
    digest: str
    source_digest: str


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with one document: its outcome, and the number of the revision it stands at afterwards."""

    outcome: Outcome
    number: int

    @property
    def makes_revision(self) -> bool:
        """Whether a revision is to be stored."""
        return self.outcome is not Outcome.UNCHANGED


def next_step(newest: Newest | None, *, digest: str, source_digest: str) -> Step:
    """Return what the import of a document with these digests does, given its newest stored revision."""
    if newest is None:
        return Step(Outcome.NEW, 1)
    if newest.source_digest == source_digest:
        return Step(Outcome.UNCHANGED, newest.number)
    outcome = Outcome.REWORDED if newest.digest == digest else Outcome.CHANGED
    return Step(outcome, newest.number + 1)


def left_out(
    course_id: int, folders: Mapping[int, AbstractSet[int]], present: AbstractSet[int]
) -> frozenset[int]:
    """Return the documents that no course folder holds any more once this course's folder holds `present`.

    `folders` are the documents of every course folder before, by the id of the course's document.
    """
    elsewhere = {document for course, held in folders.items() if course != course_id for document in held}
    return frozenset(folders.get(course_id, frozenset()) - present - elsewhere)
