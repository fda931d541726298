"""Decisions as plain JSON values and back, without loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decision import Condition, Decision, Ranges, Reason
from quizzes.protocols.model import Range
from quizzes.protocols.sources import Source, SourceKind


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON values; ranges read `{"minimum": …, "maximum": …}`."""
    ranges = decision.ranges
    return {
        "action": decision.action.value,
        "escalation": decision.escalation.value,
        "reasons": [reason_to_json(reason) for reason in decision.reasons],
        "conditions": [condition_to_json(condition) for condition in decision.conditions],
        "ranges": None
        if ranges is None
        else {
            "depth_mm": {zone: range_to_json(depth) for zone, depth in ranges.depth_mm.items()},
            "interval_weeks": range_to_json(ranges.interval_weeks),
            "initial_sessions": range_to_json(ranges.initial_sessions),
            "maintenance_months": range_to_json(ranges.maintenance_months),
        },
    }


def decision_from_json(raw: Mapping[str, Any]) -> Decision:
    """Return the decision that `decision_to_json` wrote."""
    ranges = raw["ranges"]
    return Decision(
        action=Action(raw["action"]),
        escalation=Escalation(raw["escalation"]),
        reasons=tuple(Reason(**_revived(reason)) for reason in raw["reasons"]),
        conditions=tuple(Condition(**_revived(condition)) for condition in raw["conditions"]),
        ranges=None
        if ranges is None
        else Ranges(
            depth_mm={zone: _range(depth) for zone, depth in ranges["depth_mm"].items()},
            interval_weeks=Range(**ranges["interval_weeks"]),
            initial_sessions=Range(**ranges["initial_sessions"]),
            maintenance_months=Range(**ranges["maintenance_months"]),
        ),
    )


def reason_to_json(reason: Reason) -> dict[str, Any]:
    """Return one reason as JSON values."""
    return {
        "finding_key": reason.finding_key,
        "finding": reason.finding,
        "sign": reason.sign,
        "label": reason.label,
        "rule": reason.rule,
        "action": reason.action.value,
        "escalation": reason.escalation.value,
        "why": reason.why,
        "wait": reason.wait,
        "sources": [_source_to_json(source) for source in reason.sources],
        "safety_critical": reason.safety_critical,
        "decisive": reason.decisive,
    }


def condition_to_json(condition: Condition) -> dict[str, Any]:
    """Return one condition as JSON values."""
    return {
        "finding_key": condition.finding_key,
        "finding": condition.finding,
        "sign": condition.sign,
        "label": condition.label,
        "rule": condition.rule,
        "action": condition.action.value,
        "escalation": condition.escalation.value,
        "text": condition.text,
        "sources": [_source_to_json(source) for source in condition.sources],
    }


def range_to_json(value: Range | None) -> dict[str, float] | None:
    """Return a range as JSON values, or None where nothing is permitted."""
    return None if value is None else {"minimum": value.minimum, "maximum": value.maximum}


def _range(raw: Mapping[str, float] | None) -> Range | None:
    return None if raw is None else Range(**raw)


def _source_to_json(source: Source) -> dict[str, Any]:
    return {"kind": source.kind.value, "key": source.key, "text": source.text, "url": source.url}


def _revived(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a reason or condition with their types restored."""
    sources = tuple(Source(**{**source, "kind": SourceKind(source["kind"])}) for source in raw["sources"])
    return {
        **raw,
        "action": Action(raw["action"]),
        "escalation": Escalation(raw["escalation"]),
        "sources": sources,
    }
