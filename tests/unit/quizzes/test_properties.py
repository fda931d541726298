"""What must hold for any record and any answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.cases.model import Case
from quizzes.grading.answers import CaseAnswer, answer_to_json, missing_fields, parse_answer
from quizzes.grading.grade import CaseGrade, grade_case
from quizzes.grading.outcome import outcome
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision
from quizzes.protocols.depth import effective_maximum_mm
from quizzes.protocols.model import FindingKind, Protocol
from quizzes.protocols.record import Clearance, Finding, Planned, Record, Region, Status, Zone
from quizzes.protocols.records import HAZARD, record_problems

PLANNED = st.sampled_from(list(Planned))
MILLIMETRES = st.one_of(st.none(), st.floats(0, 4))


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


def answers(case: Case) -> st.SearchStrategy[CaseAnswer]:
    visit = case.visits[0]
    flags = st.frozensets(st.sampled_from([statement.id for statement in visit.statements] + ["elsewhere"]))
    zones = st.sampled_from([zone.zone for zone in visit.zones] + ["elsewhere"])
    return st.builds(
        CaseAnswer,
        flags=flags,
        action=st.one_of(st.none(), st.sampled_from(list(Action))),
        escalation=st.one_of(st.none(), st.sampled_from(list(Escalation))),
        depth_mm=st.dictionaries(zones, st.tuples(MILLIMETRES, MILLIMETRES).filter(any_given), max_size=3),
        interval_weeks=st.one_of(st.none(), st.floats(0, 1000)),
        sessions=st.one_of(st.none(), st.integers(0, 1000)),
        maintenance_months=st.one_of(st.none(), st.floats(0, 1000)),
        certainty=st.one_of(st.none(), st.integers(1, 3)),
    )


def any_given(ends: tuple[float | None, float | None]) -> bool:
    return ends != (None, None)


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


@given(st.data())
def test_grading_is_total_and_keeps_to_its_bounds(
    protocol: Protocol, cases: Mapping[str, Case], data: st.DataObject
) -> None:
    case = cases[data.draw(st.sampled_from(sorted(cases)))]
    answer = data.draw(answers(case))
    grade = grade_case(protocol, case, 0, answer, partial_credit=data.draw(st.booleans()))
    assert 0 <= grade.score <= 100
    assert all(0 <= decision.credit <= 1 for decision in grade.decisions)
    counted = grade.hits + grade.misses + grade.false_alarms + grade.correct_rejections
    assert counted == sum(s.counts_as is not None for s in case.visits[0].statements)
    assert CaseGrade.from_json(json.loads(json.dumps(grade.to_json()))) == grade
    missing_fields(answer, case.visits[0])


@given(st.data())
def test_an_answer_survives_storage(cases: Mapping[str, Case], data: st.DataObject) -> None:
    answer = data.draw(answers(cases["C04"]))
    assert parse_answer(json.loads(json.dumps(answer_to_json(answer)))) == answer


@given(st.data())
def test_an_under_call_earns_nothing_for_the_action(
    protocol: Protocol, cases: Mapping[str, Case], data: st.DataObject
) -> None:
    case = cases[data.draw(st.sampled_from(sorted(cases)))]
    answer = data.draw(answers(case))
    grade = grade_case(protocol, case, 0, answer)
    action = grade.decision("action")
    assert action is not None
    if answer.action is not None and answer.action.strictness < grade.key.action.strictness:
        assert action.credit == 0


@pytest.mark.parametrize("careless", [Action.PROCEED, Action.PROCEED_WITH_CAUTION])
def test_flagging_nothing_and_going_ahead_never_passes_a_dangerous_case(
    protocol: Protocol, cases: Mapping[str, Case], careless: Action
) -> None:
    dangerous = 0
    for case in cases.values():
        key = decide(protocol, case.visits[0].record)
        required = max((r.action.strictness for r in key.reasons if r.safety_critical), default=0)
        if case.contested or required <= careless.strictness:
            continue
        dangerous += 1
        answer = CaseAnswer(action=careless, escalation=key.escalation, certainty=3)
        grade = grade_case(protocol, case, 0, answer)
        assert grade.safety_errors
        assert not outcome([grade], pass_mark_percent=1).passed
    assert dangerous == 7
