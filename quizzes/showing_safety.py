"""The page after a safety-only failure in words: each rule, where it was broken, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lms.core.text import _
from quizzes.queries.remediation import BrokenIn, BrokenRule, SafetyPage
from quizzes.rules import SafetyStep
from quizzes.showing_keys import Sources, once
from quizzes.wording import harm_label


@dataclass(frozen=True, slots=True)
class BrokenView:
    """One case in which a rule was broken: the case, the finding, what it asks for, why, and the sources."""

    position: int
    visit: int
    title: str
    finding: str
    text: str
    rationale: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule of the safety gate and the cases in which it was broken."""

    title: str
    text: str
    sources: Sources
    broken: tuple[BrokenView, ...]


@dataclass(frozen=True, slots=True)
class SafetyView:
    """Everything the page prints."""

    attempt_uuid: UUID
    course_key: str
    quiz_key: str
    quiz_title: str
    number: int
    score: float
    pass_mark_percent: int
    attempts_left: int | None
    rules: tuple[RuleView, ...]
    step: SafetyStep
    remediation: UUID | None
    safety_form: UUID | None
    safety_form_passed: bool | None
    remediation_cases: int
    form_cases: int
    form_minutes: int | None


def safety_view(page: SafetyPage) -> SafetyView:
    """Return the page in words."""
    attempt, following = page.attempt, page.follow_up
    remediation, form = following.remediation, following.safety_form
    return SafetyView(
        attempt_uuid=attempt.uuid,
        course_key=attempt.course_key,
        quiz_key=attempt.quiz_key,
        quiz_title=page.quiz.title,
        number=attempt.number,
        score=attempt.score or 0.0,
        pass_mark_percent=page.quiz.pass_mark_percent,
        attempts_left=page.attempts_left,
        rules=tuple(_rule(rule) for rule in page.rules),
        step=following.step,
        remediation=None if remediation is None else remediation.uuid,
        safety_form=None if form is None else form.uuid,
        safety_form_passed=None if form is None else form.passed,
        remediation_cases=page.form.remediation_cases,
        form_cases=page.form.cases,
        form_minutes=page.quiz.safety_minutes,
    )


def _rule(rule: BrokenRule) -> RuleView:
    return RuleView(
        title=harm_label(rule.harm),
        text=rule.rule.text if rule.rule is not None else "",
        sources=once(rule.rule.sources) if rule.rule is not None else (),
        broken=tuple(_broken(one) for one in rule.broken),
    )


def _broken(one: BrokenIn) -> BrokenView:
    position, error, protocol = one.case.position, one.error, one.protocol
    fact, kind = protocol.facts.get(error.rule), protocol.findings.get(error.finding or "")
    sources = [*(fact.sources if fact is not None else ()), *(kind.sources if kind is not None else ())]
    return BrokenView(
        position=position,
        visit=one.visit.number,
        title=_("Case %(position)s: %(name)s", position=position, name=one.case.case.patient.name),
        finding=kind.label if kind is not None else "",
        text=error.text,
        rationale=kind.rationale if kind is not None and kind.rationale != error.text else "",
        sources=once(sources),
    )
