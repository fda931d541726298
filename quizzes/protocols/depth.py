"""The accepted needle depth of each zone, in millimetres."""

from __future__ import annotations

from quizzes.protocols.conditions import holds
from quizzes.protocols.decision import ZoneTrace
from quizzes.protocols.model import BandRule, Depth, Range
from quizzes.protocols.record import Record, Region, Zone

ZONE_WORDS: dict[str, tuple[str | bool, ...]] = {
    "phase": ("first", "series", "maintenance", "restart"),
    "thinning": ("mild", "marked"),
    "grafted": (True, False),
    "tolerated": (True, False),
}
"""What a band rule may ask of a zone besides its name (`zone`), with the values each may have."""


def effective_maximum_mm(depth: Depth, region: Region | None) -> float:
    """Return the deepest setting allowed anywhere: the least of protocol, device label and licence."""
    limits = [depth.parameter.range.maximum]
    if region is not None:
        limits += [
            limit for limit in (region.device_maximum_mm, region.licence_maximum_mm) if limit is not None
        ]
    return min(limits)


def zone_traces(depth: Depth, record: Record, region: Region | None) -> tuple[ZoneTrace, ...]:
    """Return how the depth of every zone of the record comes about, in the record's order.

    A zone takes the first band whose condition holds, cut to protocol, device and licence. Where that
    leaves nothing, the fallback band is cut the same way; where that leaves nothing either, no depth is
    permitted.
    """
    outer = depth.parameter.range
    cap_mm = effective_maximum_mm(depth, region)
    cap = depth.parameter.fact if cap_mm == outer.maximum else depth.cap
    allowed = Range(outer.minimum, cap_mm)  # empty below the protocol's minimum: nothing lies within it then
    traces = []
    for zone in record.zones:
        rule = _band_rule(depth, zone, record)
        band = rule.band
        permitted = band.range.within(allowed)
        empty = permitted is None
        traces.append(
            ZoneTrace(
                zone.zone,
                depth.zones[zone.zone],
                band.id,
                band.name,
                rule.why,
                band.range,
                cap_mm,
                cap.id,
                empty,
                depth.fallback.range.within(allowed) if empty else permitted,
                band.sources,
                cap.sources,
            )
        )
    return tuple(traces)


def _band_rule(depth: Depth, zone: Zone, record: Record) -> BandRule:
    stated: dict[str, str | bool] = {
        "zone": zone.zone,
        "phase": record.phase,
        "thinning": zone.thinning,
        "grafted": zone.grafted,
        "tolerated": zone.tolerated,
    }
    for rule in depth.rules:
        if holds(rule.test, stated):
            return rule
    return depth.rules[-1]
