"""Matching: every stem goes with one option of a common list; an option may serve several stems or none.

With six to eight options and two stems or more this is extended matching, which suits the recognition of
patterns (Case and Swanson, the item-writing manual of the National Board of Medical Examiners, 3rd edition).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from lms.core.text import _
from lms.publishing.documents import suggestion
from quizzes.cases.model import Visit
from quizzes.interactions.contract import Complaint, Example, Interaction, Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks, PartGrade
from quizzes.interactions.matching.examples import EXAMPLES
from quizzes.interactions.parts import field_of, key_problems, part_of, text_problems
from quizzes.interactions.reading import Given, chosen_word
from quizzes.protocols.model import Protocol

FEWEST_OPTIONS = 3
FEWEST_STEMS = 2

Matches = tuple[tuple[str, str], ...]
"""Each matched stem with its option, in the order of the stems."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of the common list."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Stem:
    """What is to be matched, the option that goes with it, and why."""

    key: str
    text: str
    answer: str
    why: str


@dataclass(frozen=True, slots=True)
class MatchingBody:
    """Options and stems in page order. `each` scores the share of stems matched rightly."""

    options: tuple[Option, ...]
    stems: tuple[Stem, ...]
    scoring: Literal["each", "all_or_nothing"] = "each"


@dataclass(frozen=True, slots=True)
class StemView:
    """One stem on the page, with the key of the option chosen so far."""

    name: str
    text: str
    chosen: str | None


@dataclass(frozen=True, slots=True)
class MatchingView:
    """The question as the page shows it; options by key and text."""

    name: str
    prompt: str
    options: tuple[tuple[str, str], ...]
    stems: tuple[StemView, ...]


class Matching(Interaction[MatchingBody, Matches]):
    """A select for every stem; the answer lists the matched ones."""

    kind = "matching"
    body_shape = MatchingBody
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def problems(self, task: Task, _visit: Visit, protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield too few options or stems, repeated ones, and answers that are no option."""
        body: MatchingBody = task.body
        if protocol is not None:
            return
        if len(body.options) < FEWEST_OPTIONS:
            yield "options", f"Write {FEWEST_OPTIONS} options at least, or ask a choice."
        if len(body.stems) < FEWEST_STEMS:
            yield "stems", f"Write {FEWEST_STEMS} stems at least, or ask a choice."
        for path, parts in (("options", body.options), ("stems", body.stems)):
            yield from key_problems(path, [one.key for one in parts])
            yield from text_problems(path, "text", [one.text for one in parts])
        yield from text_problems("stems", "why", [one.why for one in body.stems], unique=False)
        keys = [one.key for one in body.options]
        for index, stem in enumerate(body.stems):
            if stem.answer not in keys:
                near = suggestion(stem.answer, keys)
                yield f"stems[{index}].answer", f"There is no option “{stem.answer}”.{near}"

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return a field for each stem."""
        return tuple(field_of(task, stem.key) for stem in task.body.stems)

    def read(self, task: Task, _visit: Visit, given: Given) -> Matches:
        """Return the matches; each must be an option."""
        body: MatchingBody = task.body
        keys = {one.key for one in body.options}
        chosen = ((stem.key, chosen_word(given, field_of(task, stem.key), keys)) for stem in body.stems)
        return tuple((stem, option) for stem, option in chosen if option is not None)

    def to_json(self, task: Task, answer: Matches) -> dict[str, Any]:
        """Return the option of each matched stem."""
        return {field_of(task, stem): option for stem, option in answer}

    def missing(
        self, task: Task, _visit: Visit, answer: Matches, _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the stems without an option."""
        matched = dict(answer)
        return tuple(field_of(task, stem.key) for stem in task.body.stems if stem.key not in matched)

    def grade(self, task: Task, _posed: Posed, answer: Matches, _answers: Mapping[str, Any]) -> Marks:
        """Grade each stem, and the task by the share of right ones or by all of them."""
        body: MatchingBody = task.body
        matched = dict(answer)
        parts = tuple(
            PartGrade(
                field_of(task, stem.key),
                matched.get(stem.key),
                stem.answer,
                float(matched.get(stem.key) == stem.answer),
            )
            for stem in body.stems
        )
        credit = sum(part.credit for part in parts) / len(parts) if parts else 0.0
        if body.scoring == "all_or_nothing":
            credit = float(credit == 1.0)
        accepted = {stem.key: stem.answer for stem in body.stems}
        return Marks((DecisionGrade(task.key, matched, accepted, credit, task.row, task.key, parts),))

    def perfect(self, task: Task, _posed: Posed) -> dict[str, Any]:
        """Return the right option of each stem."""
        return {field_of(task, stem.key): stem.answer for stem in task.body.stems}

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> MatchingView:
        """Return the stems with the options chosen so far."""
        body: MatchingBody = task.body
        stems = []
        for stem in body.stems:
            name = field_of(task, stem.key)
            value = given.get(name)
            stems.append(StemView(name, stem.text, value if isinstance(value, str) else None))
        options = tuple((one.key, one.text) for one in body.options)
        return MatchingView(task.key, task.prompt, options, tuple(stems))

    def label(self, task: Task, _protocol: Protocol, name: str) -> str:
        """Return the question, or for a field the text of its stem."""
        key = part_of(task, name)
        return next((stem.text for stem in task.body.stems if stem.key == key), task.prompt)

    def words(self, task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return the text of an option, or each stem with that of its option."""
        texts: dict[str, str] = {one.key: one.text for one in task.body.options}
        if isinstance(value, str):
            return texts.get(value, value)
        if isinstance(value, Mapping) and value:
            pairs = ((stem.text, value[stem.key]) for stem in task.body.stems if stem.key in value)
            return "; ".join(f"{stem}: {texts.get(option, option)}" for stem, option in pairs)
        return _("Not answered")

    def notes(self, task: Task) -> tuple[tuple[str, str], ...]:
        """Return every stem with its option, and why."""
        texts = {one.key: one.text for one in task.body.options}
        return tuple((f"{stem.text}: {texts[stem.answer]}", stem.why) for stem in task.body.stems)

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return the question, the common list, and the stems, one a line."""
        body: MatchingBody = task.body
        return "\n".join(
            (
                task.prompt,
                _("The options:"),
                *(f"- {one.text}" for one in body.options),
                _("Match each of these with one option:"),
                *(f"- {stem.text}" for stem in body.stems),
            )
        )


INTERACTION = Matching()
