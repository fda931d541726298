"""Cards on settings: the depth band of a zone, and the most that is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from courses.review.cards.drawing import WRONG_ANSWERS, first, ordered
from courses.review.cards.model import Card, CardKind, Option, Question
from courses.review.cards.situations import record_of
from lms.core.text import _
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import ZoneTrace
from quizzes.protocols.depth import effective_maximum_mm
from quizzes.protocols.model import Depth, Parameter, Protocol, Range
from quizzes.protocols.quantities import Quantity
from quizzes.protocols.record import Phase, Record, Region, Zone

PHASES: tuple[Phase, ...] = ("first", "series", "maintenance", "restart")
STEP_MM = 0.1
FACTORS = (1.5, 2.0, 0.5, 3.0)
"""What a limit is multiplied by, to make wrong answers of the same kind."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A zone in one state, and how its depth comes about there."""

    record: Record
    trace: ZoneTrace

    @property
    def name(self) -> str:
        zone = self.record.zones[0]
        return f"{self.record.phase}-{zone.thinning}-{zone.grafted}-{zone.tolerated}"


def limit_cards(protocol: Protocol) -> Iterator[Card]:
    """Yield a card for each zone with a depth, one for the deepest setting, one for each dangerous limit."""
    depth = protocol.parameters.depth_mm
    if depth is not None:
        for zone in depth.zones:
            by_band = _places(protocol, zone)
            if len(depth.bands) > 1 and by_band:
                yield _zone_card(depth, zone, by_band)
        yield _cap_card(depth)
    for name, setting in protocol.parameters.settings.items():
        if setting.safety_critical and setting.label:
            yield _limit_card(name, setting)


def _places(protocol: Protocol, zone: str) -> Mapping[str, tuple[_Place, ...]]:
    """Return every state of a zone that a written rule speaks of, by the band it takes."""
    found: dict[str, list[_Place]] = {}
    for phase, thinning, grafted, tolerated in product(
        PHASES, ("mild", "marked"), (False, True), (True, False)
    ):
        if phase == "first" and tolerated:
            continue  # nothing was treated yet
        state = Zone(zone, "mild" if thinning == "mild" else "marked", grafted, tolerated)
        record = replace(record_of(), phase=phase, zones=(state,))
        ranges = decide(protocol, record).ranges
        for trace in ranges.zones if ranges is not None else ():
            if trace.permitted == trace.band_range and trace.why:
                found.setdefault(trace.band, []).append(_Place(record, trace))
    return {band: tuple(places) for band, places in found.items()}


def _zone_card(depth: Depth, zone: str, by_band: Mapping[str, Sequence[_Place]]) -> Card:
    def draw(seed: str) -> Question:
        place = first(seed, "state", by_band[first(seed, "band", list(by_band))], lambda one: one.name)
        beyond = depth.parameter.range.maximum
        too_deep = Range(beyond + 0.5, beyond + 1.0)
        ranges = sorted((*(band.range for band in depth.bands), too_deep), key=lambda one: one.minimum)
        return Question(
            prompt=_("Which depth suits this area? Device and licence allow all that the protocol does."),
            given=(depth.zones[zone], *_state_words(place.record)),
            options=tuple(Option(_mm(one), _mm(one)) for one in dict.fromkeys(ranges)),
            right=_mm(place.trace.band_range),
            why=(f"{place.trace.band_name}: {_mm(place.trace.band_range)}.", place.trace.why),
            sources=place.trace.sources,
        )

    return Card(CardKind.ZONE, zone, (depth.parameter.fact.id, *by_band), safety=False, draw=draw)


def _state_words(record: Record) -> tuple[str, ...]:
    zone = record.zones[0]
    phase = {
        "first": _("First session"),
        "series": _("Within the first series"),
        "maintenance": _("Upkeep session"),
        "restart": _("Restart after a complication"),
    }[record.phase]
    lines = [phase, _("Marked thinning") if zone.thinning == "marked" else _("Mild thinning")]
    if record.phase != "first":
        went_well, did_not = _("Earlier sessions went well here"), _("Earlier sessions did not go well here")
        lines.append(went_well if zone.tolerated else did_not)
    if zone.grafted:
        lines.append(_("Grafted skin"))
    return tuple(lines)


def _cap_card(depth: Depth) -> Card:
    outer = depth.parameter.range
    steps = round((outer.maximum - outer.minimum) / STEP_MM)
    limits = [round(outer.minimum + STEP_MM * step, 2) for step in range(2 * steps + 1)]

    def draw(seed: str) -> Question:
        device, licence = ordered(seed, "limits", [one for one in limits if one != outer.maximum])[:2]
        region = Region("drawn", "", licence_maximum_mm=licence, device_maximum_mm=device)
        deepest = effective_maximum_mm(depth, region)
        return Question(
            prompt=_("How deep may you go at most?"),
            given=(
                _("The protocol: %(limit)s mm", limit=f"{outer.maximum:g}"),
                _("The label of the device: %(limit)s mm", limit=f"{device:g}"),
                _("The licence: %(limit)s mm", limit=f"{licence:g}"),
            ),
            options=tuple(
                Option(f"{one:g}", _("%(limit)s mm", limit=f"{one:g}"))
                for one in sorted({outer.maximum, device, licence})
            ),
            right=f"{deepest:g}",
            why=(depth.cap.text, depth.parameter.fact.text),
            sources=depth.cap.sources,
        )

    return Card(CardKind.CAP, depth.cap.id, (depth.cap.id,), safety=True, draw=draw)


def _limit_card(name: str, setting: Parameter) -> Card:
    most = Quantity(setting.range.maximum, setting.range.maximum, setting.unit)

    def draw(seed: str) -> Question:
        wrong = [most.at(most.maximum * factor) for factor in ordered(seed, "wrong", FACTORS)[:WRONG_ANSWERS]]
        amounts = sorted((most, *wrong), key=lambda one: one.maximum)
        return Question(
            prompt=_("What is the most that the protocol allows?"),
            given=(setting.label,),
            options=tuple(Option(one.number, one.text) for one in amounts),
            right=most.number,
            why=(setting.fact.text, *((setting.fact.note,) if setting.fact.note else ())),
            sources=setting.fact.sources,
        )

    return Card(CardKind.CAP, name, (setting.fact.id,), safety=True, draw=draw)


def _mm(range_mm: Range) -> str:
    return Quantity(range_mm.minimum, range_mm.maximum, "mm").text
