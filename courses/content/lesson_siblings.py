"""What is wrong between a lesson and the other documents of its folder, and with numbers typed in it."""

from __future__ import annotations

from collections.abc import Iterator

from courses.content.checks import CaseCheck, task_problems
from courses.content.course import Siblings
from courses.content.glossary import glossary_among
from courses.content.lesson import QUOTING_FIELDS, Lesson, texts_in
from courses.content.sources import FactBase, course_among, find_source, protocol_among
from courses.content.typed_values import typed_quantities
from courses.content.values import references_in, resolve
from lms.core.errors import InvalidInput, Problem
from lms.publishing.documents import item_path, suggestion
from quizzes.protocols.model import Protocol
from quizzes.quiz_document import Quiz

_UNKNOWN = "The protocol has no fact or literature “{}”. Correct the id, or add it to the protocol."


def check_lesson(document: object, siblings: Siblings, file: str) -> Iterator[Problem]:
    """Yield a problem for each number typed in the lesson, and for each thing it names that is not there.

    Figures, terms and cases are those of the folder; sources, values and what tasks rest on are looked up
    in the protocol that the folder's course names; cases must stand in the course's practice set.
    """
    assert isinstance(document, Lesson)  # noqa: S101 - the registry hands every check its own kind
    yield from _typed(document, file)
    for index, key in enumerate(document.figures):
        if ("figure", key) not in siblings:
            message = f"There is no figure “{key}” in this folder. Add figures/{key}.svg, or correct the key."
            yield document.marked.problem(f"figures[{index}]", message)
    protocol = protocol_among(siblings)
    if protocol is not None:
        yield from _unknown_sources(document, protocol, file)
        yield from _unknown_values(document, protocol, file)
    if isinstance(protocol, Protocol):
        for path, message in task_problems(document.checks, protocol):
            yield document.marked.problem(path, message)
    yield from _unknown_terms(document, siblings, file)
    yield from _unknown_cases(document, siblings)


def _typed(lesson: Lesson, file: str) -> Iterator[Problem]:
    message = (
        '“{}” is typed here. Quote the protocol, such as {{{{ INT-01 }}}}, or write {{{{ "{}" }}}} where it '
        "belongs to an example."
    )
    for name in QUOTING_FIELDS:
        for path, text in texts_in(lesson.marked, name):
            for words, _line in typed_quantities(text):
                yield lesson.marked.problem(path, message.format(words, words))
    for words, line in typed_quantities(lesson.text):
        yield Problem(file, lesson.text_line + line, "text", message.format(words, words))


def _unknown_sources(lesson: Lesson, protocol: FactBase, file: str) -> Iterator[Problem]:
    for index, name in enumerate(lesson.sources):
        if find_source(protocol, name) is None:
            yield lesson.marked.problem(f"sources[{index}]", _UNKNOWN.format(name))
    for mention in lesson.mentions.citations:
        if find_source(protocol, mention.name) is None:
            yield Problem(file, lesson.text_line + mention.line, "text", _UNKNOWN.format(mention.name))


def _unknown_values(lesson: Lesson, protocol: FactBase, file: str) -> Iterator[Problem]:
    for name in QUOTING_FIELDS:
        for path, text in texts_in(lesson.marked, name):
            for reference in references_in(text):
                if (message := _complaint(reference, protocol)) is not None:
                    yield lesson.marked.problem(path, message)
    for mention in lesson.mentions.values:
        if (message := _complaint(mention.name, protocol)) is not None:
            yield Problem(file, lesson.text_line + mention.line, "text", message)


def _complaint(reference: str, protocol: FactBase) -> str | None:
    try:
        resolve(reference, protocol)
    except InvalidInput as error:
        return str(error)
    return None


def _unknown_terms(lesson: Lesson, siblings: Siblings, file: str) -> Iterator[Problem]:
    if not lesson.mentions.terms:
        return
    glossary = glossary_among(siblings)
    known = glossary.by_key if glossary is not None else {}
    for mention in lesson.mentions.terms:
        if mention.name not in known:
            near = suggestion(mention.name, known)
            message = (
                f"The glossary has no term “{mention.name}”.{near} Add it to glossary.yaml, or correct it."
            )
            yield Problem(file, lesson.text_line + mention.line, "text", message)


def _unknown_cases(lesson: Lesson, siblings: Siblings) -> Iterator[Problem]:
    if not any(isinstance(check, CaseCheck) for check in lesson.checks):
        return
    course = course_among(siblings)
    practice = siblings.get(("quiz", course.practice)) if course is not None and course.practice else None
    cases = practice.cases if isinstance(practice, Quiz) else ()
    for index, check in enumerate(lesson.checks):
        if isinstance(check, CaseCheck) and check.case not in cases:
            path = f"{item_path('checks', index)}.case"
            near = suggestion(check.case, cases)
            message = f"The course's practice set has no case “{check.case}”.{near} Name one of its cases."
            yield lesson.marked.problem(path, message)
