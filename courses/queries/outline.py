"""The outline of a course for one learner: modules and lessons with their numbers, states and locks."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from courses.queries.shelf import Shelf
from courses.queries.standing import Standing
from courses.rules import Lock, Progress, UnitState, module_lock, next_lesson, progress_of, unit_states
from lms.core.recent import Recent

CAPACITY = 256
"""Outlines kept per course: learners who are equally far share one."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A lesson in an outline; `number` reads “3.2”. The state is None for whoever has not joined."""

    key: str
    number: str
    title: str
    minutes: int
    state: UnitState | None


@dataclass(frozen=True, slots=True)
class ModuleOutline:
    """A module in an outline; `lock` says why it is not open yet."""

    key: str
    number: int
    title: str
    minutes: int
    lock: Lock | None
    lessons: tuple[Unit, ...]
    quizzes: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Return whether every lesson of the module is done."""
        return all(unit.state is UnitState.DONE for unit in self.lessons)


@dataclass(frozen=True, slots=True)
class Outline:
    """All modules of a course, the learner's progress, and the lesson to continue with."""

    modules: tuple[ModuleOutline, ...]
    progress: Progress
    current: Unit | None
    made_of: Hashable
    """Tells this outline apart from every other one of the same application, without comparing them."""

    @property
    def lessons(self) -> tuple[Unit, ...]:
        """Return all lessons in the order of the course."""
        return tuple(unit for module in self.modules for unit in module.lessons)


_outlines: WeakKeyDictionary[Shelf, Recent[Hashable, Outline]] = WeakKeyDictionary()


def outline_of(shelf: Shelf, standing: Standing | None) -> Outline:
    """Return the outline of a course for a learner, or for somebody who has not joined."""
    progress = (standing.done, standing.opened) if standing else None
    outlines = _outlines.setdefault(shelf, Recent(CAPACITY))
    return outlines.get_or_make(progress, lambda: _outlined(shelf, standing))


def _outlined(shelf: Shelf, standing: Standing | None) -> Outline:
    modules = shelf.course.modules
    done = standing.done if standing else frozenset[str]()
    opened = standing.opened if standing else ()
    states = unit_states(modules, done, opened) if standing else {}
    outlined = tuple(
        ModuleOutline(
            key=module.key,
            number=number,
            title=module.title,
            minutes=sum(shelf.lesson(key).minutes for key in module.lessons),
            lock=module_lock(modules, module.key, done) if standing else None,
            lessons=tuple(
                Unit(
                    key=key,
                    number=f"{number}.{place}",
                    title=shelf.lesson(key).title,
                    minutes=shelf.lesson(key).minutes,
                    state=states.get(key),
                )
                for place, key in enumerate(module.lessons, start=1)
            ),
            quizzes=module.quizzes,
        )
        for number, module in enumerate(modules, start=1)
    )
    current = next_lesson(modules, done, opened) if standing else None
    units = (unit for module in outlined for unit in module.lessons)
    return Outline(
        modules=outlined,
        progress=progress_of(shelf.course.lesson_keys, done),
        current=next((unit for unit in units if unit.key == current), None),
        made_of=(shelf.academy_id, shelf.edition, shelf.course.key, standing and done, current),
    )
