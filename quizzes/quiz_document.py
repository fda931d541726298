"""The quiz document: which cases, how a form is drawn from them, and under which conditions.

Pure: no framework and no database. The format is described in `docs/content-format/quiz.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from math import ceil

from lms.core.errors import ContentError, InvalidInput, Problem
from lms.core.identifiers import require_key
from lms.publishing.documents import Marked, item_path, read_yaml, structure
from quizzes.blueprint import HUNDRED_PERCENT, Blueprint
from quizzes.rules import Feedback, Mode

LARGEST_QUIZ = 60
LONGEST_MINUTES = 24 * 60
SMALLEST_SAFETY_FORM = 2
"""An error of safety is confirmed by two cases, so a form of one could never show any."""
SAFETY_MINUTES_STEP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How the form of an attempt is drawn: so many cases of the bank, as the blueprint asks."""

    cases: int
    blueprint: Blueprint = field(default_factory=Blueprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyForm:
    """What follows an exam that fails on safety alone.

    First a round of `remediation_cases` from the quiz `practice`, then a form of `cases` from the exam.
    """

    cases: int
    practice: str
    remediation_cases: int
    blueprint: Blueprint = field(default_factory=Blueprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizFields:
    """The fields of a quiz file. Without `minutes` or `attempts_allowed` there is no such limit.

    `partial_credit` lets the stricter actions that a case accepts in part earn their share.
    `cases` is the bank. Without `draw` every attempt has all of it, in the order written.
    """

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
    partial_credit: bool = True
    draw: Draw | None = None
    safety_form: SafetyForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz(QuizFields):
    """A quiz as parsed, with the line of each field for problems found later, among its siblings."""

    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def form_size(self) -> int:
        """Return how many cases an attempt has."""
        return len(self.cases) if self.draw is None else self.draw.cases

    @property
    def safety_minutes(self) -> int | None:
        """Return the minutes for a safety form, in proportion to its cases and rounded up to 5; or None."""
        if self.safety_form is None or self.minutes is None:
            return None
        in_proportion = self.minutes * self.safety_form.cases / self.form_size
        return SAFETY_MINUTES_STEP * ceil(in_proportion / SAFETY_MINUTES_STEP)

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
    yield from _case_faults(quiz)
    if not quiz.title.strip():
        yield "title", "The title is empty. Write what learners should see."
    if not 1 <= quiz.pass_mark_percent <= HUNDRED_PERCENT:
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
    if quiz.draw is not None:
        yield from _drawing_faults("draw", quiz.draw.cases, 1, quiz)
        yield from _blueprint_faults("draw.blueprint", quiz.draw.blueprint, quiz.draw.cases)
    if quiz.safety_form is not None:
        yield from _safety_form_faults(quiz.safety_form, quiz)


def _case_faults(quiz: QuizFields) -> Iterator[tuple[str, str]]:
    yield from _key_faults((item_path("cases", index), key) for index, key in enumerate(quiz.cases))
    if not quiz.cases:
        yield "cases", "The list is empty. Name at least one case."
    if len(quiz.cases) > LARGEST_QUIZ:
        yield "cases", f"There are {len(quiz.cases)} cases. Name {LARGEST_QUIZ} at most."
    for index, key in enumerate(quiz.cases):
        first = quiz.cases.index(key)
        if first != index:
            message = f"“{key}” is named twice; it stands in place {first + 1} already."
            yield item_path("cases", index), message


def _drawing_faults(path: str, cases: int, least: int, quiz: QuizFields) -> Iterator[tuple[str, str]]:
    if quiz.cases and not least <= cases <= len(quiz.cases):
        yield f"{path}.cases", f"Write {least} to {len(quiz.cases)}, the number of cases in the bank."


def _safety_form_faults(form: SafetyForm, quiz: QuizFields) -> Iterator[tuple[str, str]]:
    if quiz.mode is not Mode.EXAM:
        yield "safety_form", "Only an exam fails on safety. Remove the field, or write mode: exam."
    yield from _drawing_faults("safety_form", form.cases, SMALLEST_SAFETY_FORM, quiz)
    yield from _key_faults([("safety_form.practice", form.practice)])
    if form.remediation_cases < 1:
        yield "safety_form.remediation_cases", "Write 1 or more: without practice nothing would change."
    yield from _blueprint_faults("safety_form.blueprint", form.blueprint, form.cases)


def _blueprint_faults(path: str, blueprint: Blueprint, size: int) -> Iterator[tuple[str, str]]:
    findings = blueprint.findings
    for index, finding in enumerate(findings):
        if finding in findings[:index]:
            yield item_path(f"{path}.findings", index), f"“{finding}” is named twice. Keep one."
    if not 0 <= blueprint.without_finding_percent <= HUNDRED_PERCENT:
        yield f"{path}.without_finding_percent", "Write a whole number from 0 to 100."
    skin = blueprint.skin_types
    counts = (
        ("multi_visit", blueprint.multi_visit),
        ("decided_by_medicines", blueprint.decided_by_medicines),
        ("skin_types.light", skin.light),
        ("skin_types.dark", skin.dark),
    )
    harms = ((f"harms.{harm}", count) for harm, count in blueprint.harms.items())
    for name, count in (*counts, *harms):
        if not 0 <= count <= size:
            yield f"{path}.{name}", f"Write 0 to {size}, the number of cases in the form."
    if skin.light + skin.dark > size:
        message = f"{skin.light} and {skin.dark} are more than the {size} cases of the form. Ask for fewer."
        yield f"{path}.skin_types", message


def _key_faults(keys: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for path, key in keys:
        try:
            require_key(key)
        except InvalidInput as error:
            yield path, str(error)
