from __future__ import annotations

import pytest

from courses.content.course import parse_course
from courses.content.lesson import parse_lesson
from courses.content.lesson_siblings import check_lesson
from courses.kinds import document_kinds
from lms.core.errors import ContentError
from tests.unit.courses.documents import COURSE, LESSON, SmallProtocol

FILE = "lessons/one.md"


def problems_of(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        parse_lesson(text.encode(), FILE)
    return [str(problem) for problem in caught.value.problems]


def siblings(**more: object) -> dict[tuple[str, str], object]:
    course = parse_course(COURSE.encode(), "course.yaml")
    return {
        ("course", "small-course"): course,
        ("protocol", "small-protocol"): SmallProtocol(),
        ("figure", "drawing"): object(),
    }


def test_a_lesson_is_read_with_its_text_and_what_it_names() -> None:
    lesson = parse_lesson(LESSON.encode(), FILE)
    assert (lesson.key, lesson.minutes) == ("one", 10)
    assert lesson.text_line == 15
    assert lesson.text.lstrip().startswith("## A heading")
    assert [mention.name for mention in lesson.mentions.citations] == ["FACT-1", "someone2020", "FACT-1"]
    assert [mention.name for mention in lesson.mentions.figures] == ["drawing"]


@pytest.mark.parametrize("correct", ["true", "false"])
def test_a_check_has_exactly_one_correct_answer(correct: str) -> None:
    text = LESSON.replace("correct: true", f"correct: {correct}").replace(
        "That one, correct: false", f"That one, correct: {correct}"
    )
    (problem,) = problems_of(text)
    assert problem.startswith(f"{FILE}:11: checks[0].options: Exactly one answer must be correct; ")


def test_every_answer_says_why() -> None:
    (problem,) = problems_of(LESSON.replace("why: Because it is not.", 'why: ""'))
    assert problem.startswith(f"{FILE}:13: checks[0].options[1].why: ")


def test_a_lesson_may_do_without_a_check() -> None:
    head, rest = LESSON.split("checks:\n")
    lesson = parse_lesson((head + "---\n" + rest.split("---\n")[1]).encode(), FILE)
    assert lesson.checks == ()


def test_a_figure_is_listed_and_placed() -> None:
    (problem,) = problems_of(LESSON.replace("figures: [drawing]", "figures: [drawing, other]"))
    assert problem.startswith(f"{FILE}:7: figures[1]: The text does not place it.")
    (problem,) = problems_of(LESSON.replace("figures: [drawing]", "figures: []"))
    assert problem.startswith(f"{FILE}:20: text: The figure “drawing” is placed here")


def test_a_picture_by_address_is_refused_with_its_line() -> None:
    (problem,) = problems_of(LESSON + "\n![a picture](https://example.org/a.png)\n")
    assert problem.startswith(f"{FILE}:24: text: Pictures by address")


def test_headings_go_down_one_level_at_a_time() -> None:
    (problem,) = problems_of(LESSON + "\n#### Too deep\n")
    assert problem.startswith(f"{FILE}:24: text: The heading “####” skips a level.")


def test_a_file_without_front_matter_is_refused() -> None:
    assert problems_of("## Only text\n")[0].startswith(f"{FILE}:1: ")


def test_invalid_utf8_is_refused() -> None:
    with pytest.raises(ContentError):
        parse_lesson(LESSON.encode().replace(b"so.", b"\xff"), FILE)


def test_sources_and_citations_are_found_in_the_protocol() -> None:
    lesson = parse_lesson(LESSON.encode(), FILE)
    assert list(check_lesson(lesson, siblings(), FILE)) == []


def test_an_unknown_source_is_named_where_it_stands() -> None:
    text = LESSON.replace("sources: [FACT-1]", "sources: [FACT-9]").replace("[[someone2020]]", "[[nobody]]")
    problems = list(check_lesson(parse_lesson(text.encode(), FILE), siblings(), FILE))
    assert [(p.line, p.field) for p in problems] == [(8, "sources[0]"), (22, "text")]
    assert "FACT-9" in problems[0].message
    assert "nobody" in problems[1].message


def test_a_figure_that_the_folder_lacks_is_named() -> None:
    others = siblings()
    del others["figure", "drawing"]
    (problem,) = check_lesson(parse_lesson(LESSON.encode(), FILE), others, FILE)
    assert (problem.line, problem.field) == (7, "figures[0]")


def test_the_kinds_of_this_slice_have_their_places() -> None:
    assert [(kind.name, kind.file_of("a-key")) for kind in document_kinds()] == [
        ("course", "course.yaml"),
        ("lesson", "lessons/a-key.md"),
        ("figure", "figures/a-key.svg"),
        ("glossary", "glossary.yaml"),
    ]
