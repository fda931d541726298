"""Planning: depth zone by zone, and the settings a visit names, each inside its computed range.

The plan is one decision, and its credit the mean of its parts. It is graded only where the key treats. A
plan made on a less strict decision than the key's earns nothing, for it leaves out what the record asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.interactions.contract import Example, Interaction, Posed, Task
from quizzes.interactions.decide.interaction import Decided
from quizzes.interactions.field_names import (
    DEPTH,
    DEPTH_FROM,
    DEPTH_TO,
    SESSIONS,
    setting_field,
    setting_of,
)
from quizzes.interactions.marks import DecisionGrade, Marks
from quizzes.interactions.plan.examples import EXAMPLES
from quizzes.interactions.plan.limits import (
    NOT_SET,
    Depth,
    Settings,
    beyond_limit,
    held_against,
    parts_of,
    too_deep,
)
from quizzes.interactions.reading import LARGEST_NUMBER, Given, number, whole
from quizzes.protocols.actions import Action
from quizzes.protocols.model import Harm, Protocol
from quizzes.wording import decision_label, setting_heading, value_label, zone_labels
from quizzes.wording_units import unit_words

DEEPEST_DRAWN_MM = 3.0
"""Where the ruler beside the fields ends."""


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
class SettingField:
    """A setting as given so far, as typed; its unit is a short form and a word, or both None."""

    name: str
    label: str
    value: str | None
    step: float
    unit: str | None
    unit_word: str | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """The settings as given so far, as typed; None is not given."""

    prompt: str
    zones: tuple[ZoneFields, ...]
    settings: tuple[SettingField, ...]


class Plan(Interaction[None, Settings]):
    """The settings of today's session and of the course of treatment, as far as the visit asks for them."""

    kind = "plan"
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def fields(self, _task: Task, visit: Visit) -> tuple[str, ...]:
        """Return two depths for each zone, then the settings that the visit names."""
        depths = (prefix + zone.zone for zone in visit.zones for prefix in (DEPTH_FROM, DEPTH_TO))
        return (*depths, *_fields(visit))

    def read(self, _task: Task, visit: Visit, given: Given) -> Settings:
        """Return the settings; units are those the field names carry."""
        depth: dict[str, Depth] = {}
        for zone in visit.zones:
            ends = number(given, DEPTH_FROM + zone.zone), number(given, DEPTH_TO + zone.zone)
            if ends != NOT_SET:
                depth[zone.zone] = ends
        numbers = {name: (whole if name == SESSIONS else number)(given, name) for name in _fields(visit)}
        return Settings(depth, {name: value for name, value in numbers.items() if value is not None})

    def to_json(self, _task: Task, answer: Settings) -> dict[str, Any]:
        """Return what was set."""
        raw: dict[str, Any] = {}
        for zone, (start, end) in sorted(answer.depth_mm.items()):
            raw |= {DEPTH_FROM + zone: start, DEPTH_TO + zone: end}
        raw |= answer.numbers
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
        return (*missing, *(name for name in _fields(visit) if name not in answer.numbers))

    def grade(self, task: Task, posed: Posed, answer: Settings, answers: Mapping[str, Any]) -> Marks:
        """Grade the settings where the key treats, and name each that is beyond its limit."""
        held = posed.memory.get("plan")
        if held is None:
            held = posed.memory["plan"] = held_against(posed)
        treats = _treats(answers)
        counts = treats and not posed.case.contested
        harms = (*too_deep(held, answer), *beyond_limit(held, answer)) if counts else ()
        if not held.goals:
            return Marks((), (), harms)
        careful = treats and answers["decide"].action.strictness >= posed.key.action.strictness
        parts = parts_of(held.goals, answer if treats else Settings(), earns=careful)
        credit = sum([part.credit for part in parts]) / len(parts)
        return Marks((DecisionGrade("plan", None, None, credit, task.row, task.key, parts),), (), harms)

    def possible_harms(self, task: Task, posed: Posed) -> frozenset[Harm]:
        """Return what settings beyond every limit would be."""
        beyond = Settings(
            {zone.zone: (LARGEST_NUMBER, LARGEST_NUMBER) for zone in posed.visit.zones},
            dict.fromkeys(_fields(posed.visit), LARGEST_NUMBER),
        )
        marks = self.grade(task, posed, beyond, {"decide": Decided(Action.PROCEED)})
        return frozenset(error.harm for error in marks.harms)

    def perfect(self, _task: Task, posed: Posed) -> dict[str, Any]:
        """Return the least of every range; nothing where the key does not treat."""
        ranges = posed.key.ranges
        if ranges is None:
            return {}
        raw: dict[str, Any] = {}
        for zone, depth in ranges.depth_mm.items():
            if depth is not None:
                raw |= {DEPTH_FROM + zone: depth.minimum, DEPTH_TO + zone: depth.maximum}
        names = (name for name in posed.visit.settings if name in ranges.settings)
        return raw | {setting_field(name): ranges.settings[name].minimum for name in names}

    def careless(self, task: Task, posed: Posed) -> dict[str, Any]:
        """Return the settings of the key, or the protocol's own where the key does not treat."""
        found = self.perfect(task, posed)
        if found:
            return found
        parameters = posed.protocol.parameters
        shallowest = parameters.depth_mm.parameter.range.minimum if parameters.depth_mm else 0.0
        fields = self.fields(task, posed.visit)
        depths = {name: shallowest for name in fields if name.startswith((DEPTH_FROM, DEPTH_TO))}
        return depths | {
            setting_field(name): setting.range.minimum
            for name, setting in parameters.settings.items()
            if name in posed.visit.settings
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
            settings=tuple(_setting_field(name, protocol, given) for name in _fields(visit)),
        )

    def label(self, _task: Task, protocol: Protocol, name: str) -> str:
        """Return the words for the plan, a part of it, or a field."""
        return decision_label(name, protocol)

    def words(self, _task: Task, protocol: Protocol, name: str, value: object) -> str:
        """Return a setting or range with its unit; None is not permitted here, or not set."""
        return value_label(name, value, protocol)

    def text(self, _task: Task, visit: Visit, protocol: Protocol) -> str:
        """Return the settings asked for, one a line."""
        names = [decision_label(DEPTH + zone.zone, protocol) for zone in visit.zones]
        names += [decision_label(name, protocol) for name in _fields(visit)]
        return "\n".join((_("Plan"), visit.plan_prompt, *(f"- {name}" for name in names)))


def _treats(answers: Mapping[str, Any]) -> bool:
    decided = answers.get("decide")
    return isinstance(decided, Decided) and decided.action is not None and decided.action.treats


def _shown(given: Given, name: str) -> str | None:
    value = given.get(name)
    return f"{value:g}" if isinstance(value, int | float) else value if isinstance(value, str) else None


def _fields(visit: Visit) -> tuple[str, ...]:
    return tuple(setting_field(name) for name in visit.settings)


def _setting_field(name: str, protocol: Protocol, given: Given) -> SettingField:
    setting = protocol.parameters.settings[setting_of(name)]
    short, word = unit_words(setting.unit)
    step = int(setting.step) if setting.step.is_integer() else setting.step
    return SettingField(name, setting_heading(name, protocol), _shown(given, name), step, short, word)


INTERACTION = Plan()
