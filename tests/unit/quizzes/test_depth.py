"""How the depth of a zone comes about: its band, the cap, the fallback, and the trace of all three."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quizzes.protocols.decide import decide
from quizzes.protocols.decision import ZoneTrace
from quizzes.protocols.depth import effective_maximum_mm, zone_traces
from quizzes.protocols.model import Depth, Protocol, Range
from quizzes.protocols.parse import parse_protocol
from quizzes.protocols.record import Record, Region, Zone

CROWN = Zone("crown", "marked", tolerated=True)
SERIES = Record(2, 8, 3, "series", zones=(CROWN,))


@pytest.fixture(scope="module")
def depth(protocol: Protocol) -> Depth:
    found = protocol.parameters.depth_mm
    assert found is not None
    return found


def licence(maximum_mm: float) -> Region:
    return Region("here", "Here", licence_maximum_mm=maximum_mm)


def crown(depth: Depth, region: Region | None = None) -> ZoneTrace:
    (trace,) = zone_traces(depth, SERIES, region)
    return trace


@pytest.mark.parametrize(
    ("licence_mm", "device_mm", "expected"),
    [
        (None, None, 1.5),
        (1.2, None, 1.2),
        (None, 1.0, 1.0),
        (1.2, 1.0, 1.0),
        (0.8, 1.0, 0.8),
        (2.5, 3.0, 1.5),
        (0.0, None, 0.0),
    ],
)
def test_the_least_of_protocol_device_and_licence_is_the_cap(
    depth: Depth, licence_mm: float | None, device_mm: float | None, expected: float
) -> None:
    region = Region("here", "Here", licence_maximum_mm=licence_mm, device_maximum_mm=device_mm)
    assert effective_maximum_mm(depth, region) == expected


@pytest.mark.parametrize(
    ("region", "permitted", "fallback", "cap_mm", "cap_rule"),
    [
        (None, Range(1.0, 1.5), False, 1.5, "DEP"),
        (licence(2.0), Range(1.0, 1.5), False, 1.5, "DEP"),
        (licence(1.2), Range(1.0, 1.2), False, 1.2, "DEP-CAP"),
        (licence(1.0), Range(1.0, 1.0), False, 1.0, "DEP-CAP"),
        (licence(0.95), Range(0.5, 0.9), True, 0.95, "DEP-CAP"),
        (licence(0.8), Range(0.5, 0.8), True, 0.8, "DEP-CAP"),
        (licence(0.5), Range(0.5, 0.5), True, 0.5, "DEP-CAP"),
        (licence(0.49), None, True, 0.49, "DEP-CAP"),
    ],
)
def test_a_band_is_cut_then_falls_back_then_is_not_permitted(
    depth: Depth,
    region: Region | None,
    permitted: Range | None,
    *,
    fallback: bool,
    cap_mm: float,
    cap_rule: str,
) -> None:
    trace = crown(depth, region)
    assert (trace.permitted, trace.fallback) == (permitted, fallback)
    assert (trace.cap_mm, trace.cap_rule) == (cap_mm, cap_rule)


def test_a_trace_leads_from_the_zone_to_the_sources(protocol: Protocol, depth: Depth) -> None:
    trace = crown(depth, licence(1.2))
    assert (trace.zone, trace.label) == ("crown", "Crown")
    assert (trace.band, trace.band_name, trace.band_range) == ("DEP-B", "Deeper", Range(1.0, 1.5))
    assert trace.why == "Marked thinning on a robust area that tolerated the shallow band may go deeper."
    assert trace.sources == protocol.fact("DEP-B").sources
    assert trace.cap_sources == protocol.fact("DEP-CAP").sources
    assert crown(depth).cap_sources == protocol.fact("DEP").sources


def test_the_band_stays_named_where_the_fallback_took_its_place(depth: Depth) -> None:
    trace = crown(depth, licence(0.8))
    assert (trace.band, trace.band_range, trace.fallback) == ("DEP-B", Range(1.0, 1.5), True)


def test_the_traces_are_the_ranges_of_a_decision(protocol: Protocol) -> None:
    zones = (CROWN, Zone("hairline", "marked", tolerated=True))
    ranges = decide(protocol, replace(SERIES, zones=zones), licence(0.8)).ranges
    assert ranges is not None
    assert [trace.zone for trace in ranges.zones] == ["crown", "hairline"]
    assert ranges.depth_mm == {trace.zone: trace.permitted for trace in ranges.zones}
    assert [trace.fallback for trace in ranges.zones] == [True, False]


def test_a_zone_that_no_rule_names_takes_the_fallback_band(library: Path) -> None:
    text = (library / "protocol.yaml").read_text(encoding="utf-8")
    last = "      - band: DEP-A\n        when: {}\n        why: Everything else stays shallow.\n"
    assert last in text
    shortened = parse_protocol(text.replace(last, "").encode(), "protocol.yaml").parameters.depth_mm
    assert shortened is not None
    (trace,) = zone_traces(shortened, replace(SERIES, zones=(Zone("part_line", "mild"),)), None)
    assert (trace.band, trace.why, trace.fallback) == ("DEP-A", "", False)
    assert trace.permitted == Range(0.5, 0.9)
