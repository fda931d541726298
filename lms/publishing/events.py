"""What publishing announces to the slices above it, within the same transaction."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FolderPublished:
    """A course folder was imported, or shares a document that changed with one that was.

    It is announced for an import that changed nothing too.
    """

    academy_id: int
    course_key: str
