"""What must hold for any record."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision
from quizzes.protocols.depth import effective_maximum_mm
from quizzes.protocols.model import FindingKind, Protocol
from quizzes.protocols.record import Clearance, Finding, Planned, Record, Region, Status, Zone
from quizzes.protocols.records import HAZARD, record_problems

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


@given(st.data(), st.floats(0, 2), st.floats(0, 2))
def test_a_narrower_cap_never_allows_a_deeper_needle(
    protocol: Protocol, data: st.DataObject, one: float, other: float
) -> None:
    record = replace(data.draw(a_record(protocol, most=0)), signs=(), response="improving")
    depth = protocol.parameters.depth_mm
    assert depth is not None
    tight, loose = (Region("r", "R", licence_maximum_mm=cap) for cap in sorted((one, other)))
    narrow, wide = decide(protocol, record, tight).ranges, decide(protocol, record, loose).ranges
    assert narrow is not None
    assert wide is not None
    for zone, permitted in narrow.depth_mm.items():
        if permitted is None:
            continue
        above = wide.depth_mm[zone]
        assert above is not None
        assert permitted.maximum <= above.maximum
        assert permitted.minimum >= depth.parameter.range.minimum
        assert permitted.maximum <= effective_maximum_mm(depth, tight)
