"""The computed keys of a case, visit by visit, ready for JSON."""

from __future__ import annotations

from typing import Any

from quizzes.cases.model import Case
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Ranges
from quizzes.protocols.model import Protocol, Range
from quizzes.protocols.record import Region
from quizzes.protocols.serialisation import condition_to_json, reason_to_json


def derive(protocol: Protocol, case: Case, region: Region | None = None) -> list[dict[str, Any]]:
    """Return one object per visit: case, visit, action, escalation, reasons, conditions, ranges.

    `case` is the id of the written source, such as `C01`. Ranges are pairs of minimum and maximum; a zone
    without a permitted depth has null, and a visit that does not treat has null for all of them.
    Raises `ContentError` when the protocol does not know what the record says.
    """
    derived = []
    for visit in case.visits:
        decision = decide(protocol, visit.record, region)
        derived.append(
            {
                "case": case.source_id,
                "visit": visit.number,
                "action": decision.action.value,
                "escalation": decision.escalation.value,
                "reasons": [reason_to_json(reason) for reason in decision.reasons],
                "conditions": [condition_to_json(condition) for condition in decision.conditions],
                "ranges": None if decision.ranges is None else _ranges(decision.ranges),
            }
        )
    return derived


def _ranges(ranges: Ranges) -> dict[str, Any]:
    return {
        "depth_mm": {zone: _pair(depth) for zone, depth in ranges.depth_mm.items()},
        **{name: _pair(setting) for name, setting in ranges.settings.items()},
    }


def _pair(value: Range | None) -> list[float] | None:
    return None if value is None else [value.minimum, value.maximum]
