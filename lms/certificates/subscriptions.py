"""What the certificates slice does about the events of other slices."""

from __future__ import annotations

from courses.events import CourseCompleted
from lms.certificates.service import on_course_completed
from lms.core.events import Events


def subscribe(events: Events) -> None:
    """Issue a certificate whenever a course is completed."""
    events.subscribe(CourseCompleted, on_course_completed)
