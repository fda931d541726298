"""What an interaction is: one kind of task, from the author's document to the learner's grade.

A folder holds one kind: `interaction.py` (an `Interaction` named `INTERACTION`), `task.html` (the part of
the player's page), and where it needs them `style.css` and `script.js`. Everything here is pure.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

from quizzes.cases.model import Case, Visit
from quizzes.interactions.marks import Criterion, DecisionGrade, Marks, Row
from quizzes.interactions.reading import Given
from quizzes.protocols.decision import Decision
from quizzes.protocols.model import Harm, Protocol
from quizzes.protocols.record import Region

Body = TypeVar("Body")
Answer = TypeVar("Answer")

Complaint = tuple[str, str]
"""A field path inside the task, and what is wrong there."""

Graded = Literal["correct", "partly", "wrong", "invalid"]


@dataclass(frozen=True, slots=True)
class Posed:
    """A visit put to a learner, with its computed key. Without a region no licence limit is graded.

    `partial_credit` is the policy of the quiz: whether partly accepted actions earn their share.
    """

    protocol: Protocol
    case: Case
    visit: Visit
    key: Decision
    region: Region | None = None
    partial_credit: bool = True
    memory: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What an interaction has worked out for this visit and its key; grading many answers reads it again."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a visit, bound to its interaction. `body` is what the author wrote for the kind.

    `row` is its row of the blueprint, `about` the protocol's facts the key rests on, `why` the rationale.
    """

    key: str
    kind: str
    interaction: Interaction[Any, Any] = field(repr=False, compare=False)
    body: Any = None
    prompt: str = ""
    row: Row = "spotting"
    about: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class ExampleAnswer:
    """A way to answer an example: the fields given, how it grades, its credit or the field at fault."""

    given: Mapping[str, Any]
    graded: Graded
    credit: float | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A task as an author would write it (a mapping as YAML gives it), and answers of every quality.

    `visit` is the visit of the example case the task is put into, counted from 0; the standard tasks
    leave `task` empty, for they stand in every visit.
    """

    name: str
    answers: tuple[ExampleAnswer, ...]
    task: Mapping[str, Any] = field(default_factory=dict)
    visit: int = 0


class Interaction(ABC, Generic[Body, Answer]):
    """One kind of task. Every method is a pure function of its arguments; `grade` never raises.

    `read` is strict (`InvalidInput` with the field); what it returned always grades.
    """

    kind: ClassVar[str]
    body_shape: ClassVar[type[Any] | None] = None
    """The frozen dataclass of the fields an author writes beside key, kind, prompt, row, about and why."""
    examples: ClassVar[tuple[Example, ...]] = ()
    qualities: ClassVar[tuple[Graded, ...]] = ("partly",)
    """What an answer may be between right and wrong: nothing for a kind that knows no half marks."""

    contested_only: ClassVar[bool] = False
    """Whether only contested cases may ask it: they are for practice, and no answer to them is dangerous."""

    @cached_property
    def folder(self) -> Path:
        """Return the folder with the template, style and script of the kind."""
        return Path(str(sys.modules[type(self).__module__].__file__)).parent

    def problems(self, _task: Task, _visit: Visit, _protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield what is wrong with a task as written; `protocol` is None while only the file is known."""
        yield from ()

    @abstractmethod
    def fields(self, task: Task, visit: Visit) -> tuple[str, ...]:
        """Return the names of the form's fields in page order."""

    @abstractmethod
    def read(self, task: Task, visit: Visit, given: Given) -> Answer:
        """Return the answer that form values or stored JSON spell. Raises `InvalidInput` with the field."""

    @abstractmethod
    def to_json(self, task: Task, answer: Answer) -> dict[str, Any]:
        """Return the answer as JSON values by field that `read` reads back; what is empty is left out."""

    @abstractmethod
    def missing(
        self, task: Task, visit: Visit, answer: Answer, answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the fields still to be answered; `answers` holds those of the visit's other tasks."""

    @abstractmethod
    def grade(self, task: Task, posed: Posed, answer: Answer, answers: Mapping[str, Any]) -> Marks:
        """Return what the answer earns, with the harm it would do."""

    def possible_harms(self, _task: Task, _posed: Posed) -> frozenset[Harm]:
        """Return the harms that some answer to the task would do: those that `grade` can name."""
        return frozenset()

    def rubric(self, _task: Task) -> tuple[Criterion, ...]:
        """Return what a person marks an answer by; nothing for a kind that needs nobody.

        A kind that lets an answer await marking has one. Until then its decision accepts None and earns 0.
        """
        return ()

    def marked(self, _task: Task, decision: DecisionGrade, _points: Mapping[str, float]) -> DecisionGrade:
        """Return a decision as a person marked it, with the points by key of the criterion.

        Raises `InvalidInput` with the field when they do not fit the rubric.
        """
        return decision

    @abstractmethod
    def perfect(self, task: Task, posed: Posed) -> dict[str, Any]:
        """Return the fields of an answer that earns everything."""

    def careless(self, _task: Task, _posed: Posed) -> dict[str, Any]:
        """Return the fields of a learner who looks at nothing; a further task is left blank."""
        return {}

    @abstractmethod
    def show(self, task: Task, visit: Visit, protocol: Protocol, given: Given) -> Any:
        """Return what `task.html` prints as `task`: words and the fields as given, nothing of the key."""

    def label(self, task: Task, _protocol: Protocol, name: str) -> str:
        """Return the words for a decision, a part of it, or a field, by name."""
        return task.prompt or name

    @abstractmethod
    def words(self, task: Task, protocol: Protocol, name: str, value: object) -> str:
        """Return the words for a `given` or `accepted` value of a decision or part."""

    def notes(self, _task: Task) -> tuple[tuple[str, str], ...]:
        """Return what the author says of each part of the key: the part in words, and why, for the result."""
        return ()

    @abstractmethod
    def text(self, task: Task, visit: Visit, protocol: Protocol) -> str:
        """Return the whole task as plain text: what somebody reads who sees neither picture nor layout."""


def required_folder_files() -> tuple[str, ...]:
    """Return the files every interaction's folder holds."""
    return ("task.html",)
