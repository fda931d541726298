from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.course import check_course, find_cycle, parse_course
from lms.core.errors import ContentError
from tests.unit.courses.documents import COURSE


def problems_of(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        parse_course(text.encode(), "course.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_a_course_is_read_with_its_modules_in_order() -> None:
    course = parse_course(COURSE.encode(), "course.yaml")
    assert course.key == "small-course"
    assert [module.key for module in course.modules] == ["first", "second"]
    assert course.lesson_keys == ("one", "two", "three")
    assert course.quiz_keys == ("practice-set", "final")
    assert course.certificate.validity_months == 24
    assert course.credit_lines == ("Source, named.",)


def test_prerequisites_in_a_circle_are_refused_and_the_circle_is_named() -> None:
    text = COURSE.replace("    minutes: 10\n", "    minutes: 10\n    requires: [second]\n")
    (problem,) = problems_of(text)
    assert problem.startswith("course.yaml:13: modules[0].requires: ")
    assert "first → second → first" in problem


def test_a_module_that_requires_itself_is_a_circle_too() -> None:
    (problem,) = problems_of(COURSE.replace("requires: [first]", "requires: [second]"))
    assert "second → second" in problem


def test_a_prerequisite_that_does_not_exist_is_named_with_its_line() -> None:
    assert problems_of(COURSE.replace("requires: [first]", "requires: [zeroth]")) == [
        "course.yaml:17: modules[1].requires[0]: There is no module “zeroth” in this course."
    ]


def test_a_lesson_in_two_modules_is_refused() -> None:
    (problem,) = problems_of(COURSE.replace("lessons: [three]", "lessons: [three, one]"))
    assert problem.startswith("course.yaml:18: modules[1].lessons[1]: “one” is listed more than once")


def test_all_problems_come_at_once() -> None:
    text = COURSE.replace("key: small-course", "key: Small Course").replace("hours: 0.5", "hours: 0")
    text = text.replace("title: First module", 'title: " "')
    problems = problems_of(text)
    assert [problem.split(": ")[1] for problem in problems] == [
        "key",
        "modules[0].title",
        "certificate.hours",
    ]


def test_an_unknown_field_is_refused_with_its_line() -> None:
    (problem,) = problems_of(COURSE + "colour: blue\n")
    assert problem.startswith("course.yaml:27: colour: ")


def test_what_the_folder_lacks_is_named_where_the_course_names_it() -> None:
    course = parse_course(COURSE.encode(), "course.yaml")
    siblings = {("lesson", "one"): object(), ("lesson", "three"): object(), ("quiz", "final"): object()}
    problems = {(p.line, p.field) for p in check_course(course, siblings, "course.yaml")}
    assert problems == {(4, "protocol"), (13, "modules[0].lessons[1]"), (19, "practice")}


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=4)))
def test_a_circle_is_found_exactly_when_no_order_exists(requires: dict[str, list[str]]) -> None:
    cycle = find_cycle(requires)
    waiting = dict(requires)
    while waiting:
        free = [key for key, needed in waiting.items() if not set(needed) & set(waiting)]
        if not free:
            break
        for key in free:
            del waiting[key]
    assert bool(cycle) == bool(waiting)
    if cycle:
        assert cycle[0] == cycle[-1]
        assert all(after in requires[before] for before, after in itertools.pairwise(cycle))
