"""Planning: depth zone by zone, spacing, number of sessions and upkeep, each inside its computed range.

The plan is one decision, and its credit the mean of its parts. It is graded only where the key treats. A
plan made on a less strict decision than the key's earns nothing, for it leaves out what the record asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.interactions.contract import Example, Interaction, Posed, Task
from quizzes.interactions.decide.interaction import Decided
from quizzes.interactions.field_names import COURSE, DEPTH, DEPTH_FROM, DEPTH_TO
from quizzes.interactions.marks import DecisionGrade, Marks, PartGrade, SafetyError
from quizzes.interactions.plan.examples import EXAMPLES
from quizzes.interactions.reading import Given, number, whole
from quizzes.protocols.decision import Ranges
from quizzes.protocols.depth import effective_maximum_mm
from quizzes.protocols.model import Fact, Protocol, Range
from quizzes.protocols.serialisation import range_to_json
from quizzes.wording import decision_label, value_label, zone_labels

DEEPEST_DRAWN_MM = 3.0
"""Where the ruler beside the fields ends."""

Depth = tuple[float | None, float | None]
"""Shallowest and deepest setting of a zone in millimetres; None is not set."""

NOT_SET: Depth = (None, None)


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set so far; None is not set yet."""

    depth_mm: Mapping[str, Depth] = field(default_factory=dict)
    interval_weeks: float | None = None
    sessions: int | None = None
    maintenance_months: float | None = None


class _Goal(NamedTuple):
    """What one part of a plan is held against; a setting of the course has no zone."""

    name: str
    zone: str | None
    accepted: Range | None
    shown: dict[str, float] | None


@dataclass(frozen=True, slots=True)
class _Held:
    """What plans are held against: the parts, none where the key does not treat; and the depths allowed."""

    goals: tuple[_Goal, ...]
    allowed: Range | None
    rule: Fact | None


@dataclass(frozen=True, slots=True)
class ZoneFields:
    """The depth of one zone as given so far, in millimetres, as typed."""

    key: str
    label: str
    depth_from_mm: str | None
    depth_to_mm: str | None

    @property
    def has_band(self) -> bool:
        """Return whether both depths are numbers, so that the band can be drawn."""
        try:
            return float(self.depth_from_mm or "") <= float(self.depth_to_mm or "") <= DEEPEST_DRAWN_MM
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class PlanView:
    """The settings as given so far, as typed; None is not given."""

    prompt: str
    zones: tuple[ZoneFields, ...]
    interval_weeks: str | None
    sessions: str | None
    maintenance_months: str | None


