"""Lessons: what a learner reads, as YAML front matter and a Markdown text, with unscored checks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courses.content.checks import Check, Interactions, parse_checks
from courses.content.course import key_faults, repeated
from courses.content.markdown import Mention, Mentions, read_mentions
from courses.content.values import is_well_formed, references_in
from lms.core.errors import ContentError, Problem
from lms.publishing.documents import Marked, item_path, key_path, read_front_matter, structure

MAX_MINUTES = 600

QUOTING_FIELDS = ("objectives", "key_points", "checks")
"""The fields beside the text that may hold references to values."""

PROSE = frozenset({"question", "text", "why", "prompt", "item", "entry", "model"})
"""The fields of a check that hold what people read."""


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
    checks: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson(LessonFields):
    """A lesson that is consistent in itself: its fields, its Markdown, and where in the file each stands.

    Values stand in its texts as references still; `courses.content.render` puts their words there.
    """

    checks: tuple[Check, ...] = ()
    text: str
    text_line: int
    """The line of the file on which the Markdown starts, from 1."""
    mentions: Mentions = dataclasses.field(repr=False)
    marked: Marked = dataclasses.field(repr=False, compare=False)

    @property
    def references(self) -> tuple[str, ...]:
        """Return every reference to a value in the order of the page, repeated ones and literals too."""
        body = tuple(mention.name for mention in self.mentions.values)
        before, after = self._references("objectives"), self._references("key_points", "checks")
        return (*before, *body, *after)

    def _references(self, *names: str) -> tuple[str, ...]:
        texts = (text for name in names for _path, text in texts_in(self.marked, name))
        return tuple(reference for text in texts for reference in references_in(text))

    @property
    def check_prose(self) -> tuple[str, ...]:
        """Return what people read in the checks, as written."""
        return tuple(
            text for path, text in texts_in(self.marked, "checks") if path.rpartition(".")[2] in PROSE
        )


def parse_lesson(source: bytes, file: str, interactions: Interactions | None = None) -> Lesson:
    """Return the lesson that a Markdown file with front matter describes.

    `interactions` are the kinds of task of the installation, None those that come with Papilla. Raises
    `ContentError` with all problems: fields missing, unknown or of the wrong shape; a check that is none of
    the three forms, or of which not exactly one answer is correct; a figure placed but not listed, or listed
    but not placed; a picture by address; headings that skip a level; a term marked twice; a broken reference.
    """
    marked, text, text_line = read_front_matter(source, file=file)
    fields = structure(_without_old_check(marked), LessonFields)
    mentions = read_mentions(text)
    problems = [marked.problem(path, message) for path, message in _faults(fields, mentions)]
    problems += [marked.problem(path, message) for path, message in _broken_references(marked)]
    problems += _text_problems(fields, mentions, text_line, file)
    checks: tuple[Check, ...] = ()
    try:
        if fields.checks or _has(marked, "checks"):
            written: Any = marked.value
            checks = parse_checks(marked, written["checks"], interactions)
    except ContentError as error:
        problems += error.problems
    if problems:
        raise ContentError(problems)
    values: dict[str, Any] = {f.name: getattr(fields, f.name) for f in dataclasses.fields(LessonFields)}
    values["checks"] = checks
    return Lesson(**values, text=text, text_line=text_line, mentions=mentions, marked=marked)


def texts_in(marked: Marked, name: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of every text under a field of a document, as written."""
    value = marked.value.get(name) if isinstance(marked.value, dict) else None
    yield from _texts(value, name)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(part, item_path(path, index))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, key_path(path, key))


def _has(marked: Marked, name: str) -> bool:
    return isinstance(marked.value, dict) and name in marked.value


def _without_old_check(marked: Marked) -> Marked:
    """Return the document; raises `ContentError` where it has the one question that lessons once had."""
    if _has(marked, "check"):
        message = (
            "A lesson has “checks”, a list of 1 to 4. Write “checks:” and put this question into it as its "
            "first entry: “- question: …” with its options below."
        )
        raise ContentError([marked.problem("check", message)])
    return marked


def _faults(lesson: LessonFields, mentions: Mentions) -> Iterator[tuple[str, str]]:
    yield from key_faults([("key", lesson.key)])
    if not lesson.title.strip():
        yield "title", "Give the lesson a title."
    if references_in(lesson.title):
        yield "title", "A title quotes no value. Write it without “{{”."
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


def _broken_references(marked: Marked) -> Iterator[tuple[str, str]]:
    for name in QUOTING_FIELDS:
        for path, text in texts_in(marked, name):
            if not is_well_formed(text):
                yield path, "A “{{” must close with “}}” on the same line, around one reference."


def _text_problems(lesson: LessonFields, mentions: Mentions, first: int, file: str) -> Iterator[Problem]:
    def problem(mention: Mention, message: str) -> Problem:
        return Problem(file, first + mention.line, "text", message)

    for mention in mentions.figures:
        if mention.name not in lesson.figures:
            message = f"The figure “{mention.name}” is placed here and missing from “figures” at the top."
            yield problem(mention, f"{message} Add it.")
    for mention in mentions.pictures:
        message = "Pictures by address are not shown. Add a figure to the folder and place it: ![[its-key]]."
        yield problem(mention, message)
    for mention in mentions.heading_leaps:
        message = f"The heading “{mention.name}” skips a level. Go down one level at a time, from “##”."
        yield problem(mention, message)
    for mention in mentions.broken:
        message = (
            f"“{mention.name}” starts something that never ends. Write {{{{ INT-01 }}}} for a value, "
            '{{ "3 weeks" }} for words of your own, [[term:its-key]] or [[term:its-key|words]] for a term.'
        )
        yield problem(mention, message)
    seen: set[str] = set()
    for mention in mentions.terms:
        if mention.name in seen:
            yield problem(
                mention, f"“{mention.name}” is marked twice. Mark the first use in the lesson only."
            )
        seen.add(mention.name)
