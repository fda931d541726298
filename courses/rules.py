"""What is open, what is locked and why, how far somebody is, and when a course is completed. Pure.

A module opens when every lesson of every module it requires is done; its lessons then open together.
What somebody has done stays open to them, whatever later editions of the course require, so that doing
more never locks anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from courses.content.course import Module
from lms.core.text import _, ngettext

MORNING = range(4, 12)
AFTERNOON = range(12, 18)


class UnitState(StrEnum):
    """Where a learner stands with a lesson; `current` is the one to continue with."""

    DONE = "done"
    CURRENT = "current"
    OPEN = "open"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Lock:
    """Why something is not open yet: the module to finish first, or how many lessons of the course are left.

    `module_number` counts from 1 and is None where all lessons of the course are needed.
    """

    module_number: int | None
    lessons_left: int

    @property
    def reason(self) -> str:
        """Return what to do first, in the reader's language."""
        if self.module_number is not None:
            return _("Finish module %(number)s first.", number=self.module_number)
        return ngettext(
            "Finish every lesson first: %(number)s is left.",
            "Finish every lesson first: %(number)s are left.",
            self.lessons_left,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How many lessons of how many are done."""

    done: int
    total: int

    @property
    def fraction(self) -> float:
        """Return the part that is done, from 0 to 1; a course without lessons is not begun."""
        return self.done / self.total if self.total else 0.0

    @property
    def is_complete(self) -> bool:
        """Return whether every lesson is done."""
        return self.total > 0 and self.done == self.total


def progress_of(lessons: Collection[str], done: Collection[str]) -> Progress:
    """Return the progress through lessons; what was done outside of them does not count."""
    return Progress(done=sum(key in done for key in lessons), total=len(lessons))


def module_lock(modules: Sequence[Module], module_key: str, done: Collection[str]) -> Lock | None:
    """Return why a module is locked, naming the first unfinished module it requires, or None."""
    required = next(module.requires for module in modules if module.key == module_key)
    for number, module in enumerate(modules, start=1):
        missing = [key for key in module.lessons if key not in done]
        if module.key in required and missing:
            return Lock(module_number=number, lessons_left=len(missing))
    return None


def lesson_lock(modules: Sequence[Module], lesson_key: str, done: Collection[str]) -> Lock | None:
    """Return why a lesson is locked, or None if it may be read. A lesson that was done stays open."""
    if lesson_key in done:
        return None
    module = next(module for module in modules if lesson_key in module.lessons)
    return module_lock(modules, module.key, done)


def _finished(modules: Sequence[Module], done: Collection[str]) -> set[str]:
    """Return the modules of which every lesson is done."""
    return {module.key for module in modules if all(key in done for key in module.lessons)}


def assessment_lock(modules: Sequence[Module], done: Collection[str]) -> Lock | None:
    """Return why the assessment is locked, or None once every lesson of the course is done."""
    left = sum(key not in done for module in modules for key in module.lessons)
    return Lock(module_number=None, lessons_left=left) if left else None


def next_lesson(modules: Sequence[Module], done: Collection[str], opened: Sequence[str] = ()) -> str | None:
    """Return the lesson to continue with, or None when all are done.

    It is the one opened last (`opened` is in the order of opening) that is not done and still open to the
    learner, else the first open one in the order of the course.
    """
    finished = _finished(modules, done)
    waiting = [
        key
        for module in modules
        if finished.issuperset(module.requires)
        for key in module.lessons
        if key not in done
    ]
    started = [key for key in opened if key in waiting]
    return started[-1] if started else next(iter(waiting), None)


def unit_states(
    modules: Sequence[Module], done: Collection[str], opened: Sequence[str] = ()
) -> Mapping[str, UnitState]:
    """Return the state of every lesson of a course."""
    current, finished = next_lesson(modules, done, opened), _finished(modules, done)
    states: dict[str, UnitState] = {}
    for module in modules:
        locked = not finished.issuperset(module.requires)
        for key in module.lessons:
            if key in done:
                states[key] = UnitState.DONE
            elif key == current:
                states[key] = UnitState.CURRENT
            else:
                states[key] = UnitState.LOCKED if locked else UnitState.OPEN
    return states


def is_completed(modules: Sequence[Module], done: Collection[str], *, assessment_passed: bool) -> bool:
    """Return whether a course is completed: every lesson done and the assessment passed, in either order."""
    return assessment_passed and assessment_lock(modules, done) is None


def part_of_day(hour: int) -> str:
    """Return “morning”, “afternoon” or “evening” for an hour, 0 to 23; the small hours are evening."""
    if hour in MORNING:
        return "morning"
    return "afternoon" if hour in AFTERNOON else "evening"
