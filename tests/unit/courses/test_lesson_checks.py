"""Knowledge checks of lessons, and what lessons name in the other documents of their folder."""

from __future__ import annotations

import pytest

from courses.content.checks import CaseCheck, OneBestAnswer, TaskCheck, posed, task_checks
from courses.content.course import parse_course
from courses.content.glossary import check_glossary, parse_glossary
from courses.content.lesson import Lesson, parse_lesson
from courses.content.lesson_siblings import check_lesson
from lms.core.errors import ContentError
from quizzes.protocols.actions import Action
from quizzes.protocols.parse import parse_protocol
from quizzes.quiz_document import Quiz, parse_quiz
from tests.support.people import COURSE_FOLDER
from tests.unit.courses.documents import COURSE, GLOSSARY, LESSON, SmallProtocol

FILE = "lessons/one.md"

TASK = """\
  - key: order
    kind: ordering
    prompt: In which order?
    about: [MEC-01]
    why: First things first.
    items:
      - {key: first, text: First}
      - {key: second, text: Second}
      - {key: third, text: Third}
"""
CASE = "  - {case: c01, why: Look for the one thing.}\n"
QUESTION = LESSON[LESSON.index("  - question") : LESSON.index("---\n\n##")]


def lesson_with(*checks: str, body: str = "Text.\n") -> str:
    listed = "checks:\n" + "".join(checks) if checks else ""
    return f"---\nkey: one\ntitle: One\nminutes: 1\n{listed}---\n{body}"


def parsed(text: str) -> Lesson:
    return parse_lesson(text.encode(), FILE)


def problems_of(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        parsed(text)
    return [str(problem) for problem in caught.value.problems]


def practice(*cases: str) -> Quiz:
    text = f"key: practice-set\ntitle: P\ncourse: small-course\nmode: practice\ncases: [{', '.join(cases)}]\n"
    return parse_quiz(
        f"{text}pass_mark_percent: 60\nfeedback: after_case\n".encode(), "quizzes/practice-set.yaml"
    )


def siblings(**more: object) -> dict[tuple[str, str], object]:
    return {
        ("course", "small-course"): parse_course(COURSE.encode(), "course.yaml"),
        ("protocol", "small-protocol"): SmallProtocol(),
        **{(kind, "any"): document for kind, document in more.items()},
    }


def found(text: str, others: dict[tuple[str, str], object]) -> list[str]:
    return [str(problem) for problem in check_lesson(parsed(text), others, FILE)]


def test_a_lesson_has_checks_of_three_forms() -> None:
    question, task, case = parsed(lesson_with(QUESTION, TASK, CASE)).checks
    assert isinstance(question, OneBestAnswer)
    assert [option.correct for option in question.options] == [True, False]
    assert isinstance(task, TaskCheck)
    assert (task.key, task.kind, task.task.row) == ("order", "ordering", "spotting")
    assert case == CaseCheck(case="c01", why="Look for the one thing.")
    assert (question.form, task.form, case.form) == ("one_best_answer", "task", "case")
    assert list(task_checks([question, task, case])) == ["order"]


def test_the_one_question_of_old_is_refused_with_what_to_write() -> None:
    (problem,) = problems_of(LESSON.replace("checks:\n  - question", "check:\n    question"))
    assert problem.startswith(f"{FILE}:9: check: A lesson has “checks”, a list of 1 to 4. Write “checks:”")


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        (["  - {title: x}\n"], ":6: checks[0]: A check is a question with “options”, a task with a “kind”"),
        (["  - just words\n"], ":6: checks[0]: A check is a question"),
        ([CASE, "  - {case: c02}\n"], ":7: checks[1].why: This field is missing."),
        ([CASE, "  - {case: c02, why: ''}\n"], ":7: checks[1].why: Say in one sentence what to look for."),
        ([CASE, CASE], ":5: checks: “c01” names 2 checks of this lesson."),
        ([TASK, TASK], ":5: checks: “order” names 2 tasks of this lesson."),
        (
            [TASK.replace("why: First", "row: scope\n    why: First")],
            ":10: checks[0].row: A task of a lesson has no row",
        ),
        ([TASK.replace("ordering", "sorting")], ":7: checks[0].kind: There is no kind of task “sorting”."),
        ([TASK.replace("In which order?", '""')], ":8: checks[0].prompt: This is empty."),
        ([TASK.replace("      - {key: third, text: Third}\n", "")], "checks[0].items: "),
        ([TASK.replace("about: [MEC-01]", "about: []")], ":9: checks[0].about: A graded task rests on facts"),
        ([TASK + "    most: 3\n"], "checks[0].most: There is no field “most” here."),
        ([TASK.replace("First things", "In {{ SPACE")], ":10: checks[0].why: A “{{” must close with “}}”"),
        (["  - {question: Q}\n"], ":6: checks[0].options: This field is missing."),
        ([CASE] * 5, ":5: checks: Give a list of 1 to 4 checks, or leave the field out."),
    ],
)
def test_a_check_that_is_none_is_named_where_it_stands(checks: list[str], said: str) -> None:
    assert any(said in problem for problem in problems_of(lesson_with(*checks))), problems_of(
        lesson_with(*checks)
    )


