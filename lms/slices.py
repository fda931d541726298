"""The slices of Papilla, listed once: pages, kinds of documents, subscriptions, chores.

Adding a slice is its folder, its lines here, a migration and a page of documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import flask

import courses.checks.views
import courses.kinds
import courses.learning_time.models
import courses.learning_time.views
import courses.models
import courses.offline.views
import courses.quoting.models
import courses.quoting.queries
import courses.quoting.views
import courses.review.models
import courses.review.subscriptions
import courses.review.views
import courses.search.models
import courses.search.service
import courses.search.views
import courses.subscriptions
import courses.views
import lms.academies.models
import lms.academies.views
import lms.accounts.models
import lms.accounts.views
import lms.certificates.models
import lms.certificates.service
import lms.certificates.subscriptions
import lms.certificates.views
import lms.clinical_review.models
import lms.clinical_review.showing
import lms.clinical_review.views
import lms.core.outbox
import lms.publishing.models
import quizzes.kinds
import quizzes.models
import quizzes.regions.models
import quizzes.regions.views
import quizzes.service.attempts
import quizzes.views
from lms.academies.service import on_learner_joined
from lms.accounts.events import LearnerJoined
from lms.core.events import Events
from lms.core.settings import Settings
from lms.core.work import Work
from lms.publishing.events import FolderPublished
from lms.publishing.kinds import DocumentKind, kinds_by_name
from quizzes.interactions.registry import Registry, load_registry

BLUEPRINTS: tuple[Callable[[], flask.Blueprint], ...] = (
    lms.accounts.views.blueprint,
    lms.academies.views.blueprint,
    lms.clinical_review.views.blueprint,
    quizzes.views.blueprint,
    quizzes.regions.views.blueprint,
    courses.views.blueprint,
    courses.quoting.views.blueprint,
    courses.checks.views.blueprint,
    courses.review.views.blueprint,
    courses.learning_time.views.blueprint,
    courses.search.views.blueprint,
    courses.offline.views.blueprint,
    lms.certificates.views.blueprint,
)

CHORES: tuple[Callable[[Work], object], ...] = (
    quizzes.service.attempts.close_overdue_attempts,
    lms.certificates.service.resign_status_lists,
)
"""What the worker does every minute, each in its own unit of work."""

HOME_PANELS: tuple[Callable[..., Mapping[str, Any]], ...] = (
    courses.review.views.home_panel,
    courses.quoting.views.home_panel,
    lms.certificates.views.home_panel,
)
"""What slices above the courses add to the home page."""

IMPORT_NOTES: tuple[Callable[..., Iterable[str]], ...] = (courses.quoting.queries.import_notes,)
"""What slices say once a content folder has been imported."""

LESSON_PARTS: tuple[Callable[..., Any], ...] = (
    courses.checks.views.lesson_part,
    courses.learning_time.views.lesson_part,
    courses.offline.views.lesson_part,
)
"""What slices above the courses add to the page of a lesson, in this order."""

LESSON_WATCHERS: tuple[Callable[[Any, str, str], None], ...] = (courses.learning_time.views.note_visit,)
"""What slices above the courses do when somebody opens or does something in a lesson."""


def document_kinds(interactions: Registry | None = None) -> dict[str, DocumentKind]:
    """Return every kind of authored document by name; None stands for the interactions of our own."""
    return dict(
        kinds_by_name(
            (*quizzes.kinds.document_kinds(interactions), *courses.kinds.document_kinds(interactions))
        )
    )


def interactions_of(settings: Settings) -> Registry:
    """Return the kinds of tasks of an installation. Raises `ConfigurationError` for one that is broken."""
    return load_registry(tuple(settings.interactions.replace(",", " ").split()))


def template_roots(interactions: Registry) -> dict[str, Path]:
    """Return the folders of templates outside the blueprints, by the prefix of their names."""
    return {f"lms/interactions/{kind}": one.folder for kind, one in interactions.items()}


def subscribe(events: Events) -> None:
    """Connect what lower slices announce to what upper ones do about it."""
    events.subscribe(LearnerJoined, on_learner_joined)
    courses.subscriptions.subscribe(events)
    courses.review.subscriptions.subscribe(events)
    events.subscribe(FolderPublished, courses.search.service.on_folder_published)
    events.subscribe(FolderPublished, lms.clinical_review.showing.on_folder_published)
    lms.certificates.subscriptions.subscribe(events)


def template_folders() -> tuple[str, ...]:
    """Return the folders that mail templates are found in."""
    packages: tuple[Any, ...] = (lms.core, lms.accounts, lms.academies, quizzes, courses, lms.certificates)
    return tuple(str(Path(package.__path__[0]) / "templates") for package in packages)
