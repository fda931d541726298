"""What the index holds of lessons, glossaries and protocols, and what it must not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from courses.content.course import Course
from courses.content.glossary import Glossary
from courses.content.lesson import Lesson
from courses.content.markdown import passages, sections
from courses.search.entries import KEY_POINTS, glossary_entries, lesson_entries, protocol_entries
from lms.slices import document_kinds
from quizzes.protocols.model import Protocol
from tests.support.people import COURSE_FOLDER

LIBRARY = Path(COURSE_FOLDER).parent
KINDS = document_kinds()


def read(kind: str, path: Path) -> Any:
    return KINDS[kind].parse(path.read_bytes(), path.name)


def words(key: str, text: str) -> str:
    return text or key


@pytest.fixture(scope="module", params=["microneedling-hair-loss", "superficial-chemical-peels"])
def folder(request: pytest.FixtureRequest) -> Path:
    return LIBRARY / str(request.param)


@pytest.fixture(scope="module")
def protocol(folder: Path) -> Protocol:
    return cast("Protocol", read("protocol", folder / "protocol.yaml"))


@pytest.fixture(scope="module")
def glossary(folder: Path) -> Glossary:
    return cast("Glossary", read("glossary", folder / "glossary.yaml"))


@pytest.fixture(scope="module")
def lessons(folder: Path) -> list[Lesson]:
    course = cast("Course", read("course", folder / "course.yaml"))
    return [cast("Lesson", read("lesson", folder / "lessons" / f"{key}.md")) for key in course.lesson_keys]


def test_a_text_falls_into_sections_by_its_headings() -> None:
    text = "Before.\n\n## One, two\n\nA [[term:thing|word]] of {{ X }}.\n\n- an entry\n\n### Three\n"
    text += "\n## Four\n\nEnd."
    found = sections(text, term=words, value=lambda _reference: "2 weeks")
    assert found == (
        ("", ("Before.",)),
        ("One, two", ("A word of 2 weeks.", "an entry")),
        ("Three", ()),
        ("Four", ("End.",)),
    )
    said = passages(text, term=words, value=lambda _reference: "2 weeks")
    assert said == tuple(one for heading, below in found for one in (heading, *below) if one)


def test_a_lesson_has_an_entry_for_each_section(
    lessons: list[Lesson], protocol: Protocol, glossary: Glossary
) -> None:
    for lesson in lessons:
        entries = lesson_entries(lesson, protocol, glossary.by_key)
        headings = [line for line in lesson.text.splitlines() if line.startswith("#")]
        assert len([entry for entry in entries if entry.heading]) == len(headings)
        assert {entry.title for entry in entries} == {lesson.title}
        assert entries[-1].anchor == KEY_POINTS
        assert all("{{" not in entry.text and "[[" not in entry.text for entry in entries)
        assert all(not entry.anchor or entry.anchor.startswith((":~:text=", KEY_POINTS)) for entry in entries)


def test_no_answer_of_a_knowledge_check_is_held(
    lessons: list[Lesson], protocol: Protocol, glossary: Glossary
) -> None:
    checked = 0
    for lesson in lessons:
        held = " ".join(entry.text for entry in lesson_entries(lesson, protocol, glossary.by_key))
        for why in (
            option["why"]
            for one in cast("Any", lesson.marked.value)["checks"]
            for option in one.get("options", ())
            if "why" in option
        ):
            checked += 1
            assert " ".join(why.split()) not in held
    assert checked


def test_an_anchor_leads_to_the_words_of_a_heading() -> None:
    source = (
        b"---\nkey: one\ntitle: One\nminutes: 1\nchecks:\n  - question: Which?\n    options:\n"
        b"      - {text: A, correct: true, why: It is.}\n      - {text: B, correct: false, why: It is not.}\n"
        b"---\n\n## Follow-up, or not & why\n\nText.\n"
    )
    lesson = cast("Lesson", KINDS["lesson"].parse(source, "one.md"))
    protocol = cast("Protocol", read("protocol", COURSE_FOLDER / "protocol.yaml"))
    (entry,) = [one for one in lesson_entries(lesson, protocol, {}) if one.heading]
    assert entry.anchor == ":~:text=Follow%2Dup%2C%20or%20not%20%26%20why"


def test_every_term_and_every_fact_has_an_entry(glossary: Glossary, protocol: Protocol) -> None:
    terms = glossary_entries(glossary, protocol)
    assert [entry.anchor for entry in terms] == [term.key for term in glossary.terms]
    assert all("{{" not in entry.text for entry in terms)
    facts = protocol_entries(protocol)
    assert [entry.anchor for entry in facts] == list(protocol.facts)
    for entry, fact in zip(facts, protocol.facts.values(), strict=True):
        assert entry.title == fact.id
        assert " ".join(fact.text.split()) in entry.text
