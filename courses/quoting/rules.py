"""Which values of a lesson have changed since somebody last knew them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.content.values import ValueBase, is_literal, resolved_or_none


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored revision of a protocol: its id, and since when it has been in force."""

    revision_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody looked at: a revision of the lesson with the values of a revision of the protocol."""

    lesson_revision_id: int
    protocol_revision_id: int


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """A reference in a lesson whose words have changed; None where a revision has no such value."""

    reference: str
    old: str | None
    new: str | None


def last_known(
    protocols: Sequence[Stored],
    *,
    lesson_revision_id: int,
    published_at: datetime,
    seen: Iterable[Seen],
) -> int | None:
    """Return the revision of the protocol whose values somebody last held against a lesson, or None.

    Whoever wrote this revision of the lesson knew the protocol in force on that moment; whoever looked at it
    since knew a later one. `protocols` are all revisions of the protocol, the oldest first; None means that
    the lesson is older than all of them.
    """
    in_force = [one.revision_id for one in protocols if one.since <= published_at]
    looked_at = {one.protocol_revision_id for one in seen if one.lesson_revision_id == lesson_revision_id}
    known = [one.revision_id for one in protocols if one.revision_id in looked_at]
    order = [one.revision_id for one in protocols]
    return max((*in_force[-1:], *known), key=order.index, default=None)


def changed_values(references: Iterable[str], old: ValueBase, new: ValueBase) -> tuple[ChangedValue, ...]:
    """Return each reference once, in order, whose words differ between two revisions of a protocol."""
    wanted = dict.fromkeys(reference for reference in references if not is_literal(reference))
    both = ((one, resolved_or_none(one, old), resolved_or_none(one, new)) for one in wanted)
    return tuple(ChangedValue(one, before, after) for one, before, after in both if before != after)
