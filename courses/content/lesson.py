"""Lessons: what a learner reads, as YAML front matter and a Markdown text, with one unscored question."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from courses.content.course import Course, Siblings, key_faults, repeated
from courses.content.markdown import Mentions, read_mentions
from courses.content.sources import FactBase, find_source
from lms.core.errors import ContentError, Problem
from lms.publishing.documents import Marked, read_front_matter, structure

MAX_MINUTES = 600
MINIMUM_OPTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to a knowledge check; `why` is the sentence shown when it was chosen."""

    text: str
    correct: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A knowledge check: one question with exactly one best answer, neither scored nor stored."""

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonFields:
    """The front matter of a lesson, as written."""

    key: str
    title: str
    minutes: int
    objectives: tuple[str, ...] = ()
    key_points: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    check: Check | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson(LessonFields):
    """A lesson that is consistent in itself: its fields, its Markdown, and where in the file each stands."""

    text: str
    text_line: int
    """The line of the file on which the Markdown starts, from 1."""
    mentions: Mentions = dataclasses.field(repr=False)
    marked: Marked = dataclasses.field(repr=False, compare=False)


def parse_lesson(source: bytes, file: str) -> Lesson:
    """Return the lesson that a Markdown file with front matter describes.

    Raises `ContentError` with all problems: fields missing, unknown or of the wrong shape; a knowledge
    check without exactly one correct answer; a figure placed but not listed, or listed but not placed;
    a picture by address; headings that skip a level.
    """
    marked, text, text_line = read_front_matter(source, file=file)
    fields = structure(marked, LessonFields)
    mentions = read_mentions(text)
    problems = [marked.problem(path, message) for path, message in _faults(fields, mentions)]
    problems += _text_problems(fields, mentions, text_line, file)
    if problems:
        raise ContentError(problems)
    values: dict[str, Any] = {f.name: getattr(fields, f.name) for f in dataclasses.fields(LessonFields)}
    return Lesson(**values, text=text, text_line=text_line, mentions=mentions, marked=marked)


def check_lesson(document: object, siblings: Siblings, file: str) -> Iterator[Problem]:
    """Yield a problem for each figure or source that the lesson names and its folder does not have.

    Sources are fact ids and literature keys of the protocol that the folder's course names.
    """
    assert isinstance(document, Lesson)  # noqa: S101 - the registry hands every check its own kind
    for index, key in enumerate(document.figures):
        if ("figure", key) not in siblings:
            path = f"figures[{index}]"
            message = f"There is no figure “{key}” in this folder. Add figures/{key}.svg, or correct the key."
            yield Problem(file, document.marked.line(path), path, message)
    protocol = _protocol_of(siblings)
    if protocol is None:
        return
    unknown = "The protocol has no fact or literature “{}”. Correct the id, or add it to the protocol."
    for index, name in enumerate(document.sources):
        if find_source(protocol, name) is None:
            path = f"sources[{index}]"
            yield Problem(file, document.marked.line(path), path, unknown.format(name))
    for mention in document.mentions.citations:
        if find_source(protocol, mention.name) is None:
            yield Problem(file, document.text_line + mention.line, "text", unknown.format(mention.name))


def _protocol_of(siblings: Siblings) -> FactBase | None:
    """Return the protocol of the folder's course; if one is missing, the course's check says so."""
    course = next((siblings[kind, key] for kind, key in siblings if kind == "course"), None)
    if not isinstance(course, Course):
        return None
    return cast("FactBase | None", siblings.get(("protocol", course.protocol)))


def _faults(lesson: LessonFields, mentions: Mentions) -> Iterator[tuple[str, str]]:
    yield from key_faults([("key", lesson.key)])
    if not lesson.title.strip():
        yield "title", "Give the lesson a title."
    if not 1 <= lesson.minutes <= MAX_MINUTES:
        yield "minutes", f"Give the minutes it takes, 1 to {MAX_MINUTES}, not {lesson.minutes}."
    for name in ("objectives", "key_points", "figures", "sources"):
        entries: tuple[str, ...] = getattr(lesson, name)
        yield from repeated([(f"{name}[{n}]", entry) for n, entry in enumerate(entries)])
        yield from ((f"{name}[{n}]", "This entry is empty.") for n, e in enumerate(entries) if not e.strip())
    placed = {mention.name for mention in mentions.figures}
    for index, key in enumerate(lesson.figures):
        if key not in placed:
            yield (
                f"figures[{index}]",
                f"The text does not place it. Write a line “![[{key}]]” where it belongs.",
            )
    if lesson.check is not None:
        yield from _check_faults(lesson.check)


def _check_faults(check: Check) -> Iterator[tuple[str, str]]:
    if not check.question.strip():
        yield "check.question", "Write the question."
    if len(check.options) < MINIMUM_OPTIONS:
        yield "check.options", "Give at least two answers to choose from."
    correct = sum(option.correct for option in check.options)
    if correct != 1:
        yield "check.options", f"Exactly one answer must be correct; {correct} are."
    yield from repeated([(f"check.options[{n}].text", o.text) for n, o in enumerate(check.options)])
    for index, option in enumerate(check.options):
        if not option.text.strip():
            yield f"check.options[{index}].text", "Write the answer."
        if not option.why.strip():
            yield f"check.options[{index}].why", "Say in one sentence why: it is what the learner reads next."


def _text_problems(lesson: LessonFields, mentions: Mentions, first: int, file: str) -> Iterator[Problem]:
    for mention in mentions.figures:
        if mention.name not in lesson.figures:
            message = (
                f"The figure “{mention.name}” is placed here and missing from “figures” at the top. Add it."
            )
            yield Problem(file, first + mention.line, "text", message)
    for mention in mentions.pictures:
        message = (
            "Pictures by address are not shown. Add a figure to the folder and place it with ![[its-key]]."
        )
        yield Problem(file, first + mention.line, "text", message)
    for mention in mentions.heading_leaps:
        message = f"The heading “{mention.name}” skips a level. Go down one level at a time, from “##”."
        yield Problem(file, first + mention.line, "text", message)
