from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.course import Module
from courses.rules import (
    UnitState,
    assessment_lock,
    is_completed,
    lesson_lock,
    module_lock,
    next_lesson,
    part_of_day,
    progress_of,
    unit_states,
)


def module(key: str, lessons: str, *requires: str) -> Module:
    return Module(key=key, title=key, minutes=10, lessons=tuple(lessons.split()), requires=requires)


MODULES = (module("m1", "a b"), module("m2", "c", "m1"), module("m3", "d e", "m1", "m2"))


@st.composite
def courses(draw: st.DrawFn) -> tuple[Module, ...]:
    """Courses whose modules require only earlier ones, which is any course without a circle."""
    made: list[Module] = []
    for number in range(draw(st.integers(1, 6))):
        earlier = [one.key for one in made]
        required = draw(st.sets(st.sampled_from(earlier))) if earlier else set()
        count = draw(st.integers(1, 4))
        made.append(module(f"m{number}", " ".join(f"l{number}x{n}" for n in range(count)), *sorted(required)))
    return tuple(made)


def lessons_of(modules: tuple[Module, ...]) -> list[str]:
    return [key for one in modules for key in one.lessons]


@st.composite
def courses_with_more_and_less_done(draw: st.DrawFn) -> tuple[tuple[Module, ...], set[str], set[str]]:
    modules = draw(courses())
    more = draw(st.sets(st.sampled_from(lessons_of(modules))))
    less = draw(st.sets(st.sampled_from(sorted(more)))) if more else set()
    return modules, less, more


def test_a_module_opens_when_those_it_requires_are_finished() -> None:
    assert module_lock(MODULES, "m1", set()) is None
    assert module_lock(MODULES, "m2", {"a"}) is not None
    assert module_lock(MODULES, "m2", {"a", "b"}) is None


def test_the_reason_names_the_first_module_to_finish() -> None:
    lock = module_lock(MODULES, "m3", {"a", "c"})
    assert lock is not None
    assert lock.reason == "Finish module 1 first."
    lock = module_lock(MODULES, "m3", {"a", "b"})
    assert lock is not None
    assert lock.reason == "Finish module 2 first."


def test_lessons_of_an_open_module_are_all_open() -> None:
    assert unit_states(MODULES, set()) == {
        "a": UnitState.CURRENT,
        "b": UnitState.OPEN,
        "c": UnitState.LOCKED,
        "d": UnitState.LOCKED,
        "e": UnitState.LOCKED,
    }


def test_what_was_done_stays_open_although_its_module_is_locked_again() -> None:
    assert lesson_lock(MODULES, "c", {"c"}) is None
    assert unit_states(MODULES, {"c"})["c"] is UnitState.DONE


def test_one_continues_where_one_was_last() -> None:
    assert next_lesson(MODULES, set(), ["b"]) == "b"
    assert next_lesson(MODULES, {"b"}, ["b"]) == "a"
    assert next_lesson(MODULES, {"a", "b"}, ["a", "b"]) == "c"
    assert next_lesson(MODULES, set(), ["d"]) == "a", "a locked lesson is nothing to continue with"
    assert next_lesson(MODULES, set("abcde"), ["e"]) is None


def test_the_assessment_opens_with_the_last_lesson() -> None:
    lock = assessment_lock(MODULES, set("abc"))
    assert lock is not None
    assert lock.reason == "Finish every lesson first: 2 are left."
    lock = assessment_lock(MODULES, set("abcd"))
    assert lock is not None
    assert lock.reason == "Finish every lesson first: 1 is left."
    assert assessment_lock(MODULES, set("abcde")) is None


def test_a_course_is_completed_by_both_lessons_and_assessment() -> None:
    assert is_completed(MODULES, set("abcde"), assessment_passed=True)
    assert not is_completed(MODULES, set("abcde"), assessment_passed=False)
    assert not is_completed(MODULES, set("abcd"), assessment_passed=True)


def test_lessons_of_an_older_edition_do_not_count() -> None:
    progress = progress_of(["a", "b"], {"a", "x", "y"})
    assert (progress.done, progress.total, progress.fraction) == (1, 2, 0.5)
    assert not progress.is_complete


@given(courses_with_more_and_less_done())
def test_doing_more_never_locks_anything(case: tuple[tuple[Module, ...], set[str], set[str]]) -> None:
    modules, less, more = case
    for key in lessons_of(modules):
        if lesson_lock(modules, key, less) is None:
            assert lesson_lock(modules, key, more) is None
    if assessment_lock(modules, less) is None:
        assert assessment_lock(modules, more) is None


@given(courses_with_more_and_less_done())
def test_progress_stays_between_nothing_and_all_and_never_falls(
    case: tuple[tuple[Module, ...], set[str], set[str]],
) -> None:
    modules, less, more = case
    lessons = lessons_of(modules)
    low, high = progress_of(lessons, less), progress_of(lessons, more)
    assert 0 <= low.fraction <= high.fraction <= 1
    assert high.is_complete == (set(lessons) <= more)


@given(courses(), st.data())
def test_there_is_always_an_open_lesson_to_continue_with_until_all_are_done(
    modules: tuple[Module, ...], data: st.DataObject
) -> None:
    done: set[str] = set()
    lessons = lessons_of(modules)
    for _ in lessons:
        opened = data.draw(st.lists(st.sampled_from(lessons), max_size=3))
        following = next_lesson(modules, done, opened)
        assert following is not None
        assert following not in done
        assert lesson_lock(modules, following, done) is None
        assert list(unit_states(modules, done, opened).values()).count(UnitState.CURRENT) == 1
        done.add(following)
    assert next_lesson(modules, done) is None
    assert assessment_lock(modules, done) is None


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (3, "evening"),
        (4, "morning"),
        (11, "morning"),
        (12, "afternoon"),
        (17, "afternoon"),
        (18, "evening"),
        (0, "evening"),
    ],
)
def test_the_greeting_follows_the_hour(hour: int, part: str) -> None:
    assert part_of_day(hour) == part
