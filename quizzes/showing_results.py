"""The result of one case as its page shows it: what was found and missed, why, and from which sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from lms.core.text import _
from quizzes.cases.model import Statement, Visit
from quizzes.grading.result import CaseGrade, SafetyError, StatementGrade
from quizzes.protocols.actions import Action
from quizzes.protocols.decision import Decision
from quizzes.protocols.model import Protocol
from quizzes.protocols.sources import Source
from quizzes.queries.case_pages import CasePage
from quizzes.showing import PatientView, in_sections, patient_view, visit_label
from quizzes.wording import (
    action_label,
    certainty_label,
    decision_label,
    escalation_label,
    range_label,
    value_label,
    with_unit,
    zone_labels,
)

Sources = tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class SafetyErrorView:
    """A safety error: the line of the record it is about, where there is one, and why it matters."""

    statement_id: str | None
    title: str
    given: str
    required: str
    text: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A line of the record with what became of it, why, and the sources."""

    id: str
    text: str
    outcome: str
    safety: bool
    why: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A decision beside what is accepted. `credit` runs 0 to 1."""

    label: str
    given: str
    accepted: str
    credit: float


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One step of the trace: the finding, the rule that applies, what it asks for, and its sources."""

    title: str
    rule: str
    action_label: str
    escalation_label: str
    text: str
    wait: str | None
    sources: Sources
    facts: tuple[str, ...]
    """The lines of the record that show the finding."""
    decisive: bool
    safety_critical: bool


