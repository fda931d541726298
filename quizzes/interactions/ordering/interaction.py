"""Putting items in order: a place for each, with buttons to move them where scripts run.

Items are written in their right order and shown in another that depends on their keys alone, so that it
stays the same however often the page is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar, Literal

from lms.core.errors import InvalidInput
from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.interactions.contract import Complaint, Example, Interaction, Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks
from quizzes.interactions.ordering.examples import EXAMPLES
from quizzes.interactions.parts import field_of, key_problems, text_problems
from quizzes.interactions.reading import Given, whole
from quizzes.protocols.model import Protocol

FEWEST_ITEMS = 3
MOST_ITEMS = 12

Places = tuple[tuple[str, int], ...]
"""Each placed item with its place from 1, sorted by place."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be put in its place."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class OrderingBody:
    """The items in their right order. `pairs` scores the share of pairs that stand the right way round."""

    items: tuple[Item, ...]
    scoring: Literal["pairs", "all_or_nothing"] = "pairs"


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item on the page, with the place given so far."""

    name: str
    text: str
    place: int | None


@dataclass(frozen=True, slots=True)
class OrderingView:
    """The question as the page shows it: in the order given so far, or in one that tells nothing."""

    name: str
    prompt: str
    items: tuple[ItemView, ...]


class Ordering(Interaction[OrderingBody, Places]):
    """A place for every item; the answer lists the placed items."""

    kind = "ordering"
    body_shape = OrderingBody
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def problems(self, task: Task, _visit: Visit, protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield too few or too many items, and repeated keys or texts."""
        body: OrderingBody = task.body
        if protocol is not None:
            return
        if not FEWEST_ITEMS <= len(body.items) <= MOST_ITEMS:
            yield "items", f"Write {FEWEST_ITEMS} to {MOST_ITEMS} items; there are {len(body.items)}."
        yield from key_problems("items", [one.key for one in body.items])
        yield from text_problems("items", "text", [one.text for one in body.items])

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return a field for the place of each item, in the order of the page."""
        return tuple(_field(task, one) for one in _shuffled(task))

    def read(self, task: Task, _visit: Visit, given: Given) -> Places:
        """Return the places; two items in one place are refused."""
        count = len(task.body.items)
        placed: dict[int, str] = {}
        for item in _shuffled(task):
            name = _field(task, item)
            place = whole(given, name, smallest=1, largest=count)
            if place is None:
                continue
            if place in placed:
                raise InvalidInput(_("Two items are in place %(place)s.", place=place), field=name)
            placed[place] = item.key
        return tuple((key, place) for place, key in sorted(placed.items()))

    def to_json(self, task: Task, answer: Places) -> dict[str, Any]:
        """Return the place of each item that has one."""
        return {field_of(task, key): place for key, place in answer}

    def missing(
        self, task: Task, _visit: Visit, answer: Places, _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the items without a place."""
        placed = {key for key, _place in answer}
        return tuple(_field(task, one) for one in _shuffled(task) if one.key not in placed)

    def grade(self, task: Task, _posed: Posed, answer: Places, _answers: Mapping[str, Any]) -> Marks:
        """Grade the order; an item without a place stands in the right order to none."""
        right = [one.key for one in task.body.items]
        given = [key for key, _place in answer]
        if task.body.scoring == "all_or_nothing":
            credit = float(given == right)
        else:
            place = dict(answer)
            pairs = list(combinations(right, 2))
            good = sum(one in place and other in place and place[one] < place[other] for one, other in pairs)
            credit = good / len(pairs) if pairs else float(given == right)
        return Marks((DecisionGrade(task.key, given, right, credit, task.row, task.key),))

    def perfect(self, task: Task, _posed: Posed) -> dict[str, Any]:
        """Return the right places."""
        return {_field(task, one): place for place, one in enumerate(task.body.items, start=1)}

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> OrderingView:
        """Return the items with the places given, those with a place first and in their order."""
        count = len(task.body.items)
        items = [
            ItemView(_field(task, one), one.text, _shown(given, task, one, count)) for one in _shuffled(task)
        ]
        items.sort(key=lambda one: count + 1 if one.place is None else one.place)
        return OrderingView(task.key, task.prompt, tuple(items))

    def label(self, task: Task, _protocol: Protocol, name: str) -> str:
        """Return the question, or for a field the text of its item."""
        texts: dict[str, str] = {_field(task, one): one.text for one in task.body.items}
        return texts.get(name, task.prompt)

    def words(self, task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return the items in the order given, numbered; a place by itself is its number."""
        if isinstance(value, int | float):
            return _("place %(place)s", place=f"{value:g}")
        texts = {one.key: one.text for one in task.body.items}
        keys = [key for key in value if key in texts] if isinstance(value, list | tuple) else []
        return "; ".join(f"{place}. {texts[key]}" for place, key in enumerate(keys, 1)) or _("Not answered")

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return the question with its items, one a line."""
        hint = _("Give each its place, from 1.")
        return "\n".join((task.prompt, hint, *(f"- {one.text}" for one in _shuffled(task))))


def _field(task: Task, item: Item) -> str:
    return field_of(task, item.key)


def _shown(given: Given, task: Task, item: Item, count: int) -> int | None:
    """Return the place as given, if it is one; an unusable one leaves the item where it was."""
    try:
        return whole(given, _field(task, item), smallest=1, largest=count)
    except InvalidInput:
        return None


def _shuffled(task: Task) -> tuple[Item, ...]:
    """Return the items in an order that never is the right one and depends on their keys alone."""
    items: tuple[Item, ...] = task.body.items
    mixed = tuple(sorted(items, key=lambda one: hashlib.sha256(f"{task.key}/{one.key}".encode()).digest()))
    return mixed if mixed != items else mixed[::-1]


INTERACTION = Ordering()