class Plan(Interaction[None, Settings]):
    """The settings of today's session and of the course of treatment."""

    kind = "plan"
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def fields(self, _task: Task, visit: Visit) -> tuple[str, ...]:
        """Return two depths for each zone, then the settings of the course."""
        depths = (prefix + zone.zone for zone in visit.zones for prefix in (DEPTH_FROM, DEPTH_TO))
        return (*depths, *COURSE)

    def read(self, _task: Task, visit: Visit, given: Given) -> Settings:
        """Return the settings; units are those the field names carry."""
        depth: dict[str, Depth] = {}
        for zone in visit.zones:
            ends = number(given, DEPTH_FROM + zone.zone), number(given, DEPTH_TO + zone.zone)
            if ends != NOT_SET:
                depth[zone.zone] = ends
        return Settings(
            depth,
            number(given, "interval_weeks"),
            whole(given, "sessions"),
            number(given, "maintenance_months"),
        )

    def to_json(self, _task: Task, answer: Settings) -> dict[str, Any]:
        """Return what was set."""
        raw: dict[str, Any] = {}
        for zone, (start, end) in sorted(answer.depth_mm.items()):
            raw |= {DEPTH_FROM + zone: start, DEPTH_TO + zone: end}
        raw |= {name: getattr(answer, name) for name in COURSE}
        return {name: value for name, value in raw.items() if value is not None}

    def missing(
        self, _task: Task, visit: Visit, answer: Settings, answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return what is not set, where the chosen action treats; who does not treat sets nothing."""
        if not _treats(answers):
            return ()
        missing = []
        for zone in visit.zones:
            ends = answer.depth_mm.get(zone.zone, NOT_SET)
            missing += [
                prefix + zone.zone
                for prefix, end in zip((DEPTH_FROM, DEPTH_TO), ends, strict=True)
                if end is None
            ]
        return (*missing, *(name for name in COURSE if getattr(answer, name) is None))

    def grade(self, task: Task, posed: Posed, answer: Settings, answers: Mapping[str, Any]) -> Marks:
        """Grade the settings where the key treats, and name each depth beyond the cap."""
        held = posed.memory.get("plan")
        if held is None:
            held = posed.memory["plan"] = _held(posed)
        treats = _treats(answers)
        harms = _too_deep(held, answer) if treats and not posed.case.contested else ()
        if not held.goals:
            return Marks((), (), harms)
        careful = treats and answers["decide"].action.strictness >= posed.key.action.strictness
        parts = _parts(held.goals, answer if treats else Settings(), earns=careful)
        credit = sum([part.credit for part in parts]) / len(parts)
        return Marks((DecisionGrade("plan", None, None, credit, task.row, task.key, parts),), (), harms)

    def perfect(self, _task: Task, posed: Posed) -> dict[str, Any]:
        """Return the least of every range; nothing where the key does not treat."""
        ranges = posed.key.ranges
        if ranges is None:
            return {}
        raw: dict[str, Any] = {}
        for zone, depth in ranges.depth_mm.items():
            if depth is not None:
                raw |= {DEPTH_FROM + zone: depth.minimum, DEPTH_TO + zone: depth.maximum}
        return raw | {name: setting.minimum for name, setting in _course(ranges)}

    def careless(self, task: Task, posed: Posed) -> dict[str, Any]:
        """Return the settings of the key, or the protocol's own where the key does not treat."""
        found = self.perfect(task, posed)
        if found:
            return found
        parameters = posed.protocol.parameters
        shallowest = parameters.depth_mm.parameter.range.minimum if parameters.depth_mm else 0.0
        depths = {name: shallowest for name in self.fields(task, posed.visit) if name not in COURSE}
        return depths | {
            "interval_weeks": parameters.interval_weeks.range.minimum,
            "sessions": parameters.initial_sessions.range.minimum,
            "maintenance_months": parameters.maintenance_months.range.minimum,
        }

    def show(self, _task: Task, visit: Visit, protocol: Protocol, given: Given) -> PlanView:
        """Return the settings as given so far."""
        labels = zone_labels(protocol)
        return PlanView(
            prompt=visit.plan_prompt,
            zones=tuple(
                ZoneFields(
                    key=one.zone,
                    label=labels.get(one.zone, one.zone),
                    depth_from_mm=_shown(given, DEPTH_FROM + one.zone),
                    depth_to_mm=_shown(given, DEPTH_TO + one.zone),
                )
                for one in visit.zones
            ),
            interval_weeks=_shown(given, "interval_weeks"),
            sessions=_shown(given, "sessions"),
            maintenance_months=_shown(given, "maintenance_months"),
        )

    def label(self, _task: Task, protocol: Protocol, name: str) -> str:
        """Return the words for the plan, a part of it, or a field."""
        return decision_label(name, protocol)

    def words(self, _task: Task, _protocol: Protocol, name: str, value: object) -> str:
        """Return a setting or range with its unit; None is not permitted here, or not set."""
        return value_label(name, value)

    def text(self, _task: Task, visit: Visit, protocol: Protocol) -> str:
        """Return the settings asked for, one a line."""
        names = [decision_label(DEPTH + zone.zone, protocol) for zone in visit.zones]
        names += [decision_label(name, protocol) for name in COURSE]
        return "\n".join((_("Plan"), visit.plan_prompt, *(f"- {name}" for name in names)))


def _treats(answers: Mapping[str, Any]) -> bool:
    decided = answers.get("decide")
    return isinstance(decided, Decided) and decided.action is not None and decided.action.treats


def _shown(given: Given, name: str) -> str | None:
    value = given.get(name)
    return f"{value:g}" if isinstance(value, int | float) else value if isinstance(value, str) else None


def _course(ranges: Ranges) -> tuple[tuple[str, Range], ...]:
    return (
        ("interval_weeks", ranges.interval_weeks),
        ("sessions", ranges.initial_sessions),
        ("maintenance_months", ranges.maintenance_months),
    )


def _held(posed: Posed) -> _Held:
    depth, ranges = posed.protocol.parameters.depth_mm, posed.key.ranges
    goals = () if ranges is None else tuple(_goals(ranges))
    if depth is None:
        return _Held(goals, None, None)
    cap = effective_maximum_mm(depth, posed.region)
    rule = depth.cap if cap < depth.parameter.range.maximum else depth.parameter.fact
    return _Held(goals, Range(0.0, cap), rule)


def _goals(ranges: Ranges) -> Iterator[_Goal]:
    for zone, accepted in ranges.depth_mm.items():
        yield _Goal(DEPTH + zone, zone, accepted, range_to_json(accepted))
    for name, accepted in _course(ranges):
        yield _Goal(name, None, accepted, range_to_json(accepted))


def _parts(goals: tuple[_Goal, ...], settings: Settings, *, earns: bool) -> tuple[PartGrade, ...]:
    parts = []
    for name, zone, accepted, shown in goals:
        if zone is None:
            given = getattr(settings, name)
            right = given is not None and accepted is not None and given in accepted
        else:
            start, end = settings.depth_mm.get(zone, NOT_SET)
            given = None if start is None and end is None else [start, end]
            right = _depth_is_right(accepted, start, end)
        parts.append(PartGrade(name, given, shown, 1.0 if earns and right else 0.0))
    return tuple(parts)


def _depth_is_right(accepted: Range | None, start: float | None, end: float | None) -> bool:
    """Whether both ends lie inside the range, in order; blank where nothing is permitted."""
    if accepted is None:
        return start is None and end is None
    return start is not None and end is not None and start <= end and start in accepted and end in accepted


def _too_deep(held: _Held, settings: Settings) -> tuple[SafetyError, ...]:
    """Return an error for each zone set deeper than allowed, without a region by the protocol alone."""
    allowed, rule = held.allowed, held.rule
    if allowed is None or rule is None:
        return ()
    deepest = {zone: max(start or 0.0, end or 0.0) for zone, (start, end) in settings.depth_mm.items()}
    return tuple(
        [
            SafetyError(
                rule=rule.id,
                finding=None,
                finding_key=None,
                text=rule.text,
                given=f"{zone}: {depth_mm:g}",
                required=f"{allowed.maximum:g}",
                harm="too_deep",
                decision="plan",
            )
            for zone, depth_mm in deepest.items()
            if depth_mm not in allowed
        ]
    )


INTERACTION = Plan()
