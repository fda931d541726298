"""A number with its unit, held against a setting of the protocol, a range, or a value with a tolerance.

A depth is held against the computed range of its zone, so that a revision of the protocol moves the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lms.core.text import _
from lms.publishing.documents import suggestion
from quizzes.cases.model import Visit
from quizzes.interactions.contract import Complaint, Example, Interaction, Posed, Task
from quizzes.interactions.decide.interaction import Decided
from quizzes.interactions.marks import DecisionGrade, Marks, SafetyError
from quizzes.interactions.number.examples import EXAMPLES
from quizzes.interactions.reading import LARGEST_NUMBER, Given, number
from quizzes.protocols.actions import Action
from quizzes.protocols.bands import right_range
from quizzes.protocols.depth import effective_maximum_mm
from quizzes.protocols.model import Harm, Protocol, Range
from quizzes.protocols.serialisation import range_to_json
from quizzes.wording import range_label

UNIT = re.compile(r"[^\W\d_%]+(?:[ /][^\W\d_]+){0,3}|%")

DEPTH = "depth_mm"


@dataclass(frozen=True, slots=True)
class OfProtocol:
    """What is right for a setting of the protocol at the visit; `zone` says whose depth is meant."""

    parameter: str
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """A range, both ends included."""

    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class About:
    """A value, and how far off an answer may be."""

    value: float
    tolerance: float


@dataclass(frozen=True, slots=True)
class NumberBody:
    """What is accepted, in which unit; `step` is that of the buttons beside the field."""

    unit: str
    accepts: OfProtocol | Between | About
    step: float = 1.0


@dataclass(frozen=True, slots=True)
class NumberView:
    """The question as the page shows it, with the number as typed."""

    name: str
    prompt: str
    unit: str
    step: float
    value: str | None


class Number(Interaction[NumberBody, float | None]):
    """One number; the answer is None while nothing is typed."""

    kind = "number"
    body_shape = NumberBody
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES
    qualities = ()

    def problems(self, task: Task, visit: Visit, protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield ranges that are none, and settings or zones that are not there."""
        body: NumberBody = task.body
        accepts = body.accepts
        if protocol is None:
            yield from _unit_problems(body)
            yield from _range_problems(accepts)
            yield from _zone_problems(accepts, visit)
        elif isinstance(accepts, OfProtocol):
            yield from _setting_problems(accepts.parameter, protocol)

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return the one field."""
        return (task.key,)

    def read(self, task: Task, _visit: Visit, given: Given) -> float | None:
        """Return the number, in the unit of the task."""
        return number(given, task.key)

    def to_json(self, task: Task, answer: float | None) -> dict[str, Any]:
        """Return the number, if one is given."""
        return {} if answer is None else {task.key: answer}

    def missing(
        self, task: Task, _visit: Visit, answer: float | None, answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the field while it is empty; who does not treat today needs no depth."""
        needed = answer is None and (_treats(answers) or not _asks_depth(task.body.accepts))
        return (task.key,) if needed else ()

    def grade(self, task: Task, posed: Posed, answer: float | None, answers: Mapping[str, Any]) -> Marks:
        """Grade the number, and name one beyond its limit; where no depth is permitted none is graded."""
        counts = _treats(answers) and not posed.case.contested
        harms = (*_too_deep(task, posed, answer), *_beyond_limit(task, posed, answer)) if counts else ()
        accepted = _accepted(task.body.accepts, posed)
        if accepted is None:
            return Marks((), harms=harms)
        right = answer is not None and answer in accepted
        decision = DecisionGrade(task.key, answer, range_to_json(accepted), float(right), task.row, task.key)
        return Marks((decision,), harms=harms)

    def possible_harms(self, task: Task, posed: Posed) -> frozenset[Harm]:
        """Return what a number beyond every limit would be."""
        marks = self.grade(task, posed, LARGEST_NUMBER, {"decide": Decided(Action.PROCEED)})
        return frozenset(error.harm for error in marks.harms)

    def perfect(self, task: Task, posed: Posed) -> dict[str, Any]:
        """Return the least accepted number."""
        accepted = _accepted(task.body.accepts, posed)
        return {} if accepted is None else {task.key: accepted.minimum}

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> NumberView:
        """Return the number as typed."""
        value = given.get(task.key)
        shown = value if isinstance(value, str) else None
        if isinstance(value, int | float) and 0 <= value <= LARGEST_NUMBER:
            shown = f"{value:g}"
        return NumberView(task.key, task.prompt, task.body.unit, task.body.step, shown)

    def words(self, task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return a number or range with its unit."""
        if isinstance(value, Mapping):
            return f"{range_label(value['minimum'], value['maximum'])} {task.body.unit}"
        if isinstance(value, int | float):
            return f"{value:g} {task.body.unit}"
        return _("Not answered")

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return the question with the unit of its answer."""
        return "\n".join((task.prompt, _("Answer in %(unit)s.", unit=task.body.unit)))


def _treats(answers: Mapping[str, Any]) -> bool:
    decided = answers.get("decide")
    return isinstance(decided, Decided) and decided.action is not None and decided.action.treats


def _asks_depth(accepts: OfProtocol | Between | About) -> bool:
    return isinstance(accepts, OfProtocol) and accepts.parameter == DEPTH


def _setting_problems(name: str, protocol: Protocol) -> Iterator[Complaint]:
    known = dict(protocol.parameters.settings) | ({DEPTH: None} if protocol.parameters.depth_mm else {})
    if name not in known:
        near = suggestion(name, known)
        yield "accepts.parameter", f"The protocol has no setting “{name}”.{near} It has {', '.join(known)}."


def _unit_problems(body: NumberBody) -> Iterator[Complaint]:
    if not UNIT.fullmatch(body.unit):
        yield "unit", f"“{body.unit}” is no unit. Write a word or two, such as weeks."
    if body.step <= 0:
        yield "step", "A step is above zero."


def _range_problems(accepts: OfProtocol | Between | About) -> Iterator[Complaint]:
    match accepts:
        case Between(minimum, maximum):
            if not 0 <= minimum <= maximum:
                yield "accepts", "The minimum lies between 0 and the maximum."
            most = maximum
        case About(value, tolerance):
            if tolerance < 0 or value < 0:
                yield "accepts", "Neither the value nor its tolerance is below zero."
            most = value
        case _:
            return
    if most > LARGEST_NUMBER:
        yield "accepts", f"Nobody can enter more than {LARGEST_NUMBER:g}. Ask in a larger unit."


def _zone_problems(accepts: OfProtocol | Between | About, visit: Visit) -> Iterator[Complaint]:
    if not isinstance(accepts, OfProtocol):
        return
    zones = [one.zone for one in visit.zones]
    if accepts.parameter == DEPTH and accepts.zone not in zones:
        known = ", ".join(zones) or "none"
        yield "accepts.zone", f"Say whose depth is meant, among the zones of this visit: {known}."
    if accepts.parameter != DEPTH and accepts.zone is not None:
        yield "accepts.zone", f"“{accepts.parameter}” is the same for every zone. Remove this."


def _accepted(accepts: OfProtocol | Between | About, posed: Posed) -> Range | None:
    """Return the accepted range, or None for a depth where the visit permits or asks for none."""
    if isinstance(accepts, Between):
        return Range(accepts.minimum, accepts.maximum)
    if isinstance(accepts, About):
        return Range(max(0.0, accepts.value - accepts.tolerance), accepts.value + accepts.tolerance)
    if accepts.parameter == DEPTH:
        ranges = posed.key.ranges
        return None if ranges is None else ranges.depth_mm.get(accepts.zone or "")
    return right_range(posed.protocol.parameters.settings[accepts.parameter], posed.visit.record)


def _too_deep(task: Task, posed: Posed, answer: float | None) -> Iterator[SafetyError]:
    """Yield the error of naming a depth beyond the limit; without a region, the protocol's own."""
    accepts, depth = task.body.accepts, posed.protocol.parameters.depth_mm
    rule = posed.protocol.safety_rules.get("too_deep")
    if not _asks_depth(accepts) or answer is None or depth is None or rule is None:
        return
    cap = effective_maximum_mm(depth, posed.region)
    if answer not in Range(0.0, cap):
        yield SafetyError(
            rule=rule.id,
            finding=None,
            finding_key=None,
            text=rule.text,
            given=f"{answer:g} {task.body.unit}",
            required=f"{cap:g} {task.body.unit}",
            harm="too_deep",
            decision=task.key,
        )


def _beyond_limit(task: Task, posed: Posed, answer: float | None) -> Iterator[SafetyError]:
    """Yield the error of naming more than a safety-critical setting may be."""
    accepts = task.body.accepts
    if answer is None or not isinstance(accepts, OfProtocol) or _asks_depth(accepts):
        return
    setting = posed.protocol.parameters.settings[accepts.parameter]
    if setting.safety_critical and answer not in Range(0.0, setting.range.maximum):
        yield SafetyError(
            rule=setting.fact.id,
            finding=None,
            finding_key=None,
            text=setting.fact.text,
            given=f"{answer:g} {task.body.unit}",
            required=f"{setting.range.maximum:g} {task.body.unit}",
            harm="beyond_limit",
            decision=task.key,
        )


INTERACTION = Number()
