"""Decisions as plain JSON values and back, without loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decision import BandTrace, Condition, Decision, Ranges, Reason, ZoneTrace
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
            "settings": {name: range_to_json(setting) for name, setting in ranges.settings.items()},
            "zones": [_zone_to_json(trace) for trace in ranges.zones],
            "bands": [_band_to_json(trace) for trace in ranges.bands],
        },
    }


def decision_from_json(raw: Mapping[str, Any]) -> Decision:
    """Return the decision that `decision_to_json` wrote; what older ones lack is empty."""
    ranges = raw["ranges"]
    return Decision(
        action=Action(raw["action"]),
        escalation=Escalation(raw["escalation"]),
        reasons=tuple(Reason(**_revived(reason)) for reason in raw["reasons"]),
        ranges=None
        if ranges is None
        else Ranges(
            depth_mm={zone: _range(depth) for zone, depth in ranges["depth_mm"].items()},
            settings={name: Range(**setting) for name, setting in _settings(ranges).items()},
            zones=tuple(_zone(trace) for trace in ranges.get("zones", ())),
            bands=tuple(_band(trace) for trace in ranges.get("bands", ())),
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
        "varies_by_region": reason.varies_by_region,
        "wait_sources": [_source_to_json(source) for source in reason.wait_sources],
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


def _zone_to_json(trace: ZoneTrace) -> dict[str, Any]:
    return {
        "zone": trace.zone,
        "label": trace.label,
        "band": trace.band,
        "band_name": trace.band_name,
        "why": trace.why,
        "band_range": range_to_json(trace.band_range),
        "cap_mm": trace.cap_mm,
        "cap_rule": trace.cap_rule,
        "fallback": trace.fallback,
        "permitted": range_to_json(trace.permitted),
        "sources": [_source_to_json(source) for source in trace.sources],
        "cap_sources": [_source_to_json(source) for source in trace.cap_sources],
    }


def _settings(ranges: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings by name; those of older decisions stood beside the depths."""
    if "settings" in ranges:
        found: Mapping[str, Any] = ranges["settings"]
        return found
    return {name: setting for name, setting in ranges.items() if name not in {"depth_mm", "zones"}}


def _band_to_json(trace: BandTrace) -> dict[str, Any]:
    return {
        **trace._asdict(),
        "range": range_to_json(trace.range),
        "sources": [_source_to_json(source) for source in trace.sources],
    }


def _band(raw: Mapping[str, Any]) -> BandTrace:
    return BandTrace(**{**raw, "range": Range(**raw["range"]), "sources": _sources(raw["sources"])})


def _zone(raw: Mapping[str, Any]) -> ZoneTrace:
    return ZoneTrace(
        **{
            **raw,
            "band_range": Range(**raw["band_range"]),
            "permitted": _range(raw["permitted"]),
            "sources": _sources(raw["sources"]),
            "cap_sources": _sources(raw["cap_sources"]),
        }
    )


def _sources(raw: Iterable[Mapping[str, Any]]) -> tuple[Source, ...]:
    return tuple(Source(**{**source, "kind": SourceKind(source["kind"])}) for source in raw)


def _source_to_json(source: Source) -> dict[str, Any]:
    return {"kind": source.kind.value, "key": source.key, "text": source.text, "url": source.url}


def _revived(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a reason or condition with their types restored."""
    revived = {
        **raw,
        "action": Action(raw["action"]),
        "escalation": Escalation(raw["escalation"]),
        "sources": _sources(raw["sources"]),
    }
    if "wait_sources" in raw:
        revived["wait_sources"] = _sources(raw["wait_sources"])
    return revived
