"""A dangerous decision in words: what was chosen, what was required, why it matters, and where it shows."""

from __future__ import annotations

from dataclasses import dataclass

from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.grading.result import VisitGrade
from quizzes.interactions.marks import SafetyError
from quizzes.protocols.model import Protocol
from quizzes.showing_keys import Sources
from quizzes.wording import (
    action_label,
    decision_label,
    escalation_label,
    harm_label,
    with_unit,
    zone_labels,
)


@dataclass(frozen=True, slots=True)
class SafetyErrorView:
    """A safety error: the line of the record it is about, where there is one, and why it matters."""

    statement_id: str | None
    title: str
    given: str
    required: str
    text: str
    sources: Sources
    is_setting: bool = False
    """It is a setting beyond what is allowed, not a choice."""


def safety_error_view(
    error: SafetyError, grade: VisitGrade, visit: Visit, protocol: Protocol
) -> SafetyErrorView:
    """Return an error in words, with the line of the record that shows what it is about, if there is one."""
    reason = next(
        (one for one in grade.key.reasons if one.rule == error.rule and one.subject == error.finding_key),
        None,
    )
    showing = next(
        (
            one.id
            for one in visit.statements
            if error.finding_key is not None and error.finding_key in one.supports
        ),
        None,
    )
    given, required = _given_and_required(error, protocol)
    return SafetyErrorView(
        statement_id=showing,
        title=reason.label if reason is not None else harm_label(error.harm),
        given=given,
        required=required,
        text=error.text,
        sources=reason.sources if reason is not None else protocol.fact(error.rule).sources,
        is_setting=error.harm in {"too_deep", "beyond_limit"},
    )


def _given_and_required(error: SafetyError, protocol: Protocol) -> tuple[str, str]:
    if error.harm == "less_strict":
        return action_label(error.given), action_label(error.required)
    if error.harm == "ignored_sign":
        return escalation_label(error.given), escalation_label(error.required)
    if error.harm == "too_deep" and error.decision == "plan":
        zone, _colon, depth = error.given.partition(": ")
        name = zone_labels(protocol).get(zone, zone)
        limit = _("%(depth)s mm or less", depth=error.required)
        return _("%(zone)s, %(depth)s mm", zone=name, depth=depth), limit
    if error.harm == "beyond_limit" and error.decision == "plan":
        name, _colon, number = error.given.partition(": ")
        given = with_unit(name, number, protocol)
        limit = _("%(limit)s or less", limit=with_unit(name, error.required, protocol))
        return _("%(setting)s, %(given)s", setting=decision_label(name, protocol), given=given), limit
    return error.given, error.required
