"""What `content check` says of lessons, which facts courses cover, and that the supplied ones are clean."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.course import parse_course
from courses.content.coverage import Coverage, coverage_of, coverage_page
from courses.content.glossary import parse_glossary
from courses.content.lesson import Lesson, parse_lesson
from courses.content.report import LessonReport, minutes_by_rule, report_course, report_lesson
from lms.publishing.checks import examine_folder
from lms.publishing.folders import course_folders
from lms.publishing.kinds import FolderReport
from lms.slices import document_kinds
from quizzes.protocols.model import Protocol
from tests.support.people import COURSE_FOLDER
from tests.unit.courses.documents import COURSE, GLOSSARY, LESSON, SmallProtocol

LIBRARY = COURSE_FOLDER.parent
DOCS = LIBRARY.parents[1] / "docs"
WORDS = " ".join(["word"] * 97)

Documents = dict[tuple[str, str], object]


@cache
def folder(path: Path) -> tuple[Documents, tuple[str, ...]]:
    checked, problems = examine_folder(path, document_kinds())
    return {(one.kind, one.key): one.document for one in checked}, tuple(map(str, problems))


def lesson(body: str, *, minutes: int = 1, head: str = "") -> Lesson:
    text = f"---\nkey: one\ntitle: One\nminutes: {minutes}\n{head}---\n{body}\n"
    return parse_lesson(text.encode(), "lessons/one.md")


def small_folder(one: Lesson) -> Documents:
    return {
        ("course", "small-course"): parse_course(COURSE.encode(), "course.yaml"),
        ("protocol", "small-protocol"): SmallProtocol(),
        ("lesson", "one"): one,
    }


def reported(body: str, *, minutes: int = 1, head: str = "") -> LessonReport:
    return report_lesson(lesson(body, minutes=minutes, head=head), SmallProtocol())


def test_words_are_those_that_learners_see() -> None:
    terms = parse_glossary(GLOSSARY.encode(), "glossary.yaml").by_key
    one = lesson(
        "## Two words\n\nWait {{ SPACE }} for the [[term:other-thing]]. [[FACT-1]]",
        head='objectives: ["After {{ PAUSE.study }}"]\nkey_points: [One]\n',
    )
    # Two, words; Wait 2 to 4 weeks for the other thing; After 12 weeks; One
    assert report_lesson(one, SmallProtocol(), terms).text_words == 2 + 9
    assert report_lesson(one, SmallProtocol(), terms).words == 11 + 3 + 1


def test_the_words_of_checks_count_and_their_keys_do_not() -> None:
    head = (
        "checks:\n  - question: What now?\n    options:\n"
        "      - {text: This, correct: true, why: It is so}\n      - {text: That, correct: false, why: No}\n"
        "  - {key: order, kind: ordering, prompt: In order, about: [FACT-1], why: Why not, items: [\n"
        "      {key: first, text: A}, {key: second, text: B}, {key: third, text: C}]}\n"
        "  - {case: some-case, why: Look there}\n"
    )
    report = reported("Text.", head=head)
    assert report.words == 1 + (2 + 1 + 3 + 1 + 1) + (2 + 2 + 3) + 2
    assert report.minutes == 2 + 6


@given(words=st.integers(0, 3000), cases=st.integers(0, 4))
def test_minutes_are_rounded_down(words: int, cases: int) -> None:
    minutes = minutes_by_rule(words, cases)
    assert 0 <= words + 200 + 600 * cases - 100 * minutes < 100


def test_minutes_that_are_too_many_are_a_problem_of_the_check() -> None:
    found = report_course(small_folder(lesson(WORDS, minutes=3)))
    (problem,) = found.problems
    assert str(problem).startswith(
        "lessons/one.md:4: minutes: The lesson takes 2 minutes by the rule, and 3 are written: 97 words"
    )
    assert report_course(small_folder(lesson(WORDS, minutes=2))).problems == ()


def test_a_table_has_a_line_for_each_lesson() -> None:
    lines = report_course(small_folder(parse_lesson(LESSON.encode(), "lessons/one.md"))).lines
    assert lines[0].split() == [
        *("lesson", "words", "minutes", "written", "age", "figures", "terms", "checks", "sources")
    ]
    assert lines[1].split()[0] == "one"
    assert lines[1].split()[5:] == ["1", "0", "1", "2"]
    assert len({len(line) for line in lines}) == 1


def hints_of(found: FolderReport) -> list[str]:
    return [str(hint) for hint in found.hints]


def test_what_is_worth_a_look_is_a_hint() -> None:
    hints = hints_of(report_course(small_folder(lesson("Cat. [[FACT-1]]"))))
    assert not any("reading age" in hint for hint in hints)
    assert "lessons/one.md:2: checks: The number of checks is 0; 1 to 4 are wanted." in hints
    assert "lessons/one.md:6: text: The number of words of text is 1; 400 to 900 are wanted." in hints
    assert (
        "lessons/one.md:6: text: “FACT-1” is cited here and missing from “sources” at the top. Add it."
        in hints
    )
    assert not any("terms" in hint for hint in hints)
    sums = [hint for hint in hints if hint.startswith("course.yaml:")]
    assert sums[0].endswith(": modules[0].minutes: The minutes of the module's lessons come to 1, not 10.")
    assert sums[-1].endswith(": minutes: The minutes of the course's lessons come to 1, not 30.")


def test_hard_texts_are_told_to_be_simpler() -> None:
    hard = "Immediately usually minoxidil epidermis aesthetician society " * 6
    (hint,) = [h for h in hints_of(report_course(small_folder(lesson(hard)))) if "reading age" in h]
    assert "at most 16 is wanted. Shorter sentences and everyday words lower it." in hint


def test_terms_are_counted_where_there_is_a_glossary() -> None:
    documents = small_folder(lesson("A [[term:thing]]."))
    documents["glossary", "small-words"] = parse_glossary(GLOSSARY.encode(), "glossary.yaml")
    assert any(
        "The number of terms is 1; 3 to 6 are wanted." in hint for hint in hints_of(report_course(documents))
    )


def test_a_folder_without_a_course_has_no_table() -> None:
    assert report_course({}) == FolderReport()


@pytest.mark.parametrize("path", course_folders(LIBRARY), ids=lambda path: path.name)
def test_the_supplied_courses_have_no_problems(path: Path) -> None:
    documents, problems = folder(path)
    assert problems == ()
    assert [str(problem) for problem in report_course(documents).problems] == []


def supplied() -> Coverage:
    found = coverage_of(folder(COURSE_FOLDER)[0])
    assert found is not None
    return found


def test_the_page_of_coverage_is_current() -> None:
    found = [coverage_of(folder(path)[0]) for path in course_folders(LIBRARY)]
    page = coverage_page(one for one in found if one is not None)
    assert (DOCS / "coverage.md").read_text(encoding="utf-8") == page, (
        "Run `flask lms content coverage courses/library`."
    )


def test_every_section_of_the_article_and_every_disagreement_is_taught() -> None:
    coverage = supplied()
    article = coverage.protocol.article
    assert article is not None
    for section in article.sections:
        facts = [
            name
            for name, fact in coverage.protocol.facts.items()
            if section in {source.key for source in fact.sources if source.kind == "article"}
        ]
        assert coverage.lessons_citing(facts), section
    for one in coverage.protocol.disagreements:
        assert coverage.lessons_citing([one.document.id]), one.document.id


def test_coverage_names_lessons_with_the_facts_they_cite_and_what_none_does() -> None:
    protocol = folder(COURSE_FOLDER)[0]["protocol", "scalp-microneedling"]
    assert isinstance(protocol, Protocol)
    course = parse_course(COURSE.replace("small-protocol", "scalp-microneedling").encode(), "course.yaml")
    documents: Documents = {
        ("course", "small-course"): course,
        ("protocol", "scalp-microneedling"): protocol,
        ("lesson", "one"): lesson("A. [[MEC-01]] [[D-01]] [[MEC-01]] [[xu2024]]", head="sources: [MEC-02]\n"),
    }
    coverage = coverage_of(documents)
    assert coverage is not None
    assert coverage.cited == {"one": ("MEC-01", "D-01")}
    page = coverage_page([coverage])
    assert "\n## A small course\n" in page
    assert "| one (MEC-01) |\n" in page
    assert "| D-01 | Needle depth and severity | one |\n" in page
    assert "| D-02 | Spacing of sessions | no lesson |\n" in page
    assert "\n| MEC-02 | " in page
    assert "\n| MEC-01 | " not in page


def test_a_course_whose_protocol_cannot_be_read_has_no_coverage() -> None:
    assert coverage_of(small_folder(lesson("Text."))) is None
