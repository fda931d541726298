"""What plans are held against: the parts that are right, and what may never be exceeded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from quizzes.interactions.contract import Posed
from quizzes.interactions.field_names import DEPTH, setting_field
from quizzes.interactions.marks import PartGrade, SafetyError
from quizzes.protocols.depth import effective_maximum_mm
from quizzes.protocols.model import Fact, Parameters, Range
from quizzes.protocols.serialisation import range_to_json

Depth = tuple[float | None, float | None]
"""Shallowest and deepest setting of a zone in millimetres; None is not set."""

NOT_SET: Depth = (None, None)


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set so far, depths by zone and the rest by field; what is not there is not set yet."""

    depth_mm: Mapping[str, Depth] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


class Goal(NamedTuple):
    """What one part of a plan is held against; only depth has a zone."""

    name: str
    zone: str | None
    accepted: Range | None
    shown: dict[str, float] | None


@dataclass(frozen=True, slots=True)
class Held:
    """What plans are held against: the parts, none where the key does not treat; and what is allowed at most.

    `limits` holds the settings by field that are an error of safety beyond their maximum, with the fact.
    """

    goals: tuple[Goal, ...]
    allowed: Range | None
    rule: Fact | None
    limits: Mapping[str, tuple[Range, Fact]]


def held_against(posed: Posed) -> Held:
    """Return what plans for a posed visit are held against."""
    parameters = posed.protocol.parameters
    depth, goals, limits = parameters.depth_mm, tuple(_goals(posed)), _limits(parameters)
    if depth is None:
        return Held(goals, None, None, limits)
    cap = effective_maximum_mm(depth, posed.region)
    rule = depth.cap if cap < depth.parameter.range.maximum else depth.parameter.fact
    return Held(goals, Range(0.0, cap), rule, limits)


def _goals(posed: Posed) -> Iterator[Goal]:
    ranges = posed.key.ranges
    if ranges is None:
        return
    for zone, accepted in ranges.depth_mm.items():
        yield Goal(DEPTH + zone, zone, accepted, range_to_json(accepted))
    for name in posed.visit.settings:
        if name in ranges.settings:
            right = ranges.settings[name]
            yield Goal(setting_field(name), None, right, range_to_json(right))


def _limits(parameters: Parameters) -> dict[str, tuple[Range, Fact]]:
    return {
        setting_field(name): (Range(0.0, setting.range.maximum), setting.fact)
        for name, setting in parameters.settings.items()
        if setting.safety_critical
    }


def parts_of(goals: tuple[Goal, ...], settings: Settings, *, earns: bool) -> tuple[PartGrade, ...]:
    """Return each part with its credit; without `earns` none has any."""
    parts = []
    given: Any
    for name, zone, accepted, shown in goals:
        if zone is None:
            given = settings.numbers.get(name)
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


def too_deep(held: Held, settings: Settings) -> tuple[SafetyError, ...]:
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


def beyond_limit(held: Held, settings: Settings) -> tuple[SafetyError, ...]:
    """Return an error for each safety-critical setting beyond the protocol's maximum."""
    return tuple(
        SafetyError(
            rule=fact.id,
            finding=None,
            finding_key=None,
            text=fact.text,
            given=f"{name}: {settings.numbers[name]:g}",
            required=f"{allowed.maximum:g}",
            harm="beyond_limit",
            decision="plan",
        )
        for name, (allowed, fact) in held.limits.items()
        if name in settings.numbers and settings.numbers[name] not in allowed
    )
