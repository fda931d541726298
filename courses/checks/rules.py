"""Reading and judging the answer to a task of a lesson: without a patient, without a score. Pure.

A check teaches: it says of every part whether it was right, what is accepted and why. What a learner writes
in their own words is not judged; they compare it with the model answer themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from courses.content.checks import LESSON_VISIT, posed
from lms.core.errors import InvalidInput
from lms.core.text import _
from quizzes.interactions.contract import Task
from quizzes.interactions.marks import DecisionGrade, Marks
from quizzes.interactions.parts import field_of
from quizzes.protocols.model import Protocol
from quizzes.protocols.sources import Source

RIGHT_ENOUGH = 1 - 1e-9


class PartState(StrEnum):
    """What became of one part of an answer; `left` was rightly left out."""

    RIGHT = "right"
    WRONG = "wrong"
    HARMFUL = "harmful"
    MISSED = "missed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part of an answer in words. `given` and `accepted` are empty where the text says it all."""

    text: str
    state: PartState
    given: str = ""
    accepted: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a learner holds their own words against: a model answer, and what a good one has."""

    written: str
    model: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What an answer came to. `credit` runs 0 to 1, and is None where the learner compares for themselves."""

    credit: float | None
    parts: tuple[PartResult, ...]
    why: str
    sources: tuple[Source, ...]
    comparison: Comparison | None = None

    @property
    def is_right(self) -> bool:
        """Return whether everything was right."""
        return self.credit is not None and self.credit >= RIGHT_ENOUGH and not self.is_harmful

    @property
    def is_harmful(self) -> bool:
        """Return whether something was chosen that could harm somebody."""
        return any(part.state is PartState.HARMFUL for part in self.parts)


@dataclass(frozen=True, slots=True)
class ReadCheck:
    """What a form says: the answer, or None with what is wrong by field; `typed` is what came, as it came."""

    answer: Any
    typed: Mapping[str, Any]
    problems: Mapping[str, str] = field(default_factory=dict)


def read_check(task: Task, typed: Mapping[str, Any]) -> ReadCheck:
    """Return what the fields of a form answer to a task; fields of other tasks are passed over.

    An answer that lacks something, or holds something that cannot be read, comes back with a message for
    each field at fault, in page order.
    """
    names = task.interaction.fields(task, LESSON_VISIT)
    given = {name: typed[name] for name in names if name in typed}
    answer, problems = _what_can_be_read(task, given)
    for name in task.interaction.missing(task, LESSON_VISIT, answer, {}):
        problems.setdefault(name, _("Give your answer here first."))
    if problems:
        return ReadCheck(None, given, {name: problems[name] for name in names if name in problems})
    return ReadCheck(answer, given)


def _what_can_be_read(task: Task, given: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
    """Return the answer without the fields that cannot be read, and what is wrong with those."""
    left, problems = dict(given), dict[str, str]()
    while True:
        try:
            return task.interaction.read(task, LESSON_VISIT, left), problems
        except InvalidInput as error:
            if error.field not in left:
                raise
            problems[error.field] = str(error)
            del left[error.field]


def judge(task: Task, protocol: Protocol, answer: Any) -> CheckResult:
    """Return what an answer that was read comes to."""
    marks = task.interaction.grade(task, posed(protocol), answer, {})
    sources = _sources(task, protocol)
    if task.kind == "short_text":
        rubric = tuple(criterion.text for criterion in task.body.rubric)
        return CheckResult(None, (), task.why, sources, Comparison(answer, task.body.model, rubric))
    credit = sum(one.credit for one in marks.decisions) / len(marks.decisions) if marks.decisions else 0.0
    return CheckResult(credit, tuple(_parts(task, protocol, marks)), task.why, sources)


def _sources(task: Task, protocol: Protocol) -> tuple[Source, ...]:
    """Return the sources of the facts a task is about, each once."""
    found = (
        source for name in task.about if name in protocol.facts for source in protocol.fact(name).sources
    )
    return tuple(dict.fromkeys(found))


def _parts(task: Task, protocol: Protocol, marks: Marks) -> Iterator[PartResult]:
    """Yield the parts of an answer, in the way of its kind."""
    for decision in marks.decisions:
        match task.kind:
            case "choice":
                rows = [(one.key, one.text, one.why) for one in task.body.options]
                yield from _picked(decision, rows, {error.given for error in marks.harms})
            case "hotspot":
                yield from _picked(decision, [(one.key, one.text, one.why) for one in task.body.places])
            case "chart_error":
                rows = [(one.key, f"{one.item}: {one.entry}", one.why) for one in task.body.rows]
                yield from _picked(decision, rows)
            case "ordering":
                yield from _placed(task, decision)
            case "matching":
                whys = {field_of(task, stem.key): stem.why for stem in task.body.stems}
                yield from _compared(task, protocol, decision, whys)
            case _:
                yield from _compared(task, protocol, decision, {})


def _picked(
    decision: DecisionGrade, rows: list[tuple[str, str, str]], harmful: AbstractSet[str] = frozenset()
) -> Iterator[PartResult]:
    """Yield what was offered to be picked, in page order, with what became of each."""
    for key, text, why in rows:
        was_picked, belongs = key in decision.given, key in decision.accepted
        if was_picked:
            wrong = PartState.HARMFUL if text in harmful else PartState.WRONG
            state = PartState.RIGHT if belongs else wrong
        else:
            state = PartState.MISSED if belongs else PartState.LEFT
        yield PartResult(text, state, why=why)


def _placed(task: Task, decision: DecisionGrade) -> Iterator[PartResult]:
    """Yield the items in their right order, with the place that each was given."""
    places = {key: place for place, key in enumerate(decision.given, start=1)}
    for place, item in enumerate(task.body.items, start=1):
        given = places.get(item.key)
        state = PartState.RIGHT if given == place else PartState.WRONG
        yield PartResult(
            item.text, state, _("place %(place)s", place=given), _("place %(place)s", place=place)
        )


def _compared(
    task: Task, protocol: Protocol, decision: DecisionGrade, whys: Mapping[str, str]
) -> Iterator[PartResult]:
    """Yield every part of a decision, or the decision itself, beside what is accepted."""
    say = task.interaction.words
    for one in decision.parts or (decision,):
        is_whole = one is decision
        yield PartResult(
            text="" if is_whole else task.interaction.label(task, protocol, one.name),
            state=PartState.RIGHT if one.credit >= RIGHT_ENOUGH else PartState.WRONG,
            given=say(task, protocol, one.name, one.given),
            accepted=say(task, protocol, one.name, one.accepted),
            why=whys.get(one.name, ""),
        )
