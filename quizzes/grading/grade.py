"""Grading one visit of a case against its computed key.

The score is the mean of the credits of its decisions, times 100: spotting, action, escalation, and where
the key treats also depth zone by zone, spacing, sessions and maintenance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from quizzes.cases.model import Case, Visit
from quizzes.grading.answers import CaseAnswer, Depth
from quizzes.grading.result import (
    CaseGrade,
    DecisionGrade,
    Outcome,
    SafetyError,
    StatementGrade,
)
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision, Ranges
from quizzes.protocols.depth import effective_maximum_mm
from quizzes.protocols.model import Protocol, Range
from quizzes.protocols.record import Region
from quizzes.protocols.serialisation import range_to_json

__all__ = ["CaseGrade", "DecisionGrade", "SafetyError", "StatementGrade", "grade_case"]

OVER_BY_ONE_CREDIT = 0.5
"""What an escalation one step more urgent than the key earns: careful, and not dangerous."""

_OUTCOMES: dict[tuple[str | None, bool], Outcome] = {
    ("signal", True): "found",
    ("signal", False): "missed",
    ("noise", True): "not_needed",
    ("noise", False): "clear",
    (None, True): "worth_noting",
    (None, False): "worth_noting",
}


def grade_case(
    protocol: Protocol,
    case: Case,
    visit_index: int,
    answer: CaseAnswer,
    *,
    partial_credit: bool = True,
    region: Region | None = None,
) -> CaseGrade:
    """Return the grade of an answer; never raises on an answer that `parse_answer` returned.

    `partial_credit` lets the case's partly accepted actions earn their share; a less strict action than
    the key earns nothing either way. Without a region no licence limit is graded or gated.
    Raises `IndexError` for a visit the case does not have, `ContentError` when it has no key.
    """
    visit = case.visit(visit_index)
    key = decide(protocol, visit.record, region)
    statements = tuple(_statement_grades(visit, key, answer))
    counts = Counter(statement.outcome for statement in statements)
    credit = dict(visit.partial_credit) if partial_credit else {}
    decisions = (
        _spotting(statements, answer),
        _action(key.action, answer.action, credit),
        _escalation(key.escalation, answer.escalation),
        *(_plan(key.ranges, answer) if key.ranges is not None else ()),
    )
    return CaseGrade(
        case_key=case.key,
        visit=visit.number,
        contested=case.contested,
        score=_score(decisions),
        decisions=decisions,
        statements=statements,
        safety_errors=() if case.contested else tuple(_safety_errors(protocol, key, answer, region)),
        hits=counts["found"],
        misses=counts["missed"],
        false_alarms=counts["not_needed"],
        correct_rejections=counts["clear"],
        key=key,
    )


def _score(decisions: tuple[DecisionGrade, ...]) -> float:
    """Return the mean credit in percent; rounding may not carry it beyond its bounds."""
    mean = sum(decision.credit for decision in decisions) / len(decisions)
    return min(100.0, max(0.0, 100 * mean))


def _statement_grades(visit: Visit, key: Decision, answer: CaseAnswer) -> Iterator[StatementGrade]:
    critical = {reason.finding_key for reason in key.reasons if reason.safety_critical}
    for statement in visit.statements:
        counts_as = statement.counts_as
        yield StatementGrade(
            id=statement.id,
            outcome=_OUTCOMES[counts_as, statement.id in answer.flags],
            flagged=statement.id in answer.flags,
            safety=counts_as == "signal" and not critical.isdisjoint(statement.supports),
        )


def _spotting(statements: tuple[StatementGrade, ...], answer: CaseAnswer) -> DecisionGrade:
    """Grade each counted statement as true or false; with none to count there is nothing to get wrong."""
    counted = [statement for statement in statements if statement.outcome != "worth_noting"]
    right = sum(statement.outcome in {"found", "clear"} for statement in counted)
    wanted = [statement.id for statement in counted if statement.outcome in {"found", "missed"}]
    known = {statement.id for statement in statements}
    given = sorted(answer.flags & known)
    return DecisionGrade("spotting", given, wanted, right / len(counted) if counted else 1.0)


def _action(key: Action, given: Action | None, partial_credit: Mapping[Action, float]) -> DecisionGrade:
    credit = 0.0
    if given is key:
        credit = 1.0
    elif given is not None and given.strictness > key.strictness:
        credit = min(1.0, max(0.0, partial_credit.get(given, 0.0)))
    return DecisionGrade("action", given.value if given is not None else None, key.value, credit)


def _escalation(key: Escalation, given: Escalation | None) -> DecisionGrade:
    """Grade the escalation: more urgent by one step earns half, less urgent earns nothing."""
    credit = 0.0
    if given is not None:
        credit = {0: 1.0, 1: OVER_BY_ONE_CREDIT}.get(given.urgency - key.urgency, 0.0)
    return DecisionGrade("escalation", given.value if given is not None else None, key.value, credit)


def _plan(ranges: Ranges, answer: CaseAnswer) -> Iterator[DecisionGrade]:
    """Grade the settings; whoever chose not to treat has set none of them."""
    treats = answer.action is not None and answer.action.treats
    for zone, accepted in ranges.depth_mm.items():
        given = answer.depth_mm.get(zone, (None, None)) if treats else (None, None)
        yield _depth(zone, accepted, given, treats=treats)
    for name, number, accepted in (
        ("interval_weeks", answer.interval_weeks, ranges.interval_weeks),
        ("sessions", answer.sessions, ranges.initial_sessions),
        ("maintenance_months", answer.maintenance_months, ranges.maintenance_months),
    ):
        value = number if treats else None
        credit = 1.0 if value is not None and value in accepted else 0.0
        yield DecisionGrade(name, value, range_to_json(accepted), credit)


def _depth(zone: str, accepted: Range | None, given: Depth, *, treats: bool) -> DecisionGrade:
    """Grade one zone: both ends inside the accepted range, or left blank where nothing is permitted."""
    start, end = given
    if accepted is None:
        right = treats and start is None and end is None
    else:
        right = (
            start is not None and end is not None and start <= end and start in accepted and end in accepted
        )
    shown = None if start is None and end is None else [start, end]
    return DecisionGrade(f"depth_mm__{zone}", shown, range_to_json(accepted), 1.0 if right else 0.0)


def _safety_errors(
    protocol: Protocol, key: Decision, answer: CaseAnswer, region: Region | None
) -> Iterator[SafetyError]:
    """Yield each safety-critical rule that the chosen action undercuts, and each depth beyond the cap."""
    action = answer.action
    if action is None:
        return
    for reason in key.reasons:
        if reason.safety_critical and action.strictness < reason.action.strictness:
            yield SafetyError(
                rule=reason.rule,
                finding=reason.finding,
                finding_key=reason.finding_key,
                text=reason.why,
                given=action.value,
                required=reason.action.value,
            )
    depth = protocol.parameters.depth_mm
    if depth is None or not action.treats:
        return
    cap = effective_maximum_mm(depth, region)
    for zone, ends in answer.depth_mm.items():
        deepest = max((end for end in ends if end is not None), default=0.0)
        if deepest > cap and deepest not in Range(0.0, cap):
            yield SafetyError(
                rule=depth.cap.id,
                finding=None,
                finding_key=None,
                text=depth.cap.text,
                given=f"{zone}: {deepest:g}",
                required=f"{cap:g}",
            )
