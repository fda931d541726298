"""The accepted needle depth of each zone, in millimetres."""

from __future__ import annotations

from quizzes.protocols.conditions import holds
from quizzes.protocols.model import Depth, Range
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


def depth_ranges(depth: Depth, record: Record, region: Region | None) -> dict[str, Range | None]:
    """Return the range of every zone of the record, or None where no depth is permitted.

    A zone takes the first band whose condition holds, cut to protocol, device and licence. Where that
    leaves nothing, the fallback band is cut the same way.
    """
    minimum, maximum = depth.parameter.range.minimum, effective_maximum_mm(depth, region)
    if maximum < minimum:
        return {zone.zone: None for zone in record.zones}
    allowed = Range(minimum, maximum)
    fallback = depth.fallback.range.within(allowed)
    return {zone.zone: _band_range(depth, zone, record).within(allowed) or fallback for zone in record.zones}


def _band_range(depth: Depth, zone: Zone, record: Record) -> Range:
    stated: dict[str, str | bool] = {
        "zone": zone.zone,
        "phase": record.phase,
        "thinning": zone.thinning,
        "grafted": zone.grafted,
        "tolerated": zone.tolerated,
    }
    for rule in depth.rules:
        if holds(rule.test, stated):
            return rule.band.range
    return depth.fallback.range
