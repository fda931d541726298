"""Reading regions: those of an academy, a learner's choice among them, and the one an attempt gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from lms.core.work import Reading
from lms.publishing.queries import Published, published_many
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import region_in_force
from quizzes.regions.document import RegionProfile
from quizzes.regions.models import LearnerRegion
from quizzes.regions.rules import RegionChoice, choice_of

LEARNER_REGION = cast("sa.Table", LearnerRegion.__table__)
_MINE = (
    LEARNER_REGION.c.academy_id == sa.bindparam("academy_id"),
    LEARNER_REGION.c.learner_id == sa.bindparam("learner_id"),
)
CHOSEN = sa.select(LEARNER_REGION.c.region_key).where(
    *_MINE, LEARNER_REGION.c.protocol_key == sa.bindparam("protocol_key")
)
ALL_CHOSEN = sa.select(LEARNER_REGION.c.protocol_key, LEARNER_REGION.c.region_key).where(*_MINE)


@dataclass(frozen=True, slots=True)
class ProtocolRegions:
    """The regions of one protocol by name, and the learner's choice among them."""

    protocol: Protocol
    profiles: tuple[RegionProfile, ...]
    choice: RegionChoice


def regions_page(reading: Reading, *, academy_id: int, learner_id: int) -> tuple[ProtocolRegions, ...]:
    """Return every protocol of an academy that has regions, by title, with the learner's choice."""
    found = [
        one.document
        for one in published_many(reading, academy_id=academy_id, kind="region")
        if isinstance(one.document, RegionProfile)
    ]
    rows = reading.connection.execute(ALL_CHOSEN, {"academy_id": academy_id, "learner_id": learner_id})
    chosen: dict[str, str] = {row.protocol_key: row.region_key for row in rows}
    listed = []
    for one in published_many(reading, academy_id=academy_id, kind="protocol"):
        protocol = one.document
        profiles = tuple(
            sorted((each for each in found if each.protocol == one.key), key=lambda each: each.name)
        )
        if isinstance(protocol, Protocol) and profiles:
            choice = choice_of(profiles, chosen.get(one.key), reading.now.date())
            listed.append(ProtocolRegions(protocol, profiles, choice))
    return tuple(sorted(listed, key=lambda each: each.protocol.title))


def region_choice(
    reading: Reading,
    *,
    academy_id: int,
    learner_id: int,
    protocol_key: str,
    profiles: Sequence[RegionProfile],
) -> RegionChoice:
    """Return a learner's choice among the published regions of a protocol; without any, asks nothing."""
    if not profiles:
        return choice_of((), None, reading.now.date())
    chosen = chosen_key(reading, academy_id=academy_id, learner_id=learner_id, protocol_key=protocol_key)
    return choice_of(profiles, chosen, reading.now.date())


def chosen_key(reading: Reading, *, academy_id: int, learner_id: int, protocol_key: str) -> str | None:
    """Return the key of the region that a learner has chosen for a protocol, or None."""
    named = {"academy_id": academy_id, "learner_id": learner_id, "protocol_key": protocol_key}
    found: str | None = reading.connection.execute(CHOSEN, named).scalar_one_or_none()
    return found


def region_to_pin(
    reading: Reading, *, academy_id: int, learner_id: int, protocol_key: str
) -> Published | None:
    """Return the revision of the learner's region that a new attempt is graded by; None where none counts.

    That is: none is chosen, it is not published, nobody has checked it, or its last day is over.
    """
    chosen = chosen_key(reading, academy_id=academy_id, learner_id=learner_id, protocol_key=protocol_key)
    if chosen is None:
        return None
    for one in published_many(reading, academy_id=academy_id, kind="region"):
        profile = one.document
        if one.key == chosen and isinstance(profile, RegionProfile) and profile.protocol == protocol_key:
            in_force = region_in_force(profile.limits, reading.now.date())
            return None if in_force is None else one
    return None
