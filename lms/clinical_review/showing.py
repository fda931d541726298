"""The state of clinical review as every page shows it, kept for half a minute.

Pages with clinical content ask for it many times a second, and it changes a few times a year; keeping it
spares two statements a page. What this process publishes or signs shows at once, what another does within
`SECONDS`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from lms.academies.access import current_member
from lms.clinical_review.queries import review_state
from lms.clinical_review.rules import ReviewState
from lms.core.errors import NotFound
from lms.core.recent import Recent
from lms.core.web import runtime
from lms.core.work import Work
from lms.publishing.events import FolderPublished
from lms.publishing.kinds import COURSE
from lms.publishing.queries import published_many

SECONDS = 30.0
CAPACITY = 256
_NOBODY = ReviewState()
_states: WeakKeyDictionary[Any, Recent[tuple[int, str], tuple[float, ReviewState]]] = WeakKeyDictionary()
"""By application, for which its library stands: the latest states, each with the moment it was read."""


def clinical_review(course_key: str | None = None) -> ReviewState:
    """Return who has signed what is published of a course, or of the least reviewed course of the academy."""
    member = current_member()
    if member is None:
        return _NOBODY
    academy_id = member.academy_id
    return _kept(academy_id, course_key or "", lambda: _read(academy_id, course_key))


def forget_states() -> None:
    """Read every state anew when it is next asked for."""
    _states.pop(runtime().documents, None)


def on_folder_published(work: Work, _event: FolderPublished) -> None:
    """Read every state anew: what is published now is another edition."""
    _states.pop(work.documents, None)


def _kept(academy_id: int, place: str, read: Callable[[], ReviewState]) -> ReviewState:
    states = _states.setdefault(runtime().documents, Recent(CAPACITY))
    now = time.monotonic()
    found = states.get((academy_id, place))
    if found is not None and now - found[0] < SECONDS:
        return found[1]
    state = read()
    states.keep((academy_id, place), (now, state))
    return state


def _read(academy_id: int, course_key: str | None) -> ReviewState:
    with runtime().reading() as reading:
        if course_key is not None:
            try:
                return review_state(reading, academy_id=academy_id, course_key=course_key)
            except NotFound:  # no longer published: an old attempt still shows it
                return _NOBODY
        keys = [one.key for one in published_many(reading, academy_id=academy_id, kind=COURSE)]
        states = [review_state(reading, academy_id=academy_id, course_key=key) for key in keys]
    return min(states, key=lambda state: len(state.signatures), default=_NOBODY)
