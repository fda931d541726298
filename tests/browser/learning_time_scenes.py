"""The learning record: of somebody who has joined nothing, of a learner, and as an instructor sees it."""

from __future__ import annotations

from datetime import timedelta

from courses.learning_time.service import InLesson, note_seen
from tests.browser.scene import Scene
from tests.browser.sites import Site
from tests.support.course_taking import course_of, join
from tests.support.journeys import case_address, start_quiz
from tests.support.people import COURSE_KEY, Person
from tests.support.visitor import Visitor

LONG_NAME = "Maximiliane Hohenstaufen-Wolfenbüttel"


def learning_time_scenes(site: Site) -> list[Scene]:
    """Let somebody spend time on lessons and a case, and return the pages that show it."""
    newcomer = site.factories.person(name="Test Idle")
    learner = site.factories.person(name=LONG_NAME)
    instructor = site.factories.person("instructor", name="Test Timekeeper")
    join(site.runtime, learner)
    _spend_time(site, learner)
    _answer_a_case(site.factories.signed_in(learner))
    return [
        Scene("learning-record-empty", "/learning-record", newcomer),
        Scene("learning-record", "/learning-record", learner),
        Scene("learner-learning-record", f"/instructor/learners/{learner.uuid}/learning-record", instructor),
    ]


def _spend_time(site: Site, person: Person) -> None:
    """Note a quarter of an hour for each lesson, one lesson a day, more than is planned for all of them."""
    keys = course_of(site.runtime, person).lesson_keys
    now = site.clock()
    with site.runtime.work() as work:
        for day, key in enumerate(reversed(keys), start=1):
            where = InLesson(person.academy_id, person.learner_id, COURSE_KEY, key)
            for minute in range(16):
                note_seen(work.connection, now - timedelta(days=day, minutes=minute), where)


def _answer_a_case(visitor: Visitor) -> None:
    attempt = start_quiz(visitor, "practice-set")
    visitor.send(case_address(attempt, 1, 1), {"action": "postpone", "intent": "exit"})
