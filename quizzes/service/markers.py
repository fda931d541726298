"""Markers: what an academy says of a flawed decision or statement, and what of it is in force."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.core.errors import Conflict, NotFound
from lms.core.text import _
from lms.core.work import Reading, Work
from quizzes.grading.grade import NO_MARKERS, Marker
from quizzes.models import GradeMarker

Markers = Mapping[tuple[str, int], Mapping[str, Marker]]
"""By key of the case and number of the visit: what is marked, and how it counts."""

MARKER = cast("sa.Table", GradeMarker.__table__)
IN_FORCE = sa.select(MARKER.c.case_key, MARKER.c.visit, MARKER.c.target, MARKER.c.effect).where(
    MARKER.c.academy_id == sa.bindparam("academy_id"),
    MARKER.c.case_key.in_(sa.bindparam("case_keys", expanding=True)),
    MARKER.c.withdrawn_at.is_(None),
)
"""Answered by the index of active markers alone."""


def markers_in_force(reading: Reading, *, academy_id: int, case_keys: Collection[str]) -> Markers:
    """Return the markers of cases that were not withdrawn, by one statement."""
    found: dict[tuple[str, int], dict[str, Marker]] = {}
    for row in reading.connection.execute(
        IN_FORCE, {"academy_id": academy_id, "case_keys": sorted(set(case_keys))}
    ):
        found.setdefault((row.case_key, row.visit), {})[row.target] = row.effect
    return found


def of_visit(markers: Markers, case_key: str, visit: int) -> Mapping[str, Marker]:
    """Return the markers of one visit: what is marked, and how it counts."""
    return markers.get((case_key, visit), NO_MARKERS)


def set_marker(
    work: Work,
    *,
    academy_id: int,
    learner_id: int,
    case_key: str,
    place: tuple[int, str],
    effect: Marker,
    reason: str,
) -> None:
    """Mark a decision or statement; `place` is the visit and the target. A repeated click changes nothing.

    Grades stay as they are until they are regraded; attempts that close from now on count it at once.
    Raises `Conflict` when it is marked otherwise already.
    """
    visit, target = place
    standing = _active(work, academy_id, case_key, visit, target)
    if standing is None:
        marker = GradeMarker(
            academy_id=academy_id,
            case_key=case_key,
            visit=visit,
            target=target,
            effect=effect,
            reason=reason,
            learner_id=learner_id,
            created_at=work.now,
        )
        try:
            with work.session.begin_nested():
                work.session.add(marker)
        except IntegrityError:  # somebody else marked it at this very moment
            standing = _active(work, academy_id, case_key, visit, target)
    if standing is not None and standing.effect != effect:
        raise Conflict(_("This is marked in another way already. Withdraw that marker first."))


def _active(work: Work, academy_id: int, case_key: str, visit: int, target: str) -> GradeMarker | None:
    return work.session.scalar(
        sa.select(GradeMarker).where(
            GradeMarker.academy_id == academy_id,
            GradeMarker.case_key == case_key,
            GradeMarker.visit == visit,
            GradeMarker.target == target,
            GradeMarker.withdrawn_at.is_(None),
        )
    )


def withdraw_marker(work: Work, *, academy_id: int, case_key: str, marker_id: int) -> None:
    """Withdraw a marker, which stays in the table; one already withdrawn stays so. Raises `NotFound`."""
    marker = work.session.scalar(
        sa.select(GradeMarker)
        .where(
            GradeMarker.id == marker_id,
            GradeMarker.academy_id == academy_id,
            GradeMarker.case_key == case_key,
        )
        .with_for_update()
    )
    if marker is None:
        raise NotFound(_("There is no such marker. Open the case to see its markers."))
    if marker.withdrawn_at is None:
        marker.withdrawn_at = work.now
