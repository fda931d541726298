"""The page of a lesson: the outline beside it, the lesson itself, and where to go before and after."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from courses.content.course import Course
from courses.content.lesson import Lesson
from courses.content.render import RenderedLesson, Words
from courses.queries.outline import Outline, Unit, outline_of
from courses.queries.shelf import shelf_of
from courses.queries.standing import standing_in
from courses.rules import Lock, UnitState
from lms.core.work import Reading
from quizzes.protocols.model import Protocol
from quizzes.regions.queries import region_choice
from quizzes.regions.rules import RegionChoice
from quizzes.regions.showing import RegionalView, regional_view


@dataclass(frozen=True, slots=True)
class LessonPage:
    """What the page of a lesson shows. `rendered` is None where the learner may not read it (yet)."""

    course: Course
    outline: Outline
    lesson: Lesson
    unit: Unit
    module_title: str
    previous: Unit | None
    following: Unit | None
    is_enrolled: bool
    is_opened: bool
    lock: Lock | None
    rendered: RenderedLesson | None
    completed_at: datetime | None
    protocol: Protocol
    made_of: Hashable
    """Tells the published content of this page apart from any other."""
    region: RegionChoice

    @property
    def regional(self) -> RegionalView | None:
        """Return what the learner's region makes of the facts cited, or None where none of them varies."""
        cited = () if self.rendered is None else self.rendered.sources
        varying = [one.source.name for one in cited if one.source.varies_by_region]
        return regional_view(self.region, self.protocol, varying) if varying else None


def lesson_page(
    reading: Reading, *, academy_id: int, learner_id: int, course_key: str, lesson_key: str, words: Words
) -> LessonPage:
    """Return the page of a lesson, locked or not. Raises `NotFound` for an unknown course or lesson."""
    shelf = shelf_of(reading, academy_id=academy_id, course_key=course_key)
    lesson = shelf.lesson(lesson_key)
    standing = standing_in(reading, academy_id=academy_id, learner_id=learner_id, course_key=course_key)
    outline = outline_of(shelf, standing)
    units = outline.lessons
    place = next(index for index, unit in enumerate(units) if unit.key == lesson_key)
    unit = units[place]
    module = next(module for module in outline.modules if unit in module.lessons)
    readable = unit.state not in {None, UnitState.LOCKED}
    return LessonPage(
        course=shelf.course,
        outline=outline,
        lesson=lesson,
        unit=unit,
        module_title=module.title,
        previous=units[place - 1] if place else None,
        following=units[place + 1] if place + 1 < len(units) else None,
        is_enrolled=standing is not None,
        is_opened=standing is not None and lesson_key in standing.opened,
        lock=module.lock if unit.state is UnitState.LOCKED else None,
        rendered=shelf.rendered(lesson_key, words) if readable else None,
        completed_at=standing.completed_at if standing else None,
        protocol=cast("Protocol", shelf.protocol.document),
        made_of=(academy_id, shelf.edition, course_key),
        region=region_choice(
            reading,
            academy_id=academy_id,
            learner_id=learner_id,
            protocol_key=shelf.course.protocol,
            profiles=shelf.regions,
        ),
    )