@dataclass(frozen=True, slots=True)
class KeyView:
    """The computed answer of a visit, with its reasons, conditions and accepted settings."""

    action: str
    escalation: str
    reasons: tuple[ReasonView, ...]
    conditions: tuple[ReasonView, ...]
    ranges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MistakeView:
    """A harmful mistake and why it harms."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """Everything the result page prints."""

    attempt_uuid: UUID
    course_key: str
    quiz_key: str
    position: int
    total: int
    quiz_title: str
    mode: str
    patient: PatientView
    visit_label: str
    is_decided: bool
    undercall: tuple[str, str] | None
    """The chosen and the required decision in words, where the chosen one was less careful; else None."""
    is_confident_error: bool
    safety_errors: tuple[SafetyErrorView, ...]
    sections: tuple[tuple[str, tuple[ResultLine, ...]], ...]
    found: int
    missed: int
    not_needed: int
    score: float
    pass_mark_percent: int
    rows: tuple[ComparedRow, ...]
    key: KeyView
    advice: tuple[str, ...]
    rebook_when: tuple[str, ...]
    avoid: tuple[str, ...]
    rationale: str
    mistakes: tuple[MistakeView, ...]
    is_contested: bool
    certainty_label: str | None
    is_open: bool
    next_position: int | None
    attempts_left: int | None


def result_of_case(page: CasePage, grade: CaseGrade) -> ResultView:
    """Return the result page of a case from its grade, which holds the key it was graded against."""
    case, visit, protocol = page.case, page.visit, page.protocol
    return ResultView(
        attempt_uuid=page.attempt.uuid,
        course_key=page.attempt.course_key,
        quiz_key=page.attempt.quiz_key,
        position=page.position,
        total=page.attempt.total,
        quiz_title=page.quiz.title,
        mode=page.attempt.mode.value,
        patient=patient_view(case),
        visit_label=visit_label(visit),
        is_decided=page.answer.action is not None,
        undercall=_undercall(page.answer.action, grade.key.action),
        is_confident_error=page.is_confident_error,
        safety_errors=tuple(_safety_error(error, grade, visit, protocol) for error in grade.safety_errors),
        sections=_sections(grade, visit, protocol),
        found=grade.hits,
        missed=grade.misses,
        not_needed=grade.false_alarms,
        score=grade.score,
        pass_mark_percent=page.quiz.pass_mark_percent,
        rows=_rows(grade, protocol),
        key=key_view(grade.key, visit, protocol),
        advice=(*visit.modifications, *visit.acceptable),
        rebook_when=visit.rebook_when,
        avoid=visit.avoid,
        rationale=visit.rationale or case.rationale,
        mistakes=tuple(MistakeView(one.mistake, one.why) for one in case.mistakes),
        is_contested=case.contested,
        certainty_label=None if page.answer.certainty is None else certainty_label(page.answer.certainty),
        is_open=page.attempt.is_open,
        next_position=page.next_position,
        attempts_left=page.attempts_left,
    )


def _undercall(given: Action | None, required: Action) -> tuple[str, str] | None:
    if given is None or given.strictness >= required.strictness:
        return None
    return action_label(given.value), action_label(required.value)


def _safety_error(error: SafetyError, grade: CaseGrade, visit: Visit, protocol: Protocol) -> SafetyErrorView:
    finding = error.finding_key
    showing = next(
        (one.id for one in visit.statements if finding is not None and finding in one.supports), None
    )
    reason = next(
        (one for one in grade.key.reasons if one.rule == error.rule and one.finding_key == finding), None
    )
    if reason is not None:
        return SafetyErrorView(
            statement_id=showing,
            title=reason.label,
            given=action_label(error.given),
            required=action_label(error.required),
            text=error.text,
            sources=reason.sources,
        )
    zone, _colon, depth = error.given.partition(": ")
    return SafetyErrorView(
        statement_id=None,
        title=_("Deeper than the limit"),
        given=_("%(zone)s, %(depth)s mm", zone=zone_labels(protocol).get(zone, zone), depth=depth),
        required=_("%(depth)s mm or less", depth=error.required),
        text=error.text,
        sources=protocol.fact(error.rule).sources,
    )


def _sections(
    grade: CaseGrade, visit: Visit, protocol: Protocol
) -> tuple[tuple[str, tuple[ResultLine, ...]], ...]:
    grades = {one.id: one for one in grade.statements}
    return tuple(
        (title, tuple(_line(one, grades[one.id], grade, protocol) for one in statements))
        for title, statements in in_sections(visit.statements)
    )


def _line(statement: Statement, graded: StatementGrade, grade: CaseGrade, protocol: Protocol) -> ResultLine:
    return ResultLine(
        id=statement.id,
        text=statement.text,
        outcome=graded.outcome,
        safety=graded.safety and graded.outcome == "missed",
        why=statement.why,
        sources=statement_sources(statement, grade.key, protocol),
    )


def statement_sources(statement: Statement, key: Decision, protocol: Protocol) -> Sources:
    """Return the sources behind a line: of the rules its findings trigger, and of the facts it is about."""
    of_rules = [one.sources for one in key.reasons if one.finding_key in statement.supports]
    of_facts = [protocol.fact(fact).sources for fact in statement.about]
    return once(source for sources in (*of_rules, *of_facts) for source in sources)


def once(sources: Iterable[Source]) -> Sources:
    """Return sources in their order, each once."""
    return tuple(dict.fromkeys(sources))


def _rows(grade: CaseGrade, protocol: Protocol) -> tuple[ComparedRow, ...]:
    return tuple(
        ComparedRow(
            label=decision_label(one.name, protocol),
            given=value_label(one.name, one.given),
            accepted=_("Not permitted here") if one.accepted is None else value_label(one.name, one.accepted),
            credit=one.credit,
        )
        for one in grade.decisions
        if one.name != "spotting"
    )


def key_view(key: Decision, visit: Visit, protocol: Protocol) -> KeyView:
    """Return the computed answer of a visit in words, every reason with the lines that show its finding."""
    return KeyView(
        action=action_label(key.action),
        escalation=escalation_label(key.escalation),
        reasons=tuple(
            ReasonView(
                title=one.label,
                rule=one.rule,
                action_label=action_label(one.action),
                escalation_label=escalation_label(one.escalation),
                text=one.why,
                wait=one.wait,
                sources=once(one.sources),
                facts=_facts(visit, one.finding_key),
                decisive=one.decisive,
                safety_critical=one.safety_critical,
            )
            for one in key.reasons
        ),
        conditions=tuple(
            ReasonView(
                title=one.label,
                rule=one.rule,
                action_label=action_label(one.action),
                escalation_label=escalation_label(one.escalation),
                text=one.text,
                wait=None,
                sources=once(one.sources),
                facts=_facts(visit, one.finding_key),
                decisive=False,
                safety_critical=False,
            )
            for one in key.conditions
        ),
        ranges=_ranges(key, protocol),
    )


def _facts(visit: Visit, finding_key: str | None) -> tuple[str, ...]:
    if finding_key is None:
        return ()
    return tuple(one.text for one in visit.statements if finding_key in one.supports)


def _ranges(key: Decision, protocol: Protocol) -> tuple[tuple[str, str], ...]:
    if key.ranges is None:
        return ()
    settings = [(f"depth_mm__{zone}", accepted) for zone, accepted in key.ranges.depth_mm.items()]
    settings += [
        ("interval_weeks", key.ranges.interval_weeks),
        ("sessions", key.ranges.initial_sessions),
        ("maintenance_months", key.ranges.maintenance_months),
    ]
    return tuple(
        (
            decision_label(name, protocol),
            _("Not permitted here")
            if accepted is None
            else with_unit(name, range_label(accepted.minimum, accepted.maximum)),
        )
        for name, accepted in settings
    )
