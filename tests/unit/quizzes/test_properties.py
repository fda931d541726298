"""What must hold for any record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import ContentError
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision
from quizzes.protocols.depth import effective_maximum_mm, zone_traces
from quizzes.protocols.model import FindingKind, Protocol
from quizzes.protocols.record import (
    Clearance,
    Finding,
    Planned,
    Record,
    Region,
    Status,
    Zone,
    region_in_force,
)
from quizzes.protocols.records import HAZARD, record_problems
from quizzes.protocols.serialisation import decision_from_json, decision_to_json

PLANNED = st.sampled_from(list(Planned))


@st.composite
def a_finding(draw: st.DrawFn, protocol: Protocol, key: str, status: Status | None = None) -> Finding:
    kind: FindingKind = protocol.findings[draw(st.sampled_from(sorted(protocol.findings)))]
    attributes = {
        name: draw(st.sampled_from(protocol.attributes[name].values))
        for name in kind.defaults
        if name in kind.needs or draw(st.booleans())
    }
    takes_hazard = HAZARD in kind.needs or (HAZARD in kind.allows and draw(st.booleans()))
    return Finding(
        key,
        kind.id,
        status or draw(st.sampled_from(list(Status))),
        attributes,
        hazard=draw(st.sampled_from(sorted(protocol.components))) if takes_hazard else None,
        clearance=Clearance(draw(st.sampled_from(sorted(protocol.clinicians))), on_file=draw(st.booleans())),
    )


@st.composite
def a_record(draw: st.DrawFn, protocol: Protocol, most: int = 8) -> Record:
    depth = protocol.parameters.depth_mm
    assert depth is not None
    names = draw(st.lists(st.sampled_from(sorted(depth.zones)), unique=True))
    return Record(
        number=1,
        weeks_since_start=draw(st.integers(0, 60)),
        sessions_done=draw(st.integers(0, 8)),
        phase=draw(st.sampled_from(("first", "series", "maintenance", "restart"))),
        zones=tuple(
            Zone(
                name,
                draw(st.sampled_from(("mild", "marked"))),
                draw(st.booleans()),
                draw(st.booleans()),
            )
            for name in names
        ),
        plan={component: draw(PLANNED) for component in sorted(protocol.components)},
        findings=tuple(draw(a_finding(protocol, f"f{n}")) for n in range(draw(st.integers(0, most)))),
        signs=tuple(draw(st.lists(st.sampled_from(sorted(protocol.signs)), unique=True, max_size=2))),
        response=draw(st.sampled_from(("improving", "none", "worse", "not_assessed"))),
    )


def a_region() -> st.SearchStrategy[Region]:
    limits = st.one_of(st.none(), st.floats(0, 3))
    return st.builds(Region, st.just("r"), st.just("R"), limits, limits)


def ranks(decision: Decision) -> tuple[int, int]:
    return decision.action.strictness, decision.escalation.urgency


@given(st.data())
def test_another_present_finding_never_makes_a_decision_less_strict(
    protocol: Protocol, data: st.DataObject
) -> None:
    record = data.draw(a_record(protocol))
    more = data.draw(a_finding(protocol, "more", Status.PRESENT))
    before = ranks(decide(protocol, record))
    after = ranks(decide(protocol, replace(record, findings=(*record.findings, more))))
    assert after[0] >= before[0]
    assert after[1] >= before[1]


@given(st.data())
def test_the_order_of_findings_does_not_matter(protocol: Protocol, data: st.DataObject) -> None:
    record = data.draw(a_record(protocol))
    shuffled = data.draw(st.permutations(record.findings))
    assert decide(protocol, replace(record, findings=tuple(shuffled))) == decide(protocol, record)


@given(st.data())
def test_a_decision_explains_itself(protocol: Protocol, data: st.DataObject) -> None:
    record = data.draw(a_record(protocol))
    assert record_problems(protocol, record) == []
    decision = decide(protocol, record)
    assert (decision.ranges is None) == (not decision.action.treats)
    deciding = [reason for reason in decision.reasons if reason.decisive]
    stopped = decision.action is not Action.PROCEED or decision.escalation is not Escalation.NONE
    assert bool(deciding) == stopped
    kept = {(c.finding_key, c.sign, c.rule) for c in decision.conditions}
    for reason in decision.reasons:
        assert reason.sources
        assert reason.rule in protocol.facts
        if reason.action is not decision.action:
            assert (reason.finding_key, reason.sign, reason.rule) in kept


@given(st.data())
def test_stating_less_never_makes_a_decision_less_strict(protocol: Protocol, data: st.DataObject) -> None:
    record = data.draw(a_record(protocol, most=2))
    for index, finding in enumerate(record.findings):
        kind = protocol.findings[finding.finding]
        stated = {name: value for name, value in finding.attributes.items() if name in kind.needs}
        vaguer = replace(finding, attributes=stated)
        findings = (*record.findings[:index], vaguer, *record.findings[index + 1 :])
        after = ranks(decide(protocol, replace(record, findings=findings)))
        before = ranks(decide(protocol, record))
        assert after[0] >= before[0]
        assert after[1] >= before[1]


@given(st.data())
def test_any_valid_record_is_decided_and_survives_storage(protocol: Protocol, data: st.DataObject) -> None:
    record, region = data.draw(a_record(protocol)), data.draw(st.one_of(st.none(), a_region()))
    decision = decide(protocol, record, region)
    assert decision_from_json(json.loads(json.dumps(decision_to_json(decision)))) == decision
    if decision.ranges is not None:
        assert [trace.zone for trace in decision.ranges.zones] == [zone.zone for zone in record.zones]


@given(st.data())
def test_what_stops_names_the_event_that_ends_it(protocol: Protocol, data: st.DataObject) -> None:
    for reason in decide(protocol, data.draw(a_record(protocol))).reasons:
        assert (reason.wait is None) == reason.action.treats
        assert bool(reason.wait_sources) == (reason.wait is not None)


@given(st.data())
def test_the_strictest_reason_decides(protocol: Protocol, data: st.DataObject) -> None:
    decision = decide(protocol, data.draw(a_record(protocol)))
    actions = [reason.action for reason in decision.reasons]
    escalations = [reason.escalation for reason in decision.reasons]
    strictest = max(actions, key=lambda action: action.strictness, default=Action.PROCEED)
    highest = max(escalations, key=lambda escalation: escalation.urgency, default=Escalation.NONE)
    assert (decision.action, decision.escalation) == (strictest, highest)


@given(st.data())
def test_a_word_that_the_protocol_does_not_know_is_refused_and_never_guessed(
    protocol: Protocol, data: st.DataObject
) -> None:
    record = data.draw(a_record(protocol))
    word = data.draw(st.text(max_size=6))
    wrong: dict[str, Any] = data.draw(
        st.sampled_from(
            [
                {"findings": (*record.findings, Finding("new", f"?{word}", Status.PRESENT))},
                {
                    "findings": (
                        *record.findings,
                        Finding("new", "CI-SUN", Status.PRESENT, {f"?{word}": True}),
                    )
                },
                {"signs": (*record.signs, f"?{word}")},
                {"plan": {**record.plan, f"?{word}": Planned.OPTIONAL}},
                {"zones": (*record.zones, Zone(f"?{word}", "mild"))},
            ]
        )
    )
    with pytest.raises(ContentError):
        decide(protocol, replace(record, **wrong))


@given(st.data(), st.dates(), st.dates(), st.dates())
def test_a_region_that_is_not_in_force_equals_none(
    protocol: Protocol, data: st.DataObject, checked: date, expires: date, today: date
) -> None:
    record, region = data.draw(a_record(protocol)), data.draw(a_region())
    in_force = region_in_force(replace(region, checked_on=checked, expires_on=expires), today)
    assert (in_force is None) == (today > expires)
    if in_force is None:
        assert decide(protocol, record, in_force) == decide(protocol, record)
    assert region_in_force(replace(region, expires_on=expires), today) is None


@given(st.data())
def test_a_region_changes_nothing_but_the_depth(protocol: Protocol, data: st.DataObject) -> None:
    record = data.draw(a_record(protocol))
    here, nowhere = decide(protocol, record, data.draw(a_region())), decide(protocol, record)
    assert (here.action, here.escalation, here.reasons) == (
        nowhere.action,
        nowhere.escalation,
        nowhere.reasons,
    )


@given(st.data(), st.floats(0, 2), st.floats(0, 2))
def test_a_narrower_cap_never_widens_a_range_nor_permits_a_zone(
    protocol: Protocol, data: st.DataObject, one: float, other: float
) -> None:
    """A deeper band that a cap empties gives way to the shallow one: lower at both ends, never deeper."""
    record = replace(data.draw(a_record(protocol, most=0)), signs=(), response="improving")
    depth = protocol.parameters.depth_mm
    assert depth is not None
    by_device = data.draw(st.booleans())
    tight, loose = (
        Region("r", "R", None if by_device else cap, cap if by_device else None)
        for cap in sorted((one, other))
    )
    narrow, wide = zone_traces(depth, record, tight), zone_traces(depth, record, loose)
    for under, above in zip(narrow, wide, strict=True):
        if under.permitted is None:
            continue
        assert above.permitted is not None
        assert under.permitted.maximum <= above.permitted.maximum
        if under.fallback == above.fallback:
            assert under.permitted.within(above.permitted) == under.permitted
        assert under.permitted.minimum >= depth.parameter.range.minimum
        assert under.permitted.maximum <= effective_maximum_mm(depth, tight)
