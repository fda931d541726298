"""Storing where a learner works. What an attempt that runs is graded by stays as it is."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.core.errors import InvalidInput
from lms.core.text import _
from lms.core.work import Work
from lms.publishing.queries import published_many
from quizzes.regions.document import RegionProfile
from quizzes.regions.models import LearnerRegion


def choose_region(
    work: Work, *, academy_id: int, learner_id: int, protocol_key: str, region_key: str | None
) -> None:
    """Store the learner's region for a protocol; None takes the choice back. Repeating changes nothing.

    Raises `InvalidInput` for a region that is not published for that protocol.
    """
    mine = (
        LearnerRegion.academy_id == academy_id,
        LearnerRegion.learner_id == learner_id,
        LearnerRegion.protocol_key == protocol_key,
    )
    if region_key is None:
        work.session.execute(sa.delete(LearnerRegion).where(*mine))
        return
    _require_published(work, academy_id, protocol_key, region_key)
    if _changed(work, mine, region_key):
        return
    try:
        with work.session.begin_nested():
            work.session.add(
                LearnerRegion(
                    academy_id=academy_id,
                    learner_id=learner_id,
                    protocol_key=protocol_key,
                    region_key=region_key,
                    chosen_at=work.now,
                )
            )
    except IntegrityError:  # another request of the same person stored one just now
        _changed(work, mine, region_key)


def _require_published(work: Work, academy_id: int, protocol_key: str, region_key: str) -> None:
    for one in published_many(work, academy_id=academy_id, kind="region"):
        if one.key == region_key and isinstance(one.document, RegionProfile):
            if one.document.protocol == protocol_key:
                return
            break
    raise InvalidInput(_("There is no such region in this list. Choose another one."), field=protocol_key)


def _changed(work: Work, mine: tuple[sa.ColumnElement[bool], ...], region_key: str) -> bool:
    """Change the stored choice, if there is one; return whether there is."""
    stored = work.session.scalar(sa.select(LearnerRegion).where(*mine).with_for_update())
    if stored is None:
        return False
    if stored.region_key != region_key:
        stored.region_key, stored.chosen_at = region_key, work.now
        work.session.flush()
    return True
