"""The quiz document: which cases, in which order, under which conditions.

Pure: no framework and no database. The format is described in `docs/content-format.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields

from lms.core.errors import ContentError, InvalidInput, Problem
from lms.core.identifiers import require_key
from lms.publishing.documents import Marked, item_path, read_yaml, structure
from quizzes.cases.model import Case
from quizzes.rules import Feedback, Mode

LARGEST_QUIZ = 60
LONGEST_MINUTES = 24 * 60
FULL_MARKS_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizFields:
    """The fields of a quiz file. Without `minutes` or `attempts_allowed` there is no such limit."""

    key: str
    title: str
    course: str
    mode: Mode
    cases: tuple[str, ...]
    pass_mark_percent: int
    feedback: Feedback
    about: str = ""
    minutes: int | None = None
    attempts_allowed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz(QuizFields):
    """A quiz as parsed, with the line of each field for problems found later, among its siblings."""

    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def problem(self, path: str, message: str, *, file: str) -> Problem:
        """Return a problem with one field, on its line in the file."""
        return Marked(file, None, self.lines).problem(path, message)


def parse_quiz(source: bytes, file: str) -> Quiz:
    """Return the quiz a file describes. Raises `ContentError` with every problem, with line and field."""
    marked = read_yaml(source, file=file)
    written = structure(marked, QuizFields)
    problems = [marked.problem(path, message) for path, message in _faults(written)]
    if problems:
        raise ContentError(problems)
    return Quiz(**{one.name: getattr(written, one.name) for one in fields(QuizFields)}, lines=marked.lines)


def _faults(quiz: QuizFields) -> Iterator[tuple[str, str]]:
    yield from _key_faults((("key", quiz.key), ("course", quiz.course)))
    yield from _key_faults((item_path("cases", index), key) for index, key in enumerate(quiz.cases))
    if not quiz.title.strip():
        yield "title", "The title is empty. Write what learners should see."
    if not quiz.cases:
        yield "cases", "The list is empty. Name at least one case."
    if len(quiz.cases) > LARGEST_QUIZ:
        yield "cases", f"There are {len(quiz.cases)} cases. Name {LARGEST_QUIZ} at most."
    for index, key in enumerate(quiz.cases):
        first = quiz.cases.index(key)
        if first != index:
            yield (
                item_path("cases", index),
                f"“{key}” is named twice; it stands in place {first + 1} already.",
            )
    if not 1 <= quiz.pass_mark_percent <= FULL_MARKS_PERCENT:
        yield (
            "pass_mark_percent",
            f"{quiz.pass_mark_percent} is no pass mark. Write a whole number from 1 to 100.",
        )
    if quiz.minutes is not None and not 1 <= quiz.minutes <= LONGEST_MINUTES:
        yield "minutes", f"Write 1 to {LONGEST_MINUTES} minutes, or leave the field out for no time limit."
    if quiz.attempts_allowed is not None and quiz.attempts_allowed < 1:
        yield "attempts_allowed", "Write 1 or more, or leave the field out for no limit."
    if quiz.mode is Mode.EXAM and quiz.feedback is not Feedback.AFTER_SUBMIT:
        yield "feedback", "An exam shows results after it is submitted. Write after_submit."


def _key_faults(keys: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for path, key in keys:
        try:
            require_key(key)
        except InvalidInput as error:
            yield path, str(error)


def check_quiz(quiz: object, siblings: Mapping[tuple[str, str], object], file: str) -> Iterator[Problem]:
    """Return what is wrong with a quiz among the documents of its folder.

    Every case must stand there, with its protocol. An exam may hold no contested case: reasonable experts
    differ on those, so they may teach but must not decide.
    """
    if not isinstance(quiz, Quiz):
        raise TypeError(f"check_quiz needs a Quiz, not {type(quiz).__name__}.")
    for index, key in enumerate(quiz.cases):
        path = item_path("cases", index)
        case = siblings.get(("case", key))
        if not isinstance(case, Case):
            yield quiz.problem(
                path, f"There is no case “{key}” in this folder. Add it or remove the line.", file=file
            )
        elif quiz.mode is Mode.EXAM and case.contested:
            message = f"The case “{key}” is contested and may be used for practice only. Choose another one."
            yield quiz.problem(path, message, file=file)
    if ("course", quiz.course) not in siblings:
        message = f"There is no course “{quiz.course}” in this folder. Write the key of its course.yaml."
        yield quiz.problem("course", message, file=file)