def test_no_lesson_asks_for_the_votes_of_a_panel() -> None:
    text = (
        "  - {key: votes, kind: concordance, prompt: P, about: [MEC-01], why: W, thinking: T, learning: L,\n"
        "     votes: {much_less: 3, less: 6, same: 2, more: 1}}\n"
    )
    (problem,) = problems_of(lesson_with(text))
    assert problem.startswith(f"{FILE}:6: checks[0].kind: “concordance” is for contested cases only.")


def test_an_empty_list_of_checks_is_none() -> None:
    (problem,) = problems_of(lesson_with().replace("minutes: 1\n", "minutes: 1\nchecks: []\n"))
    assert problem.startswith(f"{FILE}:5: checks: Give a list of 1 to 4 checks")


def test_broken_references_and_repeated_terms_are_named_with_their_lines() -> None:
    text = lesson_with(body="One [[term:thing]].\n\n{{ SPACE and [[term:Big Thing]]\n\nTwo [[term:thing]].\n")
    said = problems_of(text.replace("minutes: 1\n", "minutes: 1\nobjectives: ['{{ A']\n"))
    assert [problem.split(": ")[0] for problem in said] == [f"{FILE}:{n}" for n in (5, 9, 9, 11)]
    assert "objectives[0]: A “{{” must close" in said[0]
    assert "“[[term:” starts something that never ends." in said[1]
    assert "“{{” starts something that never ends." in said[2]
    assert "“thing” is marked twice." in said[3]


def test_a_title_quotes_no_value() -> None:
    (problem,) = problems_of(lesson_with().replace("title: One", "title: 'In {{ SPACE }}'"))
    assert problem.startswith(f"{FILE}:3: title: A title quotes no value.")


def test_numbers_typed_in_any_part_are_named_where_they_stand() -> None:
    text = lesson_with(
        QUESTION.replace("Which one", "After 24 hours"), body="Wait two weeks.\n\nThen 1.5 mm.\n"
    )
    said = found(text.replace("minutes: 1\n", "minutes: 1\nkey_points: [In 3 months]\n"), siblings())
    assert [problem.split(" is typed")[0] for problem in said] == [
        f"{FILE}:5: key_points[0]: “3 months”",
        f"{FILE}:7: checks[0].question: “24 hours”",
        f"{FILE}:12: text: “two weeks”",
        f"{FILE}:14: text: “1.5 mm”",
    ]
    assert 'write {{ "1.5 mm" }}' in said[3]


