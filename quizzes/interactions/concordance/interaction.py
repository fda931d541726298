"""Script concordance: new information makes a judgement less or more fitting, as a panel of experts sees it.

The credit is the votes for the answer given, as a share of the votes for the most frequent one. A panel has
10 people at least (Charlin et al. 2005, doi 10.1111/j.1365-2929.2005.02092.x). Since votes may reward a
minority, no answer here is ever dangerous, and only contested cases ask it: those are for practice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from lms.core.text import _, ngettext
from quizzes.cases.model import Visit
from quizzes.interactions.concordance.examples import EXAMPLES
from quizzes.interactions.contract import Complaint, Example, Interaction, Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks
from quizzes.interactions.reading import Given, chosen_word
from quizzes.protocols.model import Protocol

Step = Literal["much_less", "less", "same", "more", "much_more"]
STEPS: tuple[Step, ...] = ("much_less", "less", "same", "more", "much_more")
SMALLEST_PANEL = 10


@dataclass(frozen=True, slots=True)
class ConcordanceBody:
    """What somebody thinks of doing, what they then learn, and how many of the panel chose each step."""

    thinking: str
    learning: str
    votes: Mapping[Step, int]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the scale on the page."""

    key: str
    id: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ConcordanceView:
    """The question as the page shows it."""

    name: str
    prompt: str
    thinking: str
    learning: str
    steps: tuple[StepView, ...]


class Concordance(Interaction[ConcordanceBody, str | None]):
    """Five steps from much less to much more fitting; the answer is one of them, or None."""

    kind = "concordance"
    body_shape = ConcordanceBody
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES
    contested_only = True

    def problems(self, task: Task, _visit: Visit, protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield empty texts and panels that are too small."""
        body: ConcordanceBody = task.body
        if protocol is not None:
            return
        for name in ("thinking", "learning"):
            if not getattr(body, name).strip():
                yield name, "This is empty. Write a sentence or a few words."
        for step, votes in body.votes.items():
            if votes < 0:
                yield f"votes.{step}", "Nobody votes less than not at all. Write 0 or more."
        panel = sum(body.votes.values())
        if panel < SMALLEST_PANEL:
            yield "votes", f"{panel} people voted. A panel has {SMALLEST_PANEL} at least."

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return the one field."""
        return (task.key,)

    def read(self, task: Task, _visit: Visit, given: Given) -> str | None:
        """Return the step chosen."""
        return chosen_word(given, task.key, STEPS)

    def to_json(self, task: Task, answer: str | None) -> dict[str, Any]:
        """Return the step chosen, if there is one."""
        return {} if answer is None else {task.key: answer}

    def missing(
        self, task: Task, _visit: Visit, answer: str | None, _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the field while no step is chosen."""
        return (task.key,) if answer is None else ()

    def grade(self, task: Task, _posed: Posed, answer: str | None, _answers: Mapping[str, Any]) -> Marks:
        """Grade the step by the votes it got, as a share of the most for any step."""
        votes: Mapping[str, int] = task.body.votes
        most = max(votes.values(), default=0)
        credit = max(0, votes.get(answer, 0)) / most if answer is not None and most > 0 else 0.0
        return Marks((DecisionGrade(task.key, answer, _modes(votes), credit, task.row, task.key),))

    def perfect(self, task: Task, _posed: Posed) -> dict[str, Any]:
        """Return the first of the steps that most people chose."""
        return {task.key: _modes(task.body.votes)[0]}

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> ConcordanceView:
        """Return the scale with the step chosen."""
        body: ConcordanceBody = task.body
        value = given.get(task.key)
        steps = tuple(
            StepView(step, f"{task.key}-{step}" if place else task.key, _step_label(step), step == value)
            for place, step in enumerate(STEPS)
        )
        return ConcordanceView(task.key, task.prompt, body.thinking, body.learning, steps)

    def words(self, _task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return the words for a step, or for those that most people chose."""
        steps = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
        return "; ".join(_step_label(step) for step in STEPS if step in steps) or _("Not answered")

    def notes(self, task: Task) -> tuple[tuple[str, str], ...]:
        """Return how many of the panel chose each step."""
        votes: Mapping[str, int] = task.body.votes
        return tuple(
            (
                _step_label(step),
                ngettext("%(number)s of the panel", "%(number)s of the panel", votes.get(step, 0)),
            )
            for step in STEPS
        )

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return the question with both sentences and the scale."""
        body: ConcordanceBody = task.body
        return "\n".join(
            (
                task.prompt,
                _("You think of: %(text)s", text=body.thinking),
                _("Then you learn: %(text)s", text=body.learning),
                *(f"- {_step_label(step)}" for step in STEPS),
            )
        )


def _modes(votes: Mapping[str, int]) -> list[str]:
    """Return the steps that most people chose, in the order of the scale."""
    most = max(votes.values(), default=0)
    return [step for step in STEPS if votes.get(step, 0) == most]


def _step_label(step: Step) -> str:
    return {
        "much_less": _("Much less fitting"),
        "less": _("Less fitting"),
        "same": _("No change"),
        "more": _("More fitting"),
        "much_more": _("Much more fitting"),
    }[step]


INTERACTION = Concordance()
