"""The knowledge checks of a lesson: one best answer, a task, or a practice case. None of them is scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from courses.content.course import repeated
from lms.core.errors import ContentError, Problem
from lms.publishing.documents import Marked, item_path, structure, suggestion
from lms.publishing.marks import joined_path, lines_below
from quizzes.cases.model import Case, Patient, Visit
from quizzes.cases.tasks import bind_task
from quizzes.interactions.contract import Interaction, Posed, Task
from quizzes.interactions.registry import standard_registry
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol

MOST_CHECKS = 4
MINIMUM_OPTIONS = 2

Interactions = Mapping[str, Interaction[Any, Any]]
Complaint = tuple[str, str]

LESSON_VISIT = Visit(
    number=1,
    weeks_since_start=0,
    sessions_done=0,
    phase="first",
    statements=(),
    plan_prompt="",
    asks=(),
)
"""The visit that the tasks of lessons stand in: nobody's, with nothing found and nothing planned."""

_LESSON_CASE = Case(
    key="lesson",
    source_id="",
    title="",
    difficulty="easy",
    protocol="",
    patient=Patient("", 0, "female", "", "I", "", ""),
    visits=(LESSON_VISIT,),
    rationale="",
    mistakes=(),
)
_ROW = "spotting"
"""A task needs a row of a blueprint; a lesson has no blueprint, so that it never counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to a question; `why` is the sentence shown when it was chosen."""

    text: str
    correct: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneBestAnswer:
    """A question with exactly one best answer."""

    form: ClassVar[str] = "one_best_answer"

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCheck:
    """A task of any kind that needs no patient, bound to its interaction."""

    form: ClassVar[str] = "task"

    task: Task

    @property
    def key(self) -> str:
        """Return the task's key, which no other check of the lesson has."""
        return self.task.key

    @property
    def kind(self) -> str:
        """Return the kind of the task."""
        return self.task.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCheck:
    """A case of the course's practice set, by key; `why` says what to look for in it."""

    form: ClassVar[str] = "case"

    case: str
    why: str


Check = OneBestAnswer | TaskCheck | CaseCheck


def posed(protocol: Protocol) -> Posed:
    """Return what the tasks of a lesson are graded in: nobody's visit, without a region."""
    return Posed(protocol, _LESSON_CASE, LESSON_VISIT, decide(protocol, LESSON_VISIT.record))


def task_checks(checks: Iterable[Check]) -> Mapping[str, Task]:
    """Return the tasks among the checks of a lesson by key, in their order."""
    return {check.key: check.task for check in checks if isinstance(check, TaskCheck)}


def parse_checks(marked: Marked, written: object, interactions: Interactions | None) -> tuple[Check, ...]:
    """Return the checks under `checks` of a lesson's fields; `interactions` None are Papilla's own.

    Raises `ContentError` with every problem that shows without the protocol.
    """
    if not isinstance(written, list) or not 1 <= len(written) <= MOST_CHECKS:
        message = f"Give a list of 1 to {MOST_CHECKS} checks, or leave the field out."
        raise ContentError([marked.problem("checks", message)])
    known = interactions if interactions is not None else standard_registry()
    checks: list[Check] = []
    problems: list[Problem] = []
    for index, entry in enumerate(written):
        try:
            checks.append(_parsed(marked, entry, item_path("checks", index), known))
        except ContentError as error:
            problems += error.problems
    problems += [marked.problem(path, message) for path, message in _repeated_keys(checks)]
    if problems:
        raise ContentError(problems)
    return tuple(checks)


def task_problems(checks: Sequence[Check], protocol: Protocol) -> Iterator[Complaint]:
    """Yield path and message of what the protocol does not know of the tasks of a lesson."""
    for index, check in enumerate(checks):
        if not isinstance(check, TaskCheck):
            continue
        here, task = item_path("checks", index), check.task
        for place, fact in enumerate(task.about):
            if fact not in protocol.facts:
                near = suggestion(fact, protocol.facts)
                yield item_path(f"{here}.about", place), f"The protocol has no fact “{fact}”.{near}"
        for path, message in task.interaction.problems(task, LESSON_VISIT, protocol):
            yield f"{here}.{path}", message


def _parsed(marked: Marked, entry: object, path: str, interactions: Interactions) -> Check:
    fields = entry if isinstance(entry, dict) else {}
    if "case" in fields:
        case: CaseCheck = _structured(marked, entry, path, CaseCheck)
        _require(
            marked, path, [("why", "Say in one sentence what to look for.")] if not case.why.strip() else []
        )
        return case
    if "kind" in fields:
        return _task(marked, fields, path, interactions)
    if "question" in fields or "options" in fields:
        question: OneBestAnswer = _structured(marked, entry, path, OneBestAnswer)
        _require(marked, path, _question_faults(question))
        return question
    message = "A check is a question with “options”, a task with a “kind”, or a “case” with “why”."
    raise ContentError([marked.problem(path, message)])


def _structured(marked: Marked, entry: object, path: str, shape: type[Any]) -> Any:
    try:
        return structure(Marked(marked.file, entry, lines_below(marked.lines, path)), shape)
    except ContentError as error:
        raise ContentError(
            replace(one, field=joined_path(path, one.field)) for one in error.problems
        ) from error


def _require(marked: Marked, path: str, faults: Iterable[Complaint]) -> None:
    problems = [marked.problem(f"{path}.{field}", message) for field, message in faults]
    if problems:
        raise ContentError(problems)


def _task(marked: Marked, fields: Mapping[str, Any], path: str, interactions: Interactions) -> TaskCheck:
    if "row" in fields:
        message = "A task of a lesson has no row: it never counts in a blueprint. Leave the field out."
        raise ContentError([marked.problem(f"{path}.row", message)])
    written = {**fields, "row": _ROW}
    task = bind_task(written, interactions, file=marked.file, lines=marked.lines, path=path)
    if task.interaction.contested_only:
        message = f"“{task.kind}” is for contested cases only. Ask another kind of question."
        raise ContentError([marked.problem(f"{path}.kind", message)])
    _require(marked, path, task.interaction.problems(task, LESSON_VISIT, None))
    return TaskCheck(task=task)


def _question_faults(check: OneBestAnswer) -> Iterator[Complaint]:
    if not check.question.strip():
        yield "question", "Write the question."
    if len(check.options) < MINIMUM_OPTIONS:
        yield "options", "Give at least two answers to choose from."
    correct = sum(option.correct for option in check.options)
    if correct != 1:
        yield "options", f"Exactly one answer must be correct; {correct} are."
    yield from repeated([(f"options[{n}].text", option.text) for n, option in enumerate(check.options)])
    for index, option in enumerate(check.options):
        if not option.text.strip():
            yield f"options[{index}].text", "Write the answer."
        if not option.why.strip():
            yield f"options[{index}].why", "Say in one sentence why: it is what the learner reads next."


def _repeated_keys(checks: Sequence[Check]) -> Iterator[Complaint]:
    for name, what in (("key", "tasks"), ("case", "checks")):
        counts = Counter(getattr(check, name) for check in checks if hasattr(check, name))
        for word, count in counts.items():
            if count > 1:
                yield "checks", f"“{word}” names {count} {what} of this lesson. Keep one, or rename it."
