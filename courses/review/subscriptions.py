"""What spaced review does about the events of courses and quizzes."""

from __future__ import annotations

from courses.events import LessonDone
from courses.review.service import confirming, mini_cases
from courses.review.service.decks import on_lesson_done
from lms.core.events import Events
from quizzes.events import AttemptGraded, AttemptRegraded


def subscribe(events: Events) -> None:
    """Let lessons bring cards, and attempts confirm contraindications and end mini-cases."""
    events.subscribe(LessonDone, on_lesson_done)
    events.subscribe(AttemptGraded, confirming.on_attempt_graded)
    events.subscribe(AttemptGraded, mini_cases.on_attempt_graded)
    events.subscribe(AttemptRegraded, confirming.on_attempt_regraded)
