"""The runtime: everything one application of Papilla runs on, in one frozen object.

It is the only state, kept in `app.extensions["lms"]`, so that two applications in one process, each
with its own database, never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lms.core.group_commit import GroupCommit
from lms.core.mail import Mailer
from lms.core.outbox import Delivery
from lms.core.rate_limits import RateLimits
from lms.core.settings import Settings
from lms.core.work import Glance, Reading, Work, Workshop

if TYPE_CHECKING:
    import sqlalchemy as sa

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Runtime:
    """What views, commands and the worker work with."""

    settings: Settings
    workshop: Workshop
    group_commit: GroupCommit
    limits: RateLimits
    mailer: Mailer
    deliveries: Mapping[str, Delivery]
    """How each kind of outbox message leaves the process."""
    kinds: Mapping[str, Any]
    """The kinds of authored documents by name (`lms.publishing.kinds.DocumentKind`)."""
    interactions: Mapping[str, Any] = field(default_factory=dict)
    """The kinds of tasks by name (`quizzes.interactions.contract.Interaction`)."""
    template_roots: Mapping[str, Path] = field(default_factory=dict)
    """Folders of templates outside the blueprints, by the prefix of their names."""
    chores: tuple[Callable[[Work], object], ...] = ()
    """What the worker does every minute, each in a unit of work of its own."""
    home_panels: list[Callable[..., Mapping[str, Any]]] = field(default_factory=list)
    """What other slices add to the home page: `(reading, member)` to `template` and its context.

    With `comes_first` it stands before the courses: something to do today.
    """
    import_notes: tuple[Callable[..., Iterable[str]], ...] = ()
    """What upper slices say after an import: `(reading, *, academy_id, course_key)` to lines."""
    lesson_parts: tuple[Callable[[Any], Any], ...] = ()
    """What upper slices add to a lesson: its `LessonPage` to a `courses.lesson_pages.LessonPart`."""
    lesson_watchers: tuple[Callable[[Any, str, str], None], ...] = ()
    """What upper slices do when somebody opens or does something in a lesson: `(member, course, lesson)`."""

    @property
    def documents(self) -> Any:
        """Return the cache of parsed revisions."""
        return self.workshop.documents

    def now(self) -> datetime:
        """Return the present instant by the application's clock."""
        return self.workshop.clock()

    def work(self) -> Work:
        """Return a new unit of work, to be used in a `with` statement."""
        return Work(self.workshop)

    def reading(self) -> Reading:
        """Return a new snapshot to read from, to be used in a `with` statement."""
        return Reading(self.workshop)

    def glance(self) -> Glance:
        """Return a new reading of one statement, to be used in a `with` statement."""
        return Glance(self.workshop)

    def save_in_group(self, deed: Callable[[sa.Connection, datetime], Result]) -> Result:
        """Run a small write durably together with those of others; see `lms.core.group_commit`."""
        return self.group_commit.save(deed)