def test_values_that_the_protocol_does_not_have_are_named_where_they_stand() -> None:
    text = lesson_with(QUESTION.replace("Which one", "After {{ SPACE.least }}"), body="Wait\n{{ SPACES }}.\n")
    assert [problem.split(": ", 2)[:2] for problem in found(text, siblings())] == [
        [f"{FILE}:6", "checks[0].question"],
        [f"{FILE}:12", "text"],
    ]


def test_terms_are_those_of_the_glossary() -> None:
    text = lesson_with(body="A [[term:thing]] and a [[term:thingy]].\n")
    known = siblings(glossary=parse_glossary(GLOSSARY.encode(), "glossary.yaml"))
    (problem,) = found(text, known)
    assert problem.startswith(f"{FILE}:6: text: The glossary has no term “thingy”. Did you mean “thing”?")
    assert len(found(text, siblings())) == 2


def test_cases_are_those_of_the_practice_set() -> None:
    others = siblings()
    others["quiz", "practice-set"] = practice("c01", "c07-itchy")
    text = lesson_with(CASE, "  - {case: c07-itch, why: W}\n")
    (problem,) = found(text, others)
    assert problem.startswith(
        f"{FILE}:7: checks[1].case: The course's practice set has no case “c07-itch”. Did"
    )
    assert len(found(text, siblings())) == 2


def test_tasks_rest_on_facts_of_the_protocol() -> None:
    course = COURSE.replace("protocol: small-protocol", "protocol: scalp-microneedling")
    protocol = parse_protocol((COURSE_FOLDER / "protocol.yaml").read_bytes(), "protocol.yaml")
    others: dict[tuple[str, str], object] = {
        ("course", "small-course"): parse_course(course.encode(), "course.yaml"),
        ("protocol", "scalp-microneedling"): protocol,
    }
    assert found(lesson_with(TASK), others) == []
    (problem,) = found(lesson_with(TASK.replace("MEC-01", "MEC-011")), others)
    assert problem.startswith(
        f"{FILE}:9: checks[0].about[0]: The protocol has no fact “MEC-011”. Did you mean"
    )
    task = task_checks(parsed(lesson_with(TASK)).checks)["order"]
    put = posed(protocol)
    assert put.key.action is Action.PROCEED
    best = task.interaction.read(task, put.visit, task.interaction.perfect(task, put))
    assert task.interaction.grade(task, put, best, {}).decisions[0].credit == 1


def test_a_glossary_is_read_and_its_faults_are_named() -> None:
    glossary = parse_glossary(GLOSSARY.encode(), "glossary.yaml")
    assert [term.also for term in glossary.terms] == [("object",), ()]
    assert list(check_glossary(glossary, siblings(), "glossary.yaml")) == []
    faulty = (
        GLOSSARY.replace("key: other-thing", "key: thing")
        .replace("[object]", "[Thing, '']")
        .replace("{{ PAUSE.range }}", "{{ PAUSE")
    )
    with pytest.raises(ContentError) as caught:
        parse_glossary(faulty.encode(), "glossary.yaml")
    assert [str(problem).split(": ")[1] for problem in caught.value.problems] == [
        "terms[0].definition",
        "terms[0].also[0]",
        "terms[0].also[1]",
        "terms[1].key",
    ]


def test_a_glossary_names_only_what_the_protocol_has() -> None:
    text = GLOSSARY.replace("[FACT-1]", "[someone2020, FACT-9]").replace("PAUSE.range", "PAUSE.length")
    glossary = parse_glossary(text.encode(), "glossary.yaml")
    said = [str(problem) for problem in check_glossary(glossary, siblings(), "glossary.yaml")]
    assert [problem.split(": ")[:2] for problem in said] == [
        ["glossary.yaml:7", "terms[0].sources[1]"],
        ["glossary.yaml:5", "terms[0].definition"],
    ]


def test_an_empty_glossary_is_none() -> None:
    with pytest.raises(ContentError) as caught:
        parse_glossary(b"key: words\nterms: []\n", "glossary.yaml")
    assert "terms: A glossary has 1 to 500 terms" in str(caught.value)
