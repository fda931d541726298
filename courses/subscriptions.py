"""What the courses slice does about the events of the quizzes slice."""

from __future__ import annotations

from courses.service import on_attempt_graded, on_attempt_regraded, on_attempt_starting
from lms.core.events import Events
from quizzes.events import AttemptGraded, AttemptRegraded, AttemptStarting


def subscribe(events: Events) -> None:
    """Let courses decide who may start an attempt, and notice when one completes a course."""
    events.subscribe(AttemptStarting, on_attempt_starting)
    events.subscribe(AttemptGraded, on_attempt_graded)
    events.subscribe(AttemptRegraded, on_attempt_regraded)
