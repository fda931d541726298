"""Finding places on a drawing. The list of places is the answer; the drawing mirrors it and may be clicked.

Nobody has to see the drawing: every place stands in the list with its number and its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.interactions.contract import Complaint, Example, Interaction, Posed, Task
from quizzes.interactions.hotspot.drawing import scalp
from quizzes.interactions.hotspot.examples import EXAMPLES
from quizzes.interactions.marks import DecisionGrade, Marks
from quizzes.interactions.parts import key_problems, text_problems
from quizzes.interactions.picking import (
    DEFAULT_METHOD,
    hint,
    method_problems,
    one_problems,
    read_picks,
    shown_picks,
)
from quizzes.interactions.reading import Given
from quizzes.interactions.scoring import METHODS
from quizzes.protocols.drawing import Drawing, drawing_problems
from quizzes.protocols.model import Protocol

FEWEST_PLACES = 2
RADIUS = 9.0
"""Of a place whose author names none, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its words, and the circle that marks it, in units of the drawing."""

    key: str
    text: str
    x: float
    y: float
    why: str
    correct: bool = False
    radius: float = RADIUS


@dataclass(frozen=True, slots=True)
class HotspotBody:
    """The places in page order; without a drawing they lie on the scalp seen from above (108 by 132)."""

    places: tuple[Place, ...]
    select: Literal["one", "many"]
    drawing: Drawing | None = None
    scoring: str = DEFAULT_METHOD
    most: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One place on the page, numbered from 1."""

    number: int
    key: str
    id: str
    text: str
    x: float
    y: float
    radius: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class HotspotView:
    """The question as the page shows it."""

    name: str
    prompt: str
    hint: str
    many: bool
    most: int | None
    drawing: Drawing
    places: tuple[PlaceView, ...]


class Hotspot(Interaction[HotspotBody, frozenset[str]]):
    """Radio buttons or check boxes beside a drawing; the answer is the set of chosen places."""

    kind = "hotspot"
    body_shape = HotspotBody
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def problems(self, task: Task, _visit: Visit, protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield what is wrong with the drawing, its places and the scoring."""
        body: HotspotBody = task.body
        if protocol is not None:
            return
        if body.drawing is not None:
            yield from ((f"drawing.{path}", message) for path, message in drawing_problems(body.drawing))
        if len(body.places) < FEWEST_PLACES:
            yield "places", f"Name {FEWEST_PLACES} places at least."
        yield from key_problems("places", [one.key for one in body.places])
        yield from text_problems("places", "text", [one.text for one in body.places])
        yield from text_problems("places", "why", [one.why for one in body.places], unique=False)
        yield from _outside(body)
        keyed = len(_keyed(body))
        if body.select == "one":
            yield from one_problems(body.scoring, body.most, keyed)
            return
        yield from method_problems(body.scoring, body.most, keyed, len(body.places))
        if not keyed:
            yield "places", "No place is correct. Mark one at least."

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return the one field, which may be given many times."""
        return (task.key,)

    def read(self, task: Task, _visit: Visit, given: Given) -> frozenset[str]:
        """Return the chosen places; too many of them are refused."""
        body: HotspotBody = task.body
        most = 1 if body.select == "one" else body.most
        return read_picks(given, task.key, {one.key for one in body.places}, most)

    def to_json(self, task: Task, answer: frozenset[str]) -> dict[str, Any]:
        """Return the chosen places in a fixed order."""
        return {task.key: sorted(answer)} if answer else {}

    def missing(
        self, task: Task, _visit: Visit, answer: frozenset[str], _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the field while no place is chosen."""
        return () if answer else (task.key,)

    def grade(self, task: Task, _posed: Posed, answer: frozenset[str], _answers: Mapping[str, Any]) -> Marks:
        """Grade the places chosen by the method of the task."""
        body: HotspotBody = task.body
        keyed = _keyed(body)
        method = METHODS["all_or_nothing" if body.select == "one" else body.scoring]
        credit = method(answer, keyed, len(body.places))
        return Marks((DecisionGrade(task.key, sorted(answer), sorted(keyed), credit, task.row, task.key),))

    def perfect(self, task: Task, _posed: Posed) -> dict[str, Any]:
        """Return the right places."""
        return {task.key: sorted(_keyed(task.body))}

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> HotspotView:
        """Return the drawing and its places with those chosen."""
        body: HotspotBody = task.body
        chosen = shown_picks(given, task.key)
        places = tuple(
            PlaceView(
                number=number,
                key=one.key,
                id=task.key if number == 1 else f"{task.key}-{one.key}",
                text=one.text,
                x=one.x,
                y=one.y,
                radius=one.radius,
                chosen=one.key in chosen,
            )
            for number, one in enumerate(body.places, start=1)
        )
        return HotspotView(
            name=task.key,
            prompt=task.prompt,
            hint=_hint(body),
            many=body.select == "many",
            most=body.most,
            drawing=_drawing(body),
            places=places,
        )

    def words(self, task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return the words of chosen or accepted places."""
        keys = value if isinstance(value, list | tuple) else ()
        return "; ".join(one.text for one in task.body.places if one.key in keys) or _("Not answered")

    def notes(self, task: Task) -> tuple[tuple[str, str], ...]:
        """Return every place with why it is right or wrong, the right ones first."""
        places = sorted(task.body.places, key=lambda one: not one.correct)
        return tuple((one.text, one.why) for one in places)

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return the question, what is drawn, and the places, one a line."""
        body: HotspotBody = task.body
        places = (f"{number}. {one.text}" for number, one in enumerate(body.places, start=1))
        return "\n".join((task.prompt, _drawing(body).about, _hint(body), *places))


def _drawing(body: HotspotBody) -> Drawing:
    return scalp() if body.drawing is None else body.drawing


def _keyed(body: HotspotBody) -> frozenset[str]:
    return frozenset(one.key for one in body.places if one.correct)


def _hint(body: HotspotBody) -> str:
    return hint(body.most, one=body.select == "one")


def _outside(body: HotspotBody) -> Iterator[Complaint]:
    """Yield the places that do not lie within the drawing."""
    drawing = _drawing(body)
    for index, one in enumerate(body.places):
        far, low = drawing.width - one.radius, drawing.height - one.radius
        if one.radius <= 0 or not (one.radius <= one.x <= far and one.radius <= one.y <= low):
            size = f"{drawing.width:g} by {drawing.height:g}"
            yield f"places[{index}]", f"Its circle does not lie within the drawing, which is {size}."


INTERACTION = Hotspot()
