"""A short text in the learner's own words. A person marks it, criterion by criterion.

Until then the grade waits: no attempt is passed before. Where nothing was written there is nothing to mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lms.core.errors import InvalidInput
from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.interactions.contract import Complaint, Example, Interaction, Posed, Task
from quizzes.interactions.marks import Criterion, DecisionGrade, Marks, PartGrade
from quizzes.interactions.parts import field_of, key_problems, part_of, text_problems
from quizzes.interactions.reading import LONGEST_TEXT, Given, one_text
from quizzes.interactions.short_text.examples import EXAMPLES
from quizzes.protocols.model import Protocol


@dataclass(frozen=True, slots=True)
class ShortTextBody:
    """The rubric, an answer that earns everything, and how many characters may be written."""

    rubric: tuple[Criterion, ...]
    model: str
    longest: int = 600


@dataclass(frozen=True, slots=True)
class ShortTextView:
    """The question as the page shows it, with the text as typed."""

    name: str
    prompt: str
    hint: str
    longest: int
    value: str


class ShortText(Interaction[ShortTextBody, str]):
    """A text area; the answer is the text, empty while nothing is written."""

    kind = "short_text"
    body_shape = ShortTextBody
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES
    qualities = ()

    def problems(self, task: Task, _visit: Visit, protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield a rubric without criteria or points, and lengths that cannot be stored."""
        body: ShortTextBody = task.body
        if protocol is not None:
            return
        if not body.rubric:
            yield "rubric", "A person needs a rubric to mark by. Write one criterion at least."
        yield from key_problems("rubric", [one.key for one in body.rubric])
        yield from text_problems("rubric", "text", [one.text for one in body.rubric])
        for index, one in enumerate(body.rubric):
            if one.points <= 0:
                yield f"rubric[{index}].points", "A criterion is worth more than 0 points."
        if not 1 <= body.longest <= LONGEST_TEXT:
            yield "longest", f"The longest text lies between 1 and {LONGEST_TEXT} characters."
        if not body.model.strip() or len(body.model) > body.longest:
            yield "model", f"Write an answer that earns everything, in {body.longest} characters at most."

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return the one field."""
        return (task.key,)

    def read(self, task: Task, _visit: Visit, given: Given) -> str:
        """Return the text without surrounding white space."""
        return one_text(given, task.key, longest=task.body.longest) or ""

    def to_json(self, task: Task, answer: str) -> dict[str, Any]:
        """Return the text, if there is one."""
        return {task.key: answer} if answer else {}

    def missing(self, task: Task, _visit: Visit, answer: str, _answers: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the field while nothing is written."""
        return () if answer else (task.key,)

    def grade(self, task: Task, _posed: Posed, answer: str, _answers: Mapping[str, Any]) -> Marks:
        """Return a decision that waits for a person; an empty text earns nothing and waits for nobody."""
        accepted = None if answer else task.body.model
        decision = DecisionGrade(task.key, answer or None, accepted, 0.0, task.row, task.key)
        return Marks((decision,), awaits_marking=bool(answer))

    def rubric(self, task: Task) -> tuple[Criterion, ...]:
        """Return the criteria that the author wrote."""
        rubric: tuple[Criterion, ...] = task.body.rubric
        return rubric

    def marked(self, task: Task, decision: DecisionGrade, points: Mapping[str, float]) -> DecisionGrade:
        """Return the decision with its points. Raises `InvalidInput` with the criterion at fault."""
        return marked(task, decision, points)

    def perfect(self, task: Task, _posed: Posed) -> dict[str, Any]:
        """Return the author's own answer."""
        return {task.key: task.body.model}

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> ShortTextView:
        """Return the text as typed."""
        value, longest = given.get(task.key), task.body.longest
        return ShortTextView(
            task.key, task.prompt, _hint(longest), longest, value if isinstance(value, str) else ""
        )

    def label(self, task: Task, _protocol: Protocol, name: str) -> str:
        """Return the question, or for a part the criterion."""
        key = part_of(task, name)
        return next((one.text for one in task.body.rubric if one.key == key), task.prompt)

    def words(self, _task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return the text, or the points of a criterion."""
        if isinstance(value, int | float):
            return _("%(points)s points", points=f"{value:g}")
        return value if isinstance(value, str) and value else _("Not answered")

    def notes(self, task: Task) -> tuple[tuple[str, str], ...]:
        """Return the author's own answer, and the criteria it is marked by."""
        rubric = "; ".join(one.text for one in task.body.rubric)
        return ((task.body.model, rubric),)

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return the question with the length of its answer."""
        return f"{task.prompt}\n{_hint(task.body.longest)}"


def marked(task: Task, decision: DecisionGrade, points: Mapping[str, float]) -> DecisionGrade:
    """Return the decision as a person marked it: the points of each criterion, of those it may earn.

    Raises `InvalidInput` with the criterion when one has no points, more than its own, or is not there.
    """
    rubric: tuple[Criterion, ...] = task.body.rubric
    unknown = sorted(points.keys() - {one.key for one in rubric})
    if unknown:
        raise InvalidInput(_("The rubric has no such criterion."), field=field_of(task, unknown[0]))
    parts = []
    for one in rubric:
        given = points.get(one.key, -1.0)
        if not 0 <= given <= one.points:
            message = _("Give 0 to %(points)s points for each criterion.", points=f"{one.points:g}")
            raise InvalidInput(message, field=field_of(task, one.key))
        parts.append(PartGrade(field_of(task, one.key), given, one.points, given / one.points))
    total = sum(one.points for one in rubric)
    credit = min(1.0, sum(part.given for part in parts) / total)
    return decision._replace(credit=credit, accepted=task.body.model, parts=tuple(parts))


def _hint(longest: int) -> str:
    return _("Write %(number)s characters at most. A person will mark your answer.", number=longest)


INTERACTION = ShortText()
