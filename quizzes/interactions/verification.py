"""Whether an interaction keeps what the contract promises, tried out on its own examples.

The test suite runs this for every registered kind, and the start of an installation for those of third
parties. A promise that is broken is returned as a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lms.core.errors import ContentError, InvalidInput
from quizzes.cases.model import Case
from quizzes.cases.tasks import bind_task
from quizzes.interactions.contract import (
    Example,
    ExampleAnswer,
    Interaction,
    Posed,
    Task,
    required_folder_files,
)
from quizzes.interactions.marks import Marks
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol

EXAMPLE_FOLDER = Path(__file__).parent / "example"
STANDARD_TASKS = frozenset({"spot", "decide", "plan"})
TOLERANCE = 1e-6

AnyInteraction = Interaction[Any, Any]


@cache
def example_documents() -> tuple[Protocol, Case]:
    """Return the small protocol and case that examples are put into."""
    from quizzes.cases.parse import parse_case
    from quizzes.protocols.parse import parse_protocol

    protocol = parse_protocol((EXAMPLE_FOLDER / "protocol.yaml").read_bytes(), "protocol.yaml")
    return protocol, parse_case((EXAMPLE_FOLDER / "case.yaml").read_bytes(), "case.yaml")


def example_posed(visit_index: int = 0) -> Posed:
    """Return a visit of the example case with its computed key."""
    protocol, case = example_documents()
    visit = case.visits[visit_index]
    return Posed(protocol, case, visit, decide(protocol, visit.record))


def example_task(interaction: AnyInteraction, example: Example) -> Task:
    """Return the task of an example. Raises `ContentError` when the example is not written rightly."""
    if interaction.kind in STANDARD_TASKS:
        return Task(interaction.kind, interaction.kind, interaction)
    written = {"key": "example", "kind": interaction.kind, **example.task}
    return bind_task(written, {interaction.kind: interaction}, file=f"{interaction.kind}.yaml")


def broken_promises(interaction: AnyInteraction) -> Iterator[str]:
    """Yield every promise of the contract that the interaction breaks."""
    for name in required_folder_files():
        if not (interaction.folder / name).is_file():
            yield f"its folder {interaction.folder} has no file {name}"
    graded = {answer.graded for example in interaction.examples for answer in example.answers}
    for missing in sorted({"correct", *interaction.qualities, "wrong", "invalid"} - graded):
        yield f"it has no example of an answer that is {missing}"
    for example in interaction.examples:
        try:
            task = example_task(interaction, example)
        except ContentError as error:
            yield f"example “{example.name}” is not written rightly: {error}"
            continue
        yield from (f"example “{example.name}”: {one}" for one in _broken_by(interaction, task, example))


def _broken_by(interaction: AnyInteraction, task: Task, example: Example) -> Iterator[str]:
    posed = example_posed(example.visit)
    for path, message in interaction.problems(task, posed.visit, posed.protocol):
        yield f"the task itself has a problem with {path}: {message}"
    fields = interaction.fields(task, posed.visit)
    if not fields or len(set(fields)) != len(fields):
        yield "fields() is empty or names a field twice"
    if not interaction.text(task, posed.visit, posed.protocol).strip():
        yield "text() is empty, so nobody can take the task without seeing it"
    yield from _credit_of(task, posed, interaction.perfect(task, posed), "perfect()", 1.0)
    for answer in example.answers:
        yield from _broken_answer(interaction, task, posed, answer)


def _broken_answer(
    interaction: AnyInteraction, task: Task, posed: Posed, answer: ExampleAnswer
) -> Iterator[str]:
    shown = f"the answer {dict(answer.given)!r}"
    if answer.graded == "invalid":
        try:
            interaction.read(task, posed.visit, answer.given)
        except InvalidInput as error:
            if error.field is None or (answer.field is not None and error.field != answer.field):
                yield f"{shown} is refused for the field {error.field!r}, not {answer.field!r}"
        else:
            yield f"{shown} is malformed, and read() takes it"
        return
    bounds = {"correct": (1.0, 1.0), "partly": (TOLERANCE, 1.0 - TOLERANCE), "wrong": (0.0, 0.0)}[
        answer.graded
    ]
    yield from _credit_of(task, posed, answer.given, shown, answer.credit, bounds=bounds)


def _unmarkable(task: Task, marks: Marks, shown: str) -> Iterator[str]:
    """Yield why a person could not mark an answer that waits for one."""
    rubric = task.interaction.rubric(task)
    if not rubric:
        yield f"{shown} waits for a person, and rubric() gives nothing to mark it by"
        return
    for decision in marks.decisions:
        done = task.interaction.marked(task, decision, {one.key: one.points for one in rubric})
        if decision.accepted is not None or decision.credit or done.accepted is None or done.credit != 1:
            yield f"{shown} waits, but marking it with every point does not turn nothing into everything"


def _credit_of(
    task: Task,
    posed: Posed,
    given: Mapping[str, Any],
    shown: str,
    credit: float | None,
    *,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> Iterator[str]:
    """Yield what is wrong with reading, storing, showing and grading one answer."""
    interaction = task.interaction
    try:
        answer = interaction.read(task, posed.visit, given)
    except InvalidInput as error:
        yield f"{shown} cannot be read: {error} ({error.field})"
        return
    stored = interaction.to_json(task, answer)
    if interaction.read(task, posed.visit, stored) != answer:
        yield f"{shown} does not survive being stored"
    if not set(stored) <= set(interaction.fields(task, posed.visit)):
        yield f"{shown} is stored under fields that fields() does not name"
    interaction.show(task, posed.visit, posed.protocol, given)
    answers = {"decide": _decided(posed), interaction.kind: answer, task.key: answer}
    marks = interaction.grade(task, posed, answer, answers)
    unnamed = {one.harm for one in marks.harms} - interaction.possible_harms(task, posed)
    if unnamed:
        yield f"{shown} does harm that possible_harms() does not name: {', '.join(sorted(unnamed))}"
    if marks.awaits_marking:
        yield from _unmarkable(task, marks, shown)
        return
    if not marks.decisions:
        yield f"{shown} is graded as no decision at all"
        return
    earned = sum(one.credit for one in marks.decisions) / len(marks.decisions)
    for decision in marks.decisions:
        interaction.label(task, posed.protocol, decision.name)
        interaction.words(task, posed.protocol, decision.name, decision.given)
        interaction.words(task, posed.protocol, decision.name, decision.accepted)
    if not bounds[0] - TOLERANCE <= earned <= bounds[1] + TOLERANCE:
        yield f"{shown} earns {earned:g}, which is not what its example says"
    if credit is not None and abs(earned - credit) > TOLERANCE:
        yield f"{shown} earns {earned:g} instead of {credit:g}"


def _decided(posed: Posed) -> Any:
    """Return the right decision, which the plan of an example goes with."""
    from quizzes.interactions.decide.interaction import Decided

    return Decided(posed.key.action, posed.key.escalation)
